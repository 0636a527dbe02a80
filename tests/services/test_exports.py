"""Providers given out in the standards of the field."""

from __future__ import annotations

import dataclasses

import pytest

from matching.domain.access import Action, Actor, Role
from matching.domain.errors import PermissionDenied
from matching.domain.words import PlacementType
from matching.intake.formats import recognise
from matching.intake.reader import read
from matching.services.exports import FORM_LABELS, StandardForm, export_standard
from matching.services.intake import load_sample
from matching.services.views import provider_rows
from tests.builders import NOW, known_home, known_pool


@pytest.fixture
def desk(sqlite_desk):
    """A desk at the moment of the builders' records, with two providers."""
    desk = dataclasses.replace(sqlite_desk, clock=lambda: NOW)
    shelter = known_home("P2", placement_type=PlacementType.EMERGENCY_SHELTER)
    homes = (known_home(name="Oak"), shelter)
    load_sample(desk, homes, (known_pool(), known_pool("P2", "B2")), (), "a" * 64)
    return desk


@pytest.mark.parametrize("form", list(StandardForm))
def test_the_file_is_the_standard_it_is_called_by(desk, form) -> None:
    made = export_standard(desk, provider_rows(desk), form)
    book = read(made.content)
    standard = recognise(book)
    assert standard is not None
    assert standard.name == form.value
    found = standard.load(book, NOW.date())
    assert "P2" in {one.provider_id for one in found.providers}
    assert made.filename == f"providers-{form.value}-{desk.local(NOW):%Y-%m-%d}.zip"
    assert made.mime == "application/zip"
    assert FORM_LABELS[form]


@pytest.mark.parametrize("form", list(StandardForm))
def test_giving_it_out_is_one_event(desk, form) -> None:
    export_standard(desk, provider_rows(desk), form)
    with desk.store.reading() as record:
        events = record.audit.events(object_kind="providers")
    (event,) = [one for one in events if one.action == Action.EXPORT_PROVIDERS]
    assert event.details == {"form": form.value, "providers": 2, "bed_pools": 2}


def test_only_the_rows_shown_are_given_out(desk) -> None:
    row = next(one for one in provider_rows(desk) if one.provider.provider_id == "P1")
    book = read(export_standard(desk, [row], StandardForm.HSDS).content)
    standard = recognise(book)
    assert standard is not None
    assert [one.name for one in standard.load(book, NOW.date()).providers] == ["Oak"]


@pytest.mark.parametrize("role", [Role.LICENSING, Role.AUDITOR, Role.ADMIN])
def test_who_may_not_export_gets_nothing_and_no_event(desk, role) -> None:
    clerk = dataclasses.replace(desk, actor=Actor("l", role))
    rows = provider_rows(desk)
    with pytest.raises(PermissionDenied):
        export_standard(clerk, rows, StandardForm.HSDS)
    with desk.store.reading() as record:
        events = record.audit.events(object_kind="providers")
    assert not [one for one in events if one.action == Action.EXPORT_PROVIDERS]
