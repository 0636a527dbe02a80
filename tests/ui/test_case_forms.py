"""Facts of a case corrected on its page, and what is looked at in time."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from matching.domain import words as w
from matching.domain.casework import StayState
from matching.services import placing, stays
from matching.services.referral_forms import add, edit, open_form
from matching.ui import session
from matching.ui.casework_forms import new_provider, new_referral
from matching.ui.text import forms as text
from tests.ui.office import choose, finished, keys, opener_of, record_of, said


@pytest.fixture(scope="module")
def office_record(sqlite_template, tmp_path_factory):
    return record_of(sqlite_template, tmp_path_factory)


@pytest.fixture
def page(office_record, tmp_path, monkeypatch):
    return choose(opener_of(office_record, tmp_path, monkeypatch)("case"), "R1")


def press(app, key):
    app.button(key=key).click().run()
    assert not app.exception
    return finished(app, "renewal")


def person(case="R1"):
    with session.desk().store.reading() as record:
        return record.referrals.get(case)


def widget(app, ending):
    kinds = ("button_group", "number_input", "selectbox", "multiselect", "date_input")
    return next(
        one for kind in kinds for one in app.get(kind) if (one.key or "").endswith(ending)
    )


def group(app, name):
    widget(app, "edit-case-group").set_value(name).run()


def test_a_fact_is_corrected_and_the_plan_is_made_again(page):
    before = person()
    press(page, "edit-case-open")
    group(page, "person")
    widget(page, "-age_years").set_value(16)
    press(page, "edit-case-save")
    # That a known age changes is news, and loosens nothing.
    assert person() == dataclasses.replace(before, age_years=16)
    assert "Case R1 is corrected: age." in said(page)
    press(page, "casework-undo")
    assert person() == before


def test_what_loosens_safety_is_confirmed_first(page):
    press(page, "edit-case-open")
    group(page, "care")
    widget(page, "-mental_health_need").set_value(w.CareNeed.NONE)
    press(page, "edit-case-save")
    assert person().mental_health_need is w.CareNeed.STANDARD
    assert "standard becomes none" in said_on_boxes(page)
    page.checkbox(key="edit-case-confirm-0").check().run()
    press(page, "edit-case-confirm")
    assert person().mental_health_need is w.CareNeed.NONE


def said_on_boxes(app):
    return " ".join(one.label.replace("\\", "") for one in app.checkbox)


def test_a_form_drawn_before_somebody_else_saved_is_refused_with_what_they_changed(page):
    press(page, "edit-case-open")
    group(page, "person")
    at = session.desk()
    edit(at, "R1", {"stay_days": 5}, open_form(at, "R1").version)
    widget(page, "-age_years").set_value(16)
    press(page, "edit-case-save")
    assert "changed this case meanwhile: expected stay in days" in said(page)
    assert person().age_years == 15


def test_a_screening_is_recorded_with_its_day(page):
    press(page, "screening-save")
    assert text.SCREENING_NO_DAY in said(page)
    at = session.desk()
    day = at.local(at.clock()).date() - timedelta(1)
    widget(page, "screening-day").set_value(day)
    press(page, "screening-save")
    assert person().screening_date == day
    assert "screening-save" not in keys(page)


def test_a_missing_child_is_reported_with_one_press_and_seen_on_the_board(page):
    at = session.desk()
    placing.start(at, "R1", provider_id="P1", pool_id="B1", expected_version=0)
    with at.store.reading() as record:
        (stay,) = record.placements.open()
    stays.leave(at, stay.id, StayState.MISSING, expected_version=stay.version)
    page.run()
    assert "to be reported to the police and to NCMEC by" in said(page)
    press(page, "report-done")
    assert "report-done" not in keys(page)
    assert "reported missing is on record" in said(page)
    with at.store.reading() as record:
        assert record.placements.open()[0].missing_reported_at is not None


def test_an_emergency_is_looked_at_again_with_one_press(page):
    done = add(session.desk(), {"age_years": 14}, emergency=True)
    page.session_state["case"] = done.case
    page.run()
    assert "was recorded in a hurry and is looked at again by" in said(page)
    press(page, "review-done")
    assert "review-done" not in keys(page)
    with session.desk().store.reading() as record:
        assert record.cases.get(done.case).reviewed_at is not None


def test_closing_the_form_saves_nothing(page):
    press(page, "edit-case-open")
    press(page, "edit-case-close")
    assert "edit-case-save" not in keys(page)
    assert "edit-case-open" in keys(page)


def test_what_is_typed_for_one_case_never_stands_in_the_form_of_another(page):
    versions = {open_form(session.desk(), case).version for case in ("R1", "R2")}
    assert len(versions) == 1
    found = []
    for case in ("R1", "R2"):
        press(choose(page, case), "edit-case-open")
        group(page, "person")
        field = widget(page, "-age_years")
        found.append((field.key, field.value))
        field.set_value(11).run()
    assert found[0][0] != found[1][0]
    assert [value for _, value in found] == [person(case).age_years for case in ("R1", "R2")]


@pytest.mark.parametrize("form", [new_referral, new_provider])
def test_a_press_that_came_twice_records_once(form, monkeypatch):
    """After the first the form is closed; the second found none, and failed."""
    acts = []
    monkeypatch.setattr(form.said, "act", lambda work, *_: acts.append(work))
    monkeypatch.setattr(form.st, "session_state", {})
    form._save(*(["provider"] if form is new_provider else []))
    assert acts == []
