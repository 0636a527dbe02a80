"""Race and tribal status in a table of their own; no plan grows old by it."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.domain.equity import EquityFacts, Race, TribalStatus
from matching.domain.errors import InputError, StoreError
from matching.domain.records import Referral
from matching.store.tables import equity_facts
from tests.store.making import NOW, batch

ONE = EquityFacts(
    referral_id="R1",
    race=frozenset({Race.BLACK, Race.WHITE}),
    tribal_status=TribalStatus.NEITHER,
    actor="kim",
    at=NOW,
)


@pytest.fixture
def people(store):
    with store.transaction() as tx:
        kept = tx.batches.add(batch(kind="referrals"))
        tx.referrals.upsert([Referral(referral_id=name) for name in ("R1", "R2")], kept)
    return store


def test_facts_come_back_as_they_were(people):
    unknown = EquityFacts(referral_id="R2", actor="kim", at=NOW)
    with people.transaction() as tx:
        assert tx.equity.put([unknown, ONE]) == 2
    with people.reading() as read:
        assert read.equity.all() == (ONE, unknown)
        assert read.equity.state() == (2, NOW)


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.none() | st.sets(st.sampled_from(Race), min_size=1).map(frozenset),
    st.none() | st.sampled_from(TribalStatus),
)
def test_every_answer_comes_back(people, race, tribe):
    one = replace(ONE, race=race, tribal_status=tribe)
    with people.transaction() as tx:
        tx.equity.put([one])
        assert tx.equity.all() == (one,)


def test_what_is_recorded_later_takes_the_place_of_what_was(people):
    later = replace(ONE, race=None, actor="lee", at=NOW + timedelta(hours=1))
    with people.transaction() as tx:
        tx.equity.put([ONE])
        tx.equity.put([later])
        assert tx.equity.all() == (later,)
        assert tx.equity.state() == (1, later.at)


def test_nothing_is_recorded_at_first_and_everything_can_be_removed(people):
    with people.transaction() as tx:
        assert tx.equity.state() == (0, None)
        tx.equity.put([ONE])
        assert tx.equity.clear() == 1
        assert tx.equity.all() == ()


def test_recording_changes_no_fact(people):
    version = people.data_version()
    with people.transaction() as tx:
        tx.equity.put([ONE])
    assert people.data_version() == version


def test_a_case_that_is_not_on_the_record_is_refused(people):
    with pytest.raises(InputError), people.transaction() as tx:
        tx.equity.put([replace(ONE, referral_id="R9")])
    with people.reading() as read:
        assert read.equity.all() == ()


def test_facts_go_with_their_case(people):
    with people.transaction() as tx:
        tx.equity.put([ONE])
        kept = tx.batches.add(batch(kind="referrals"))
        tx.referrals.replace([Referral(referral_id="R2")], kept)
        assert tx.equity.all() == ()


def test_a_word_of_a_newer_version_is_told(people):
    with people.transaction() as tx:
        tx.equity.put([ONE])
    engine = people.engine.execution_options(record_writes=True)
    with engine.begin() as connection:
        connection.execute(sa.update(equity_facts).values(tribal_status="somewhat"))
    with people.reading() as read, pytest.raises(StoreError, match="does not know"):
        read.equity.all()
