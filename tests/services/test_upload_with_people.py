"""Uploads, their undoing and the sample, where people have beds meanwhile."""

from __future__ import annotations

import pytest

from matching.domain.access import Role
from matching.domain.casework import CaseState, StayEnd
from matching.domain.errors import ConflictError
from matching.domain.words import DataOrigin
from matching.services import calling, holding, placing
from matching.services.intake import load_sample
from matching.services.provider_edit import edit, open_form
from matching.services.upload_commit import commit
from matching.services.upload_compare import compare
from matching.services.upload_undo import batches, undo
from matching.store.checks import Checks
from tests.builders import known_referral
from tests.services.casework import beds, case, desk_of, free, oak, on_record, people
from tests.services.uploads_made import homes_upload, people_upload, real, upload

GIVEN = {"data_origin": None}


@pytest.fixture
def desk(store):
    return desk_of(store)


@pytest.fixture
def boss(store):
    return desk_of(store, role=Role.LOCAL, name="boss")


def test_a_place_that_was_called_stays_when_its_upload_is_undone(store, desk, boss):
    on_record(store, persons=real(people(1)))
    put = upload(boss, homes_upload([oak(**GIVEN)], [beds(2)]))
    offer = calling.start_calling(desk, "R1", "H1", "P")
    (line,) = [one for one in batches(boss) if one.number == put.batch]
    assert not line.may_undo
    assert "called about" in line.why_not
    found = undo(boss, put.batch)
    assert not found.done
    assert "cases were called about there since" in found.sentence
    with store.reading() as record:
        assert record.offers.get(offer.id) == offer


def test_a_case_that_was_worked_on_stays_when_its_upload_is_undone(store, desk, boss):
    on_record(store, [oak(**GIVEN)], [beds(2)])
    put = upload(boss, people_upload([known_referral("R1", **GIVEN)]))
    placed = placing.start(desk, "R1", provider_id="H1", pool_id="P", expected_version=0)
    placing.end(desk, placed.id, StayEnd.PLANNED, needs_place=False, expected_version=1)
    found = undo(boss, put.batch)
    assert not found.done
    assert found.conflicts[0].sentence == (
        "Case R1 was added by this upload and has been worked on since."
    )
    assert case(desk).state is CaseState.CLOSED


def test_a_list_that_shrinks_a_place_below_the_beds_held_needs_a_decision(store, desk, boss):
    on_record(store, [oak(**GIVEN)], [beds(2)], real(people(2)))
    holding.hold(desk, "R1", "H1", "P")
    placing.start(desk, "R2", provider_id="H1", pool_id="P", expected_version=0)
    smaller = homes_upload([oak(**GIVEN)], [beds(2, beds_licensed=1)])
    (found,) = compare(boss, smaller).shrunk
    assert found.people == 2
    assert found.sentence == (
        "Oak House, B1: 2 people live there or have a bed held, and beds licensed would go "
        "from 4 to 1."
    ).replace("B1", found.name.partition(", ")[2])
    with pytest.raises(ConflictError, match="fewer beds than people"):
        commit(boss, compare(boss, smaller))
    upload(boss, smaller)
    assert free(desk) == 0
    assert case(desk).state is CaseState.HELD


def test_who_comes_between_looking_and_saving_counts(store, desk, boss):
    on_record(store, [oak(**GIVEN)], [beds(2)], real(people(2)))
    seen = compare(boss, homes_upload([oak(**GIVEN)], [beds(2, beds_licensed=1)]))
    assert not seen.shrunk
    holding.hold(desk, "R1", "H1", "P")
    placing.start(desk, "R2", provider_id="H1", pool_id="P", expected_version=0)
    with pytest.raises(ConflictError, match=r"since\. Oak House") as caught:
        commit(boss, seen, confirmed_loosening=seen.to_confirm)
    assert caught.value.saved is False
    assert Checks(store).beds() == []


def test_somebody_elsewhere_does_not_keep_a_list_from_being_saved(store, desk, boss):
    on_record(store, [oak(**GIVEN), oak("H2", **GIVEN)], [beds(2), beds(2, "H2")], people(1))
    seen = compare(boss, homes_upload([oak(**GIVEN)], [beds(2, beds_licensed=1)]))
    holding.hold(desk, "R1", "H2", "P")
    assert commit(boss, seen, confirmed_loosening=seen.to_confirm).batch


@pytest.mark.parametrize("lives", [False, True])
def test_undoing_does_not_shrink_a_place_below_the_people_there(store, desk, boss, lives):
    on_record(store, [oak(licensed_capacity=9)], [beds(1, beds_licensed=1)], people(2))
    form = open_form(boss, "H1")
    wider = {"beds_licensed": 2, "beds_available": 2}
    done = edit(
        boss, "H1", {}, form.version, pools={"P": wider}, pool_versions=form.pool_versions,
        confirmed={"beds_licensed"},
    )  # fmt: skip
    holding.hold(desk, "R1", "H1", "P")
    if lives:
        placing.start(desk, "R2", provider_id="H1", pool_id="P", expected_version=0)
    found = undo(boss, done.batch)
    if lives:
        assert not found.done
        assert "2 people live there or have a bed held, and beds licensed would go" in (
            found.sentence
        )
    else:
        assert found.done
    assert Checks(store).beds() == []


def test_real_records_take_the_sample_off_with_all_that_was_tried_on_it(store, desk, boss):
    sample = {"data_origin": DataOrigin.SAMPLE}
    load_sample(boss, (oak(**sample),), (beds(2),), people(2, **sample), "0" * 64)
    holding.hold(desk, "R1", "H1", "P")
    placing.start(desk, "R2", provider_id="H1", pool_id="P", expected_version=0)
    upload(boss, people_upload([known_referral("N1", **GIVEN)]))
    with store.reading() as record:
        assert record.providers.all() == ((), ())
        assert [one.referral_id for one in record.referrals.all()] == ["N1"]
        assert record.offers.all() == record.placements.all() == record.cases.all() == ()
        assert record.calls.all() == ()
        assert record.audit.verify() == []


def test_the_sample_stays_where_somebody_real_has_to_do_with_it(store, desk, boss):
    sample = {"data_origin": DataOrigin.SAMPLE}
    mixed = (*people(1, **sample), known_referral("N1", **GIVEN))
    load_sample(boss, (oak(**sample),), (beds(2),), mixed, "0" * 64)
    holding.hold(desk, "N1", "H1", "P")
    with pytest.raises(ConflictError, match="cannot make room") as caught:
        upload(boss, people_upload([known_referral("N2", **GIVEN)]))
    assert caught.value.saved is False
    assert case(desk, "N1").state is CaseState.HELD
