"""What belongs to one office is not there for another: nobody reads, changes or counts it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from matching.domain.access import Actor, Role
from matching.domain.equity import EquityFacts, Race
from matching.domain.errors import ConflictError, NotFound
from matching.domain.records import BedPool, Provider, Referral
from matching.store import Publication, StoredRecipe, tables
from matching.store.repositories import DayCount, StoredScenario
from tests.store.making import NOW, batch, run

NORTH = "north"


@pytest.fixture
def north(store):
    """The same record, as a second office sees it."""
    with store.transaction() as tx:
        tx._unit.writing(data=False).execute(
            tables.offices.insert().values(code=NORTH, name="North", data_version=0)
        )
    return store.at(NORTH)


def referral(**facts):
    return Referral(referral_id="4417", **facts)


def put(store, *referrals):
    with store.transaction() as tx:
        upload = tx.batches.add(batch(kind="referrals"))
        tx.referrals.upsert(referrals, upload)
    return upload


def test_two_offices_may_use_the_same_reference_for_two_people(store, north):
    put(store, referral(age_years=15))
    put(north, referral(age_years=31))
    with store.reading() as here, north.reading() as there:
        assert here.referrals.get("4417").age_years == 15
        assert there.referrals.get("4417").age_years == 31
        assert len(here.referrals.all()) == len(there.referrals.all()) == 1
        assert here.referrals.versions() == there.referrals.versions() == {"4417": 1}


def test_removing_a_case_leaves_that_of_the_other_office(store, north):
    put(store, referral())
    put(north, referral())
    with north.transaction() as tx:
        tx.referrals.replace((), tx.batches.add(batch(kind="referrals")))
    with store.reading() as here, north.reading() as there:
        assert len(here.referrals.all()) == 1
        assert there.referrals.all() == ()


def test_a_version_of_another_office_is_no_version_of_this_one(store, north):
    put(store, referral(age_years=15))
    put(store, referral(age_years=16))
    with north.transaction() as tx:
        upload = tx.batches.add(batch(kind="referrals"))
        with pytest.raises(ConflictError):
            tx.referrals.upsert([referral()], upload, expected={"4417": 2})


def test_providers_and_beds_are_of_all_offices(store, north):
    with store.transaction() as tx:
        upload = tx.batches.add(batch())
        tx.providers.upsert(
            [Provider(provider_id="P1")], [BedPool(pool_id="B1", provider_id="P1")], upload
        )
    with north.reading() as there:
        assert there.providers.get("P1") is not None
    before = store.data_version(), north.data_version()
    with north.transaction() as tx:
        upload = tx.batches.add(batch())
        tx.providers.upsert([Provider(provider_id="P1", name="Oak House")], (), upload)
    assert (store.data_version(), north.data_version()) == (before[0] + 1, before[1] + 1)
    with store.reading() as here:
        assert here.providers.get("P1")[0].name == "Oak House"


def test_uploads_are_of_one_office(store, north):
    mine = put(store, referral())
    with north.reading() as there:
        assert there.batches.get(mine.id) is None
        assert there.batches.list() == ()
        assert there.batches.last_of("referrals", mine.file_sha256, mine.recipe) is None
    with north.transaction() as tx, pytest.raises(NotFound):
        tx.batches.mark_undone(mine, NOW, "kim")
    with north.transaction() as tx, pytest.raises(NotFound):
        tx.batches.count(mine, {"read": 1})


def test_what_another_office_did_to_its_own_case_stands_in_no_ones_way(store, north):
    mine = put(store, referral(age_years=15))
    put(north, referral(age_years=31))
    put(north, referral(age_years=32))
    with store.reading() as here:
        assert here.images.touched_since(mine.id) is None
        assert here.images.after(mine.id) == ()
        assert len(here.images.adding("referral", [("4417",)])) == 1


def test_what_another_office_did_to_a_provider_counts(store, north):
    with store.transaction() as tx:
        mine = tx.batches.add(batch())
        tx.providers.upsert([Provider(provider_id="P1")], (), mine)
    with north.transaction() as tx:
        theirs = tx.batches.add(batch())
        tx.providers.upsert([Provider(provider_id="P1", name="Oak House")], (), theirs)
    with store.reading() as here:
        assert here.images.touched_since(mine.id) == theirs.id


def test_plans_are_of_one_office(store, north):
    with store.transaction() as tx:
        mine = tx.runs.add(run())
    with north.reading() as there:
        assert there.runs.latest() is None
        assert there.runs.list() == ()
        assert there.runs.before(mine.id + 1) is None
        with pytest.raises(NotFound):
            there.runs.get(mine.id)


def test_scenarios_are_of_one_office(store, north):
    one = StoredScenario(name="Oak closes", made_at=NOW, actor="kim", steps=[])
    with store.transaction() as tx:
        mine = tx.scenarios.add(one)
    with north.transaction() as tx:
        assert tx.scenarios.all() == ()
        theirs = tx.scenarios.add(one)
        assert theirs.id != mine.id
        for refused in (
            lambda: tx.scenarios.get(mine.id),
            lambda: tx.scenarios.remove(mine.id),
            lambda: tx.scenarios.change(mine.id, actor="sam"),
        ):
            with pytest.raises(NotFound):
                refused()


def test_what_was_published_is_held_together_office_by_office(store, north):
    one = Publication(
        made_at=NOW, actor="kim", period="2026-11-03", form="gaps", document={"sealed": 1}
    )
    with store.transaction() as tx:
        mine = tx.publications.add(one)
    with north.transaction() as tx:
        assert tx.publications.of("2026-11-03") == ()
        assert tx.publications.last("2026-11-03") == 0
        assert tx.publications.seal("2026-11-04") == 0
    with store.transaction() as tx:
        assert tx.publications.of("2026-11-03") == (mine,)
        assert tx.publications.seal("2026-11-04") == 1


def test_counts_by_day_are_of_one_office(store, north):
    put(store, referral(received_at=NOW))
    day = NOW.date()
    count = DayCount(day=day, measure="waiting", category="", count=3, unknown=0)
    with store.transaction() as tx:
        tx.history.set_days("waiting", day - timedelta(days=1), [count])
    with north.transaction() as tx:
        assert tx.history.is_empty()
        assert tx.history.received() == ()
        tx.history.set_days("waiting", day - timedelta(days=1), [])
        tx.history.clear()
    with store.reading() as here:
        assert here.history.rows("waiting") == (count,)
        assert here.history.received() == (NOW,)


def test_facts_for_fairness_are_of_one_office(store, north):
    for record, race in ((store, Race.BLACK), (north, Race.WHITE)):
        put(record, referral())
        with record.transaction() as tx:
            facts = EquityFacts(
                referral_id="4417",
                race=frozenset({race}),
                tribal_status=None,
                actor="kim",
                at=NOW,
            )
            tx.equity.put([facts])
    with north.transaction() as tx:
        assert tx.equity.state()[0] == 1
        assert tx.equity.clear() == 1
    with store.reading() as here:
        assert [one.race for one in here.equity.all()] == [frozenset({Race.BLACK})]


def test_how_files_were_read_is_remembered_office_by_office(store, north):
    recipe = StoredRecipe(
        sender="", headers="h", kind="providers", recipe={"a": 1}, actor="kim", at=NOW
    )
    with store.transaction() as tx:
        tx.recipes.remember(recipe)
    with north.transaction() as tx:
        assert tx.recipes.find("h", "providers") is None
        tx.recipes.remember(recipe)
    with store.reading() as here:
        assert here.recipes.find("h", "providers") == recipe


def test_the_audit_is_one_chain_and_read_office_by_office(store, north):
    kim = Actor("kim", Role.WORKER)
    for record in (store, north, store):
        with record.transaction() as tx:
            tx.audit.append(kim, NOW, "see_cases", object_kind="referral", object_id="4417")
    with north.reading() as there:
        assert [event.seq for event in there.audit.events()] == [2]
        assert [event.seq for event in there.audit.events(everywhere=True)] == [1, 2, 3]
        assert there.audit.verify() == []
