"""People recorded by hand: six questions, unknowns that stay unknown, and corrections."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from matching.domain import words as w
from matching.domain.access import Action, Actor, Role, allows
from matching.domain.accounts import Office
from matching.domain.casework import Case
from matching.domain.errors import (
    ChoiceError,
    ConflictError,
    InputError,
    NotFound,
    PermissionDenied,
)
from matching.domain.records import Referral
from matching.intake.firewall import check_reference
from matching.services.codes import LETTERS
from matching.services.referral_forms import (
    add,
    edit,
    open_form,
    preview,
    suggested_reference,
)
from matching.services.upload_compare import compare
from matching.services.upload_undo import undo
from tests.builders import HERE, MIAMI, NOW, day, known_home, known_pool, known_referral
from tests.services.planned import desk_at, set_record
from tests.services.uploads_made import people_upload, put, real

R1 = known_referral("R1", data_origin=None)


def signed_in(desk, name="anna", role=Role.WORKER):
    return dataclasses.replace(desk, actor=Actor(name, role))


@pytest.fixture
def desk(store):
    at = desk_at(store)
    homes = real([known_home("P1", name="Oak House", confidential=False)])
    set_record(at, homes, real([known_pool("P1")]), [R1])
    return signed_in(at)


def person(desk, case):
    with desk.store.reading() as record:
        return record.referrals.get(case)


def last_event(desk):
    with desk.store.reading() as record:
        assert record.audit.verify() == []
        return record.audit.events()[-1]


def test_an_emergency_keeps_unknown_what_was_not_answered(desk):
    done = add(desk, {"age_years": 15, "gender": w.Gender.FEMALE}, emergency=True)
    assert person(desk, done.case) == Referral(
        referral_id=done.case,
        received_at=NOW,
        urgency=w.Urgency.TONIGHT,
        age_years=15,
        gender=w.Gender.FEMALE,
        worker="anna",
        data_origin=w.DataOrigin.REAL,
    )
    with desk.store.reading() as record:
        stands = record.cases.get(done.case)
    assert stands == Case(referral_id=done.case, since=NOW, emergency_at=NOW, version=1)
    assert done.sentence == (
        f"Case {done.case} is on the record. It is looked at again within 72 hours."
    )
    event = last_event(desk)
    assert (event.action, event.object_id, event.reason) == (
        Action.RECORD_REFERRAL, done.case, "emergency",
    )  # fmt: skip
    assert event.details["known"] == ["age_years", "gender"]


def test_nothing_at_all_may_be_known(desk):
    done = add(desk, {}, emergency=True)
    found = person(desk, done.case)
    known = {
        one.name for one in dataclasses.fields(found) if getattr(found, one.name) is not None
    }
    assert known == {"referral_id", "received_at", "urgency", "worker", "data_origin"}


def test_a_new_referral_is_no_emergency_and_has_no_state_of_its_own(desk):
    done = add(desk, {"urgency": w.Urgency.PLANNED, "worker": "unit 4"}, reference="R-0417")
    assert done.case == "R-0417"
    assert person(desk, "R-0417").worker == "unit 4"
    with desk.store.reading() as record:
        assert record.cases.get("R-0417") is None
    assert last_event(desk).reason == "new"


def test_the_suggested_reference_is_random_free_and_passes_the_firewall(desk):
    codes = {suggested_reference(desk) for _ in range(50)}
    assert len(codes) == 50
    for code in codes:
        check_reference(code)
        assert code[:2] == "C-"
        assert set(code[2:]) <= set(LETTERS)


@pytest.mark.parametrize(
    "reference", ["Maria Lopez", "123-45-6789", "12 Oak Street", "2009-04-01", "x@example.org"]
)
def test_a_reference_that_tells_who_somebody_is_is_refused_and_not_repeated(desk, reference):
    with pytest.raises(InputError) as caught:
        add(desk, {"age_years": 15}, reference=reference)
    assert reference not in caught.value.sentence()
    assert "Nothing was saved." in caught.value.sentence()
    with desk.store.reading() as record:
        assert list(record.referrals.versions()) == ["R1"]


def test_a_reference_is_used_once(desk):
    with pytest.raises(InputError, match="Case R1 is on the record already"):
        add(desk, {}, reference="R1")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"age_years": 300}, "Age: 300 is not between 0 and 120."),
        ({"gender": "girlish"}, "Gender: 'girlish' is not one of the values known here."),
        ({"home_county": "Nowhere"}, "Home county: county 'Nowhere' does not exist."),
        ({"separate_from": "Maria Lopez"}, "Conflict codes: the code looks like a name"),
        ({"worker": "call 212-555-0134"}, "Worker: what was written may tell who somebody is"),
        ({"data_origin": "real"}, "'data_origin' is not a fact that this form records."),
        ({"referral_id": "R2"}, "'referral_id' is not a fact that this form records."),
        ({"name": "Maria"}, "'name' is not a fact that this form records."),
        ({"received_at": NOW + timedelta(minutes=1)}, "the moment lies in the future"),
    ],
)
def test_an_answer_that_cannot_be_kept_is_refused(desk, answer, said):
    with pytest.raises(InputError) as caught:
        add(desk, answer, emergency=True)
    assert said in caught.value.message
    assert "Maria" not in caught.value.sentence()
    assert "0134" not in caught.value.sentence()
    with desk.store.reading() as record:
        assert list(record.referrals.versions()) == ["R1"]


def test_answers_may_be_values_or_texts_and_none_differs_from_unknown(desk):
    done = add(
        desk,
        {
            "behaviours": frozenset(),
            "access_needs": "none",
            "avoid_counties": {MIAMI},
            "home_county": HERE,
            "languages": ("es", "en"),
            "separate_from": "K-4; K-7",
            "medically_fragile": False,
            "funding": {w.Funding.NONE},
            "needed_by": day(1),
            "stay_days": "",
            "run_risk": "not known",
        },
    )
    found = person(desk, done.case)
    assert found.behaviours == frozenset() == found.access_needs
    assert found.avoid_counties == {MIAMI}
    assert (found.home_county, found.languages) == (HERE, ("es", "en"))
    assert found.separate_from == {"K-4", "K-7"}
    assert found.medically_fragile is False
    assert found.funding == {w.Funding.NONE}
    assert (found.needed_by, found.stay_days, found.run_risk) == (day(1), None, None)


def test_what_does_not_fit_together_is_told_and_kept(desk):
    done = add(desk, {"children_with": 2, "pregnant_parenting": w.Parenting.NONE})
    assert len(done.notes) == 1
    assert "listed as neither pregnant nor parenting" in done.notes[0]


def test_siblings_are_put_into_one_group_that_follows_from_nobody(desk):
    done = add(desk, {"age_years": 12}, together_with="R1")
    group = person(desk, "R1").group_id
    assert group[:2] == "G-"
    assert person(desk, done.case).group_id == group
    third = add(desk, {"age_years": 10}, together_with=done.case)
    assert person(desk, third.case).group_id == group
    with pytest.raises(NotFound):
        add(desk, {}, together_with="R9")


def test_on_the_sample_what_is_typed_belongs_to_the_sample(desk):
    sample = dataclasses.replace(known_home("P1"), data_origin=w.DataOrigin.SAMPLE)
    set_record(desk, [sample], [known_pool("P1")], [])
    done = add(desk, {}, emergency=True)
    assert person(desk, done.case).data_origin is w.DataOrigin.SAMPLE


def test_a_correction_changes_what_was_answered_and_nothing_else(desk):
    form = open_form(desk, "R1")
    done = edit(desk, "R1", {"age_years": 16, "run_risk": w.Level.HIGH}, form.version)
    assert person(desk, "R1") == dataclasses.replace(R1, age_years=16, run_risk=w.Level.HIGH)
    assert done.sentence == "Case R1 is corrected: age, risk of running."
    assert done.version == form.version + 1
    event = last_event(desk)
    assert event.reason == "edited"
    assert event.details["fields"] == ["age_years", "run_risk"]
    assert "16" not in str(event.details)


def test_nothing_is_written_where_nothing_changes(desk):
    form = open_form(desk, "R1")
    before = last_event(desk)
    done = edit(desk, "R1", {"age_years": 15}, form.version)
    assert (done.batch, done.sentence, done.version) == (None, "Nothing changed.", form.version)
    assert last_event(desk) == before


def test_what_loosens_safety_is_told_and_must_be_confirmed(desk):
    upload = people_upload([dataclasses.replace(R1, separate_from=frozenset({"K-1"}))])
    put(desk, compare(desk, upload))
    form = open_form(desk, "R1")
    changes = {"separate_from": frozenset(), "age_years": None, "stay_days": 10}
    found = preview(desk, "R1", changes)
    assert {one.change.where.attribute for one in found.loosening} == {
        "separate_from", "age_years",
    }  # fmt: skip
    with pytest.raises(ConflictError, match="loosens safety and is not confirmed") as caught:
        edit(desk, "R1", changes, form.version, confirmed={"separate_from"})
    assert not caught.value.saved
    assert person(desk, "R1").separate_from == {"K-1"}
    edit(desk, "R1", changes, form.version, confirmed={"separate_from", "age_years"})
    assert person(desk, "R1").separate_from == frozenset()
    assert last_event(desk).details["loosening_confirmed"] == 2


def test_a_stale_form_says_what_the_other_person_changed_and_saves_nothing(desk):
    mine, bert = open_form(desk, "R1"), signed_in(desk, "bert")
    theirs = open_form(bert, "R1")
    edit(bert, "R1", {"age_years": 14, "run_risk": w.Level.HIGH}, theirs.version)
    with pytest.raises(ConflictError) as caught:
        edit(desk, "R1", {"stay_days": 5}, mine.version)
    assert caught.value.message == ("bert changed this case meanwhile: age, risk of running.")
    assert not caught.value.saved
    assert person(desk, "R1").stay_days == 90
    edit(desk, "R1", {"stay_days": 5}, open_form(desk, "R1").version)
    assert person(desk, "R1").stay_days == 5
    assert person(desk, "R1").age_years == 14


def test_an_upload_in_between_is_seen_and_a_later_correction_stands_in_its_undo(desk):
    mine = open_form(desk, "R1")
    done = put(desk, compare(desk, people_upload([dataclasses.replace(R1, age_years=13)])))
    with pytest.raises(ConflictError, match="meanwhile: age"):
        edit(desk, "R1", {"age_years": 17}, mine.version)
    edit(desk, "R1", {"age_years": 17}, open_form(desk, "R1").version)
    found = undo(desk, done.batch)
    assert not found.done
    assert "age changed by anna" in found.conflicts[0].sentence


def test_facts_that_were_removed_for_good_are_not_written_again(desk):
    with desk.store.transaction() as record:
        record.cases.put(Case(referral_id="R1", since=NOW, stripped_at=NOW), expected=0)
    with pytest.raises(ChoiceError, match="removed for good"):
        edit(desk, "R1", {"age_years": 12}, open_form(desk, "R1").version)


def test_a_case_of_another_office_is_not_there(desk):
    with desk.store.transaction() as record:
        record.offices.add(Office(code="north", name="North"), NOW)
    there = dataclasses.replace(desk, store=desk.store.at("north"))
    with pytest.raises(NotFound):
        open_form(there, "R1")
    with pytest.raises(NotFound):
        edit(there, "R1", {"age_years": 12}, 1)
    add(there, {}, reference="R1")
    assert person(desk, "R1") == R1


@pytest.mark.parametrize("role", list(Role))
def test_who_may_record_and_correct(desk, role):
    other = signed_in(desk, "carla", role)
    for act in (
        lambda: add(other, {"age_years": 15}),
        lambda: suggested_reference(other),
        lambda: open_form(other, "R1"),
        lambda: preview(other, "R1", {"age_years": 16}),
        lambda: edit(other, "R1", {"age_years": 15}, 1),
    ):
        if allows(role, Action.RECORD_REFERRAL):
            act()
        else:
            with pytest.raises(PermissionDenied):
                act()


def test_a_correction_can_be_taken_back_until_something_else_changes_the_same_fact(desk):
    first = edit(desk, "R1", {"age_years": 16}, open_form(desk, "R1").version)
    second = edit(desk, "R1", {"age_years": 17, "stay_days": 9}, first.version)
    assert not undo(desk, first.batch).done
    done = undo(desk, second.batch)
    assert done.sentence == "The correction was taken back: every fact is as it was before."
    assert (person(desk, "R1").age_years, person(desk, "R1").stay_days) == (16, 90)
    assert undo(desk, first.batch).done
    assert person(desk, "R1") == R1
    assert last_event(desk).action == Action.RECORD_REFERRAL
    with pytest.raises(ConflictError, match="was undone"):
        undo(desk, first.batch)


def test_somebody_recorded_by_hand_is_not_undone_but_closed(desk):
    done = add(desk, {})
    with pytest.raises(NotFound):
        undo(desk, done.batch)
