"""Who is affected is worked out while the difference is read, and can be stopped."""

from __future__ import annotations

import dataclasses

import pytest

from matching.domain.errors import ConflictError
from matching.intake.template import providers_csv
from matching.ui.text import uploading as text
from matching.ui.uploading import affected
from tests.builders import known_pool
from tests.services.planned import HOMES, PEOPLE
from tests.ui.office import finished, labels_of, opener_of, record_of, said

#: As an upload has them: a state in a service area is read as its counties.
PLACES = tuple(dataclasses.replace(one, service_area=None) for one in HOMES)
POOLS = tuple(known_pool(one.provider_id, f"{one.provider_id}-1") for one in HOMES)


@pytest.fixture(scope="session")
def planned_office(sqlite_template, tmp_path_factory):
    return record_of(sqlite_template, tmp_path_factory, PLACES, POOLS, PEOPLE)


@pytest.fixture
def page(planned_office, tmp_path, monkeypatch):
    return opener_of(planned_office, tmp_path, monkeypatch)("upload")


def shut(*names: str) -> bytes:
    """The office's homes, some of them without a free bed."""
    pools = [
        dataclasses.replace(one, beds_accepting=1, beds_available=0)
        if one.provider_id in names
        else one
        for one in POOLS
    ]
    return providers_csv(PLACES, pools).encode()


def chosen(page, data: bytes):
    page.get("file_uploader")[0].upload("list.csv", data)
    page.run()
    assert not page.exception
    return page


def test_beds_closed_and_matches_affected_are_told(page):
    app = finished(chosen(page, shut("P1", "P2")), "touched")
    assert "4 beds closed; " in said(app)
    assert "affected" in said(app)
    assert text.TOUCHED in said(app)


def test_the_same_list_touches_nobody_and_asks_nothing(page):
    app = chosen(page, shut())
    assert "nothing on the record" in said(app)
    assert text.TOUCHED not in said(app)


def test_while_another_plan_is_made_it_can_be_asked_for_later(page, monkeypatch):
    def busy(*_):
        raise ConflictError("Another plan is being made.", next_step="Wait.")

    monkeypatch.setattr(affected, "start_affected", busy)
    app = chosen(page, shut("P1"))
    assert "Another plan is being made." in said(app)
    monkeypatch.undo()
    app = finished(app.button("touched-again").click().run(), "touched")
    assert "2 beds closed" in said(app)


def test_given_up_it_says_so_and_can_be_asked_for_again(page, monkeypatch):
    from matching.services.jobs import GivenUp, Job

    def given_up(*_):
        def work(*_):
            raise GivenUp("The work was given up.")

        return Job(work)

    monkeypatch.setattr(affected, "start_affected", given_up)
    app = finished(chosen(page, shut("P1")), "touched")
    assert text.TOUCHED_GIVEN_UP in said(app)
    assert text.TOUCHED_AGAIN in labels_of(app)


def test_leaving_gives_the_work_up(page):
    app = chosen(page, shut("P1"))
    app.button("upload-another").click().run()
    assert "touched" not in app.session_state
