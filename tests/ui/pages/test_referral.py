"""The page New referral: six questions, what is not known, the place proposed."""

from __future__ import annotations

import pytest

from matching.domain import words as w
from matching.services.emergency_questions import questions
from matching.ui import session
from matching.ui.casework_forms import groups
from matching.ui.text import forms as text
from tests.ui.office import finished, go, headline, keys, labels_of, opener_of, record_of, said


@pytest.fixture(scope="module")
def office_record(sqlite_template, tmp_path_factory):
    return record_of(sqlite_template, tmp_path_factory)


@pytest.fixture
def page(office_record, tmp_path, monkeypatch):
    return opener_of(office_record, tmp_path, monkeypatch)("referral")


def widget(app, attribute):
    """Return the widget that asks for a fact."""
    for kind in (
        "button_group",
        "segmented_control",
        "number_input",
        "selectbox",
        "multiselect",
    ):
        for one in app.get(kind):
            if (one.key or "").endswith(f"-{attribute}"):
                return one
    raise AssertionError(attribute)


def people():
    with session.desk().store.reading() as record:
        return {one.referral_id: one for one in record.referrals.all()}


def save(app):
    before = people()
    app.button(key="referral-save").click().run()
    assert not app.exception
    finished(app, "renewal")
    new = set(people()) - set(before)
    return people()[new.pop()] if new else None


def test_six_questions_each_with_not_known_first(page):
    assert headline(page) == text.EMERGENCY_HEAD
    for number, one in enumerate(questions(), 1):
        asked = widget(page, one.fields[0])
        assert asked.label == text.QUESTIONS[one.code]
        assert asked.label.startswith(f"{number}. ")
    reference = next(one for one in page.text_input if one.label == text.REFERENCE)
    assert reference.value.startswith("C-")
    assert text.SAVE_EMERGENCY in labels_of(page)


def test_nothing_answered_is_nothing_known(page):
    found = save(page)
    assert (found.age_years, found.gender, found.presence, found.children_with) == (None,) * 4
    assert found.urgency is w.Urgency.TONIGHT


def test_what_is_answered_is_kept_and_the_place_is_proposed_at_once(page):
    widget(page, "age_years").set_value(15)
    widget(page, "presence").set_value(w.Presence.PRESENT)
    widget(page, "gender").set_value(w.Gender.FEMALE)
    widget(page, "children_with").set_value(0)
    found = save(page)
    assert (found.age_years, found.gender) == (15, w.Gender.FEMALE)
    assert (found.presence, found.children_with) == (w.Presence.PRESENT, 0)
    assert headline(page) == text.SAVED_HEAD.format(case=found.referral_id)
    assert "It is looked at again within 72 hours." in said(page)
    assert "Proposed: " in said(page) or "No place in this plan." in said(page)
    assert {"referral-open", "referral-sibling", "referral-another"} <= keys(page)


def test_a_reference_that_names_somebody_is_refused_and_the_answers_stay(page):
    widget(page, "age_years").set_value(15)
    next(one for one in page.text_input if one.label == text.REFERENCE).set_value("Maria Lopez")
    assert save(page) is None
    assert "looks like a name" in said(page)
    assert "Maria" not in said(page)
    assert widget(page, "age_years").value == 15


def test_a_brother_joins_the_same_group(page):
    first = save(page)
    page.button(key="referral-sibling").click().run()
    assert text.SIBLING_OF.format(case=first.referral_id) in said(page)
    second = save(page)
    assert second.group_id is not None
    assert people()[first.referral_id].group_id == second.group_id
    page.button(key="referral-another").click().run()
    assert headline(page) == text.EMERGENCY_HEAD
    assert save(page).group_id is None


def test_everything_can_be_told_with_none_apart_from_unknown(page):
    page.get("button_group")[0].set_value("full").run()
    assert headline(page) == text.FULL_HEAD
    for names in groups.PERSON.values():
        for name in names:
            assert any((one.key or "").endswith(f"-{name}") for one in every(page)), name
    widget(page, "behaviours").set_value(["\0none"])
    widget(page, "access_needs").set_value([w.Capability.WHEELCHAIR])
    found = save(page)
    assert found.behaviours == frozenset()
    assert found.access_needs == {w.Capability.WHEELCHAIR}
    assert found.separate_from is None
    assert found.urgency is None


def every(app):
    kinds = (
        *("button_group", "number_input", "selectbox", "multiselect", "text_input"),
        "date_input",
    )
    return [one for kind in kinds for one in app.get(kind)]


def test_none_and_some_together_are_refused(page):
    widget(page, "separate_from").set_value(["\0none", "K-1"])
    assert save(page) is None
    assert text.NONE_AND_SOME in said(page)


def test_the_case_opens_with_its_own_page(page):
    found = save(page)
    page.button(key="referral-open").click().run()
    go(page, "case")
    assert found.referral_id in said(page)
