"""Pages of an office before its first plan, and with one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from matching.domain.access import Actor, Role
from matching.intake.sample import generate
from matching.services.desk import Desk
from matching.services.intake import load_sample
from matching.services.matching import run_plan
from matching.settings import Settings
from matching.store import Store, open_store
from tests.ui.office import PROVIDERS, REFERRALS, start


def _desk(store: Store) -> Desk:
    return Desk(store, Actor("tester", Role.LOCAL), Settings(database_url="sqlite:///x.db"))


@pytest.fixture(scope="session")
def planned_record(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small region with a plan: each page makes it again when it opens."""
    path = tmp_path_factory.mktemp("planned") / "record.db"
    shutil.copy(sqlite_template, path)
    store = open_store(f"sqlite:///{path}")
    desk = _desk(store)
    made = generate(4, PROVIDERS, REFERRALS, as_of=desk.clock())
    load_sample(desk, made.providers, made.pools, made.referrals, "0" * 64)
    run_plan(desk)
    store.close()
    return path


Opener = Callable[[str], AppTest]


def _opener(record: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Opener:
    path = folder / "record.db"
    shutil.copy(record, path)
    return lambda page: start(f"sqlite:///{path}", page, monkeypatch)


@pytest.fixture
def sampled(sample_record: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Opener:
    """Opens a page before the first plan."""
    return _opener(sample_record, tmp_path, monkeypatch)


@pytest.fixture
def planned(planned_record: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Opener:
    """Opens a page of an office that has a plan."""
    return _opener(planned_record, tmp_path, monkeypatch)
