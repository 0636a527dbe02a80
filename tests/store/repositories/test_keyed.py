"""What is saved is read back equal; an upload changes what it names and nothing else."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.domain.accounts import Office
from matching.domain.errors import ConflictError, InputError
from matching.domain.records import BedPool, Provider, Referral
from matching.domain.words import Level
from tests import strategies as own
from tests.store.making import NOW, batch, record

ON_ONE_STORE = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
WILD = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
REFERRAL = Referral(referral_id="R1")


def wild(records, *names):
    """The same records, with any text at all in the named fields."""

    @st.composite
    def draw_all(draw):
        return tuple(
            dataclasses.replace(one, **{name: draw(st.none() | WILD) for name in names})
            for one in draw(records)
        )

    return draw_all()


def by_key(records, name):
    return tuple(sorted(records, key=lambda one: getattr(one, name)))


def read_referrals(store):
    with store.reading() as read:
        return read.referrals.all()


@ON_ONE_STORE
@given(wild(own.referral_lists(max_size=3), "worker", "group_id", "distance_reason"))
def test_referrals_are_read_as_they_were_saved(store, referrals):
    record(store, referrals=referrals, replace=True)
    assert read_referrals(store) == by_key(referrals, "referral_id")


@ON_ONE_STORE
@given(own.inventories(max_providers=2))
def test_providers_and_pools_are_read_as_they_were_saved(store, inventory):
    providers, pools = inventory
    record(store, providers=providers, pools=pools, replace=True)
    with store.reading() as read:
        assert read.providers.all() == (
            by_key(providers, "provider_id"),
            by_key(pools, "pool_id"),
        )
        for provider in providers:
            mine = tuple(one for one in pools if one.provider_id == provider.provider_id)
            assert read.providers.get(provider.provider_id) == (provider, mine)


@pytest.mark.parametrize("make", [own.referrals, own.providers, own.pools])
def test_moments_come_back_in_utc_and_members_as_members(store, make):
    drawn = settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))

    @drawn
    @given(make(unknown=False))
    def check(one):
        kind = {Referral: "referrals", Provider: "providers", BedPool: "pools"}[type(one)]
        home = {"providers": [Provider(provider_id="P1")]} if kind == "pools" else {}
        record(store, **{kind: [one]}, **home, replace=True)
        with store.reading() as read:
            found = read.providers.all()
            (back,) = {"referrals": read.referrals.all(), "providers": found[0]}.get(
                kind, found[1]
            )
        for field in dataclasses.fields(one):
            before, after = getattr(one, field.name), getattr(back, field.name)
            assert type(after) is type(before)
            assert getattr(after, "tzinfo", None) == getattr(before, "tzinfo", None)
            if isinstance(before, frozenset | tuple):
                assert {type(part) for part in after} == {type(part) for part in before}

    check()


@pytest.mark.parametrize("value", [None, frozenset()])
def test_unknown_and_known_none_stay_apart(store, value):
    names = ["behaviours", "separate_from", "funding"]
    one = dataclasses.replace(REFERRAL, **dict.fromkeys(names, value))
    record(store, referrals=[one])
    (back,) = read_referrals(store)
    assert {getattr(back, name) for name in names} == {value}


@pytest.mark.parametrize("value", [None, False, True])
def test_unknown_no_and_yes_stay_apart(store, value):
    record(store, referrals=[dataclasses.replace(REFERRAL, interpreter_ok=value)])
    assert read_referrals(store)[0].interpreter_ok is value


@pytest.mark.parametrize("value", [None, 0])
def test_unknown_and_zero_beds_stay_apart(store, value):
    pool = BedPool(pool_id="B", provider_id="P", beds_available=value)
    record(store, providers=[Provider(provider_id="P")], pools=[pool])
    with store.reading() as read:
        (back,) = read.providers.all()[1]
    assert back.beds_available == value
    assert back.free == value


@ON_ONE_STORE
@given(own.referral_lists(max_size=3), own.referral_lists(max_size=3))
def test_an_upload_is_like_updating_a_dictionary(store, first, second):
    record(store, referrals=first, replace=True)
    with store.reading() as read:
        before = read.referrals.versions()
    _, changes = record(store, referrals=second)
    old = {one.referral_id: one for one in first}
    new = {one.referral_id: one for one in second}
    assert read_referrals(store) == by_key((old | new).values(), "referral_id")

    def keys(wanted):
        return tuple(sorted((name,) for name in wanted))

    same = {name for name in old.keys() & new.keys() if old[name] == new[name]}
    assert changes.added == keys(new.keys() - old.keys())
    assert changes.changed == keys((old.keys() & new.keys()) - same)
    assert changes.unchanged == keys(same)
    assert changes.missing == keys(old.keys() - new.keys())
    assert changes.removed == ()
    with store.reading() as read:
        after = read.referrals.versions()
    for name, version in after.items():
        moved = (name,) in changes.changed
        assert version == before.get(name, 0) + (moved or name not in before)


def test_all_fields_are_replaced_also_by_unknown(store):
    record(store, referrals=[dataclasses.replace(REFERRAL, run_risk=Level.HIGH, age_years=15)])
    record(store, referrals=[dataclasses.replace(REFERRAL, stay_days=30)])
    assert read_referrals(store) == (dataclasses.replace(REFERRAL, stay_days=30),)


def test_an_unchanged_row_keeps_its_upload_and_its_version(store):
    with store.transaction() as tx:
        first = tx.batches.add(batch())
        tx.referrals.upsert([REFERRAL], first)
    with store.transaction() as tx:
        second = tx.batches.add(batch())
        tx.referrals.upsert([REFERRAL, Referral(referral_id="R2")], second)
        table = tx.referrals._rows._table
        rows = tx._unit.connection.execute(
            table.select().with_only_columns(
                table.c.referral_id, table.c.version, table.c.batch_id, table.c.updated_at
            )
        ).all()
    assert sorted(map(tuple, rows)) == [("R1", 1, first.id, NOW), ("R2", 1, second.id, NOW)]


def test_a_key_that_stands_twice_is_refused(store):
    with pytest.raises(InputError, match="case reference is there twice") as caught:
        record(store, referrals=[REFERRAL, dataclasses.replace(REFERRAL, age_years=3)])
    assert "R1" not in caught.value.sentence()
    assert read_referrals(store) == ()


def test_a_row_that_moved_meanwhile_is_not_overwritten(store):
    record(store, referrals=[REFERRAL])
    with store.reading() as read:
        seen = read.referrals.versions()
    record(store, referrals=[dataclasses.replace(REFERRAL, age_years=15)])
    mine = dataclasses.replace(REFERRAL, age_years=16)
    with pytest.raises(ConflictError, match="1 of these records"), store.transaction() as tx:
        tx.referrals.upsert([mine], tx.batches.add(batch()), expected=seen)
    assert read_referrals(store)[0].age_years == 15
    with store.transaction() as tx:
        now = tx.referrals.versions()
        tx.referrals.upsert([mine], tx.batches.add(batch()), expected=now)
    assert read_referrals(store) == (mine,)


def test_a_row_that_vanished_meanwhile_is_not_brought_back(store):
    record(store, referrals=[REFERRAL])
    record(store, referrals=[], replace=True)
    with pytest.raises(ConflictError), store.transaction() as tx:
        tx.referrals.upsert([REFERRAL], tx.batches.add(batch()), expected={"R1": 1})


def test_more_rows_than_are_asked_for_key_by_key(store):
    many = [Referral(referral_id=f"R{number:04}", age_years=1) for number in range(450)]
    record(store, referrals=many)
    older = [dataclasses.replace(one, age_years=2) for one in many[:300]]
    _, changes = record(store, referrals=older)
    assert len(changes.changed) == 300
    assert len(changes.missing) == 150
    assert read_referrals(store) == (*older, *many[300:])


def test_rows_come_in_the_order_of_keys_whatever_the_database_thinks(store):
    names = ["b", "B", "a", "_", "ä", "10", "9", "Z z"]
    record(store, referrals=[Referral(referral_id=name) for name in names])
    assert [one.referral_id for one in read_referrals(store)] == sorted(names)


def test_a_hostile_key_is_only_a_key(store):
    names = ["'; DROP TABLE referrals; --", "%(x)s", "?", ":key", "%s"]
    record(store, referrals=[Referral(referral_id=name) for name in names])
    with store.reading() as read:
        assert all(read.referrals.get(name) is not None for name in names)
        assert read.referrals.get("%") is None


@ON_ONE_STORE
@given(own.referral_lists(max_size=4), st.sets(st.sampled_from(["R1", "R2", "R3", "no one"])))
def test_one_record_is_the_one_among_all_and_some(store, referrals, others):
    record(store, referrals=referrals, replace=True)
    names = others | {one.referral_id for one in referrals}
    with store.reading() as read:
        every = {one.referral_id: one for one in read.referrals.all()}
        some = read.rows["referral"].some((name,) for name in names)
        for name in names:
            assert read.referrals.get(name) == every.get(name)
            assert some.get((name,)) == every.get(name)


def test_a_record_of_another_office_is_not_there(store):
    record(store, referrals=(REFERRAL,), replace=True)
    with store.reading() as read:
        assert read.referrals.get("R1") == REFERRAL
    with store.transaction() as change:
        change.offices.add(Office(code="north", name="North"), NOW)
    with store.at("north").reading() as read:
        assert read.referrals.get("R1") is None
        assert read.rows["referral"].some([("R1",)]) == {}
