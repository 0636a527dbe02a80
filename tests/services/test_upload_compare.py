"""What an upload would change: new, changed field by field, kept, gone, loosened, shrunk."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import words as w
from matching.domain.access import Role
from matching.domain.errors import InputError, PermissionDenied
from matching.domain.records import BedPool, Provider, Referral
from matching.domain.words import DataOrigin
from matching.services.upload_compare import compare
from matching.services.upload_merging import VACANCY, merge
from matching.services.upload_people import shrunk
from matching.services.upload_records import Where, key_of
from tests import strategies
from tests.builders import NOW, ago, known_home, known_pool, known_referral
from tests.services.conftest import as_role
from tests.services.planned import desk_at, set_record
from tests.services.uploads_made import everything, homes_upload, people_upload

OAK, BIRCH = known_home("P1", name="Oak House"), known_home("P2", name="Birch House")
BEDS, MORE = known_pool("P1", pool_name="girls' floor"), known_pool("P2")


@pytest.fixture
def desk(sqlite_store):
    desk = desk_at(sqlite_store)
    set_record(desk, [OAK, BIRCH], [BEDS, MORE], [known_referral("R1")])
    return desk


def beds(**facts):
    return dataclasses.replace(BEDS, **facts)


def changed(found):
    return {
        one.where.attribute: (one.before, one.after)
        for change in found.changed
        for one in change.fields
    }


def test_nothing_is_stored(desk):
    before, version = everything(desk), desk.store.data_version()
    compare(desk, homes_upload([known_home("P9")], [known_pool("P9")]))
    assert (everything(desk), desk.store.data_version()) == (before, version)


def test_new_changed_unchanged_and_gone(desk):
    new = known_home("P3", name="Cedar House")
    found = compare(
        desk,
        homes_upload([OAK, new], [beds(beds_available=1, as_of=NOW), known_pool("P3")]),
    )
    assert [(one.kind, one.name) for one in found.new] == [
        ("provider", "Cedar House"),
        ("bed_pool", "Cedar House, B1"),
    ]
    assert [one.name for one in found.changed] == ["Oak House, girls' floor"]
    assert changed(found) == {"beds_available": (2, 1), "as_of": (ago(hours=2), NOW)}
    assert found.unchanged == (("provider", ("P1",)),)
    assert [(one.kind, one.name) for one in found.gone] == [
        ("provider", "Birch House"),
        ("bed_pool", "Birch House, B1"),
    ]
    assert found.sentences == (
        "1 provider and 1 bed pool are new.",
        "1 bed pool changes.",
        "1 provider stays as it is.",
        "1 provider and 1 bed pool on record are not in the file and are kept.",
    )


def test_fields_are_called_as_in_the_catalogue_of_columns(desk):
    found = compare(desk, homes_upload([OAK], [beds(age_max=16)]))
    ((one,),) = (change.fields for change in found.changed)
    assert (one.label, one.before, one.after) == ("oldest age", 17, 16)


def test_a_file_that_changes_nothing_says_so(desk):
    found = compare(desk, homes_upload([OAK, BIRCH], [BEDS, MORE]))
    assert found.nothing
    assert found.sentences == ("2 providers and 2 bed pools stay as they are.",)


def test_a_blank_never_deletes(desk):
    silent = Provider(provider_id="P1", agency="Harbor")
    found = compare(desk, homes_upload([silent], [BedPool(pool_id="B1", provider_id="P1")]))
    assert changed(found) == {"agency": (None, "Harbor")}
    kept = {(one.kind, one.label): one.records for one in found.kept}
    assert kept["provider", "licence ends"] == 1
    assert kept["bed_pool", "oldest age"] == 1
    assert found.sentences[-1] == f"{len(kept)} known facts are kept where the file is blank."
    assert found.loosening == ()


def test_only_a_file_that_says_so_makes_a_fact_unknown(desk):
    said = homes_upload(
        [Provider(provider_id="P1")],
        said_unknown=frozenset({("provider", ("P1",), "licence_expires")}),
    )
    found = compare(desk, said)
    assert changed(found) == {"licence_expires": (OAK.licence_expires, None)}
    (one,) = found.loosening
    assert one.name == "Oak House"
    assert one.why == (
        "A licence that has ended would count again. A known fact becomes unknown: "
        "what was ruled out before is only asked about."
    )


def test_what_somebody_wants_to_keep_is_kept(desk):
    upload = homes_upload([OAK], [beds(age_max=21, age_min=8)])
    assert len(compare(desk, upload).loosening) == 2
    found = compare(desk, upload, keep=[Where("bed_pool", ("B1", "P1"), "age_max")])
    assert changed(found) == {"age_min": (10, 8)}
    assert [one.change.where.attribute for one in found.loosening] == ["age_min"]


def test_a_new_provider_loosens_nothing(desk):
    home = known_home("P9", background_check=w.BackgroundCheck.CLEAR)
    assert compare(desk, homes_upload([home], [known_pool("P9", age_max=99)])).loosening == ()


def test_looser_changes_are_set_apart_with_their_sentence(desk):
    home = dataclasses.replace(OAK, licensed_capacity=9)
    found = compare(desk, homes_upload([home], [beds(genders=frozenset(w.Gender))]))
    assert {(one.change.label, one.why) for one in found.loosening} == {
        ("licensed capacity", "More people than before may live there."),
        ("genders served", "Another gender could be placed in these beds."),
    }
    assert found.to_confirm == {one.change.where for one in found.loosening}


# --- the moment of the vacancy ------------------------------------------------------------


def test_a_new_number_without_a_moment_is_news_of_an_unknown_moment(desk):
    found = compare(desk, homes_upload([OAK], [beds(beds_available=1, as_of=None)]))
    assert changed(found) == {"beds_available": (2, 1), "as_of": (ago(hours=2), None)}
    assert found.loosening == ()


def test_the_same_numbers_without_a_moment_keep_theirs(desk):
    found = compare(desk, homes_upload([OAK], [beds(as_of=None)]))
    assert found.nothing


def test_a_number_that_is_kept_does_not_become_fresh(desk):
    found = compare(desk, homes_upload([OAK], [beds(beds_available=None, as_of=NOW)]))
    assert found.nothing
    whole = compare(desk, homes_upload([OAK], [beds(as_of=NOW)]))
    assert changed(whole) == {"as_of": (ago(hours=2), NOW)}


def test_news_that_is_older_than_the_record_is_set_apart(desk):
    found = compare(desk, homes_upload([OAK], [beds(beds_available=3, as_of=ago(hours=9))]))
    (one,) = found.loosening
    assert one.why == "The file's news of the beds is older than that on record."


def test_who_confirmed_goes_with_the_moment(desk):
    set_record(desk, [OAK], [beds(confirmed_by="intake desk")])
    fresh = compare(desk, homes_upload([OAK], [beds(as_of=NOW)]))
    assert changed(fresh)["confirmed_by"] == ("intake desk", None)
    same = compare(desk, homes_upload([OAK], [BEDS]))
    assert same.nothing


POOLS = strategies.pools("P1", pool_id="B1")
UNKNOWN = st.frozensets(st.sampled_from(["as_of", "confirmed_by", *VACANCY, "age_max"]))


@given(before=POOLS, said=POOLS, unknown=UNKNOWN, keep=UNKNOWN)
@settings(max_examples=150)
def test_a_merge_is_merged_once(before, said, unknown, keep):
    after, _ = merge(before, said, unknown, keep)
    assert merge(after, said, unknown, keep)[0] == after


@given(before=POOLS, said=POOLS)
@settings(max_examples=80)
def test_after_a_merge_no_vacancy_is_fresher_than_its_oldest_number(before, said):
    after, kept = merge(before, said, ())
    for name in VACANCY:
        assert getattr(after, name) == (
            getattr(before, name) if name in kept else getattr(said, name)
        )
    if after.as_of is not None and any(name in kept for name in VACANCY):
        assert before.as_of is not None
        assert after.as_of <= before.as_of


@given(
    before=strategies.providers(provider_id="P1"), said=strategies.providers(provider_id="P1")
)
@settings(max_examples=100)
def test_a_merge_takes_every_word_of_the_file_and_keeps_all_it_does_not_say(before, said):
    after, kept = merge(before, said, ())
    for field in dataclasses.fields(Provider):
        told, known = getattr(said, field.name), getattr(before, field.name)
        assert getattr(after, field.name) == (known if told is None else told)
        assert (field.name in kept) == (told is None and known is not None)


# --- people living there ------------------------------------------------------------------


def test_beds_below_the_people_in_them_are_listed(desk):
    set_record(desk, [OAK], [beds(beds_occupied=3)])
    found = compare(desk, homes_upload([OAK], [beds(beds_occupied=None, beds_licensed=2)]))
    assert [one.sentence for one in found.shrunk] == [
        "Oak House, girls' floor: 3 people live there, and beds licensed would go from 3 to 2."
    ]
    assert found.to_override == {Where("bed_pool", ("B1", "P1"), "beds_licensed")}


def test_where_the_file_says_that_fewer_live_there_that_counts(desk):
    set_record(desk, [OAK], [beds(beds_occupied=3)])
    smaller = beds(beds_occupied=2, beds_licensed=2)
    assert compare(desk, homes_upload([OAK], [smaller])).shrunk == ()


def test_a_capacity_below_the_residents_or_the_beds_in_use_is_listed(desk):
    set_record(desk, [OAK], [beds(beds_occupied=2), known_pool("P1", "B2", beds_occupied=2)])
    home = dataclasses.replace(OAK, residents=None, licensed_capacity=3)
    (one,) = compare(desk, homes_upload([home])).shrunk
    assert (one.people, one.after, one.name) == (4, 3, "Oak House")
    assert compare(desk, homes_upload([home], [beds(beds_occupied=1)])).shrunk == ()


def test_one_person_is_said_as_one(desk):
    found = compare(desk, homes_upload([OAK], [beds(beds_accepting=0)]))
    assert [one.sentence for one in found.shrunk] == [
        "Oak House, girls' floor: 1 person lives there, "
        "and beds accepting would go from 3 to 0."
    ]


def test_what_was_too_small_before_is_no_news(desk):
    set_record(desk, [OAK], [beds(beds_occupied=3, beds_licensed=2)])
    found = compare(desk, homes_upload([OAK], [beds(beds_occupied=None, beds_licensed=None)]))
    assert found.shrunk == ()


@given(before=POOLS, after=POOLS)
@settings(max_examples=80)
def test_a_pool_is_listed_exactly_where_a_number_falls_below_the_people(before, after):
    key = key_of(before)
    found = shrunk(
        {"bed_pool": {key: before}}, [(before, after, "x")], {"bed_pool": {key: after}}
    )
    people = after.beds_occupied if after.beds_occupied is not None else before.beds_occupied
    below = {
        name
        for name in ("beds_licensed", "beds_staffed", "beds_accepting")
        if getattr(after, name) is not None
        and getattr(after, name) < (people or 0)
        and (getattr(before, name) is None or getattr(after, name) < getattr(before, name))
    }
    assert {one.where.attribute for one in found} == below


# --- closing ------------------------------------------------------------------------------


def test_a_provider_that_is_closed_takes_in_nobody_and_keeps_its_licence(desk):
    found = compare(desk, homes_upload([OAK], [BEDS]), closing=["P2"])
    (one,) = found.closed
    assert {(c.where.attribute, c.after) for c in one.fields} == {
        ("beds_accepting", 0),
        ("beds_available", 0),
        ("as_of", NOW),
        ("confirmed_by", "tester"),
    }
    assert found.changed == ()
    assert [s.people for s in found.shrunk] == [1]
    assert "1 bed pool takes in nobody any more." in found.sentences
    assert not found.nothing


def test_only_a_provider_on_record_and_not_in_the_file_can_be_closed(desk):
    with pytest.raises(InputError, match="P1 is in the file"):
        compare(desk, homes_upload([OAK], [BEDS]), closing=["P1"])
    with pytest.raises(InputError, match="no provider P9"):
        compare(desk, homes_upload([OAK], [BEDS]), closing=["P9"])
    with pytest.raises(InputError, match="no provider P1"):
        compare(desk, people_upload([known_referral("R1")]), closing=["P1"])


# --- referrals, the sample, rights --------------------------------------------------------


def test_referrals_are_compared_alike(desk):
    one = dataclasses.replace(known_referral("R1"), run_risk=None, age_years=16)
    found = compare(desk, people_upload([one, known_referral("R2")]))
    assert found.sentences[:2] == ("1 referral is new.", "1 referral changes.")
    assert changed(found) == {"age_years": (15, 16)}
    assert [(k.label, k.records) for k in found.kept] == [("risk of running", 1)]


def test_the_sample_is_no_part_of_what_real_records_are_compared_with(desk):
    sample = dataclasses.replace(OAK, data_origin=DataOrigin.SAMPLE)
    person = Referral(referral_id="R1", data_origin=DataOrigin.SAMPLE)
    set_record(desk, [sample], [BEDS], [person])
    found = compare(desk, homes_upload([OAK], [BEDS]))
    assert (found.count("new", "provider"), found.count("new", "bed_pool")) == (1, 1)
    assert found.gone == ()
    assert found.sample_removed == 2
    again = compare(desk, homes_upload([sample], [BEDS]))
    assert again.nothing


@pytest.mark.parametrize(
    ("role", "homes", "people"),
    [(Role.WORKER, False, True), (Role.MANAGER, True, False), (Role.AUDITOR, False, False)],
)
def test_each_role_compares_only_what_it_may_upload(desk, role, homes, people):
    other = as_role(desk, role)
    for upload, may in (
        (homes_upload([OAK], [BEDS]), homes),
        (people_upload([known_referral("R1")]), people),
    ):
        if may:
            assert compare(other, upload).upload is upload
        else:
            with pytest.raises(PermissionDenied):
                compare(other, upload)
