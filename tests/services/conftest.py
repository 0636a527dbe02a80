"""A desk on either database, with a clock that stands still."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import pytest

from matching.domain.access import Actor, Role
from matching.intake.sample import Sample, generate
from matching.services.desk import Desk
from matching.settings import Settings
from matching.store import Store

NOW = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)


def at_desk(store: Store, role: Role = Role.LOCAL) -> Desk:
    settings = Settings(database_url="sqlite:///unused.db")
    return Desk(store, Actor("tester", role), settings, lambda: NOW)


def as_role(desk: Desk, role: Role) -> Desk:
    return dataclasses.replace(desk, actor=Actor("tester", role))


@pytest.fixture(scope="session")
def sample() -> Sample:
    return generate(2, 30, 12, as_of=NOW)


@pytest.fixture
def desk(store: Store) -> Desk:
    """A desk on each database in turn, for the one local user."""
    return at_desk(store)


@pytest.fixture
def sqlite_desk(sqlite_store: Store) -> Desk:
    return at_desk(sqlite_store)
