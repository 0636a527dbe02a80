"""Any sequence of uploads, failures and looks leaves what a plain dictionary would hold."""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from matching.domain.records import BedPool, Provider, Referral
from matching.store import open_store
from tests.store.making import LOCAL, NOW, batch, run


class Stop(Exception):
    """Raised inside transactions that must leave nothing."""


CODES = st.sampled_from(["A", "B", "C"])
REFERRALS = st.dictionaries(CODES, st.none() | st.integers(0, 2), max_size=3).map(
    lambda drawn: [Referral(referral_id=code, age_years=age) for code, age in drawn.items()]
)
HOMES = st.dictionaries(CODES, st.lists(CODES, unique=True, max_size=2), max_size=3).map(
    lambda drawn: (
        [Provider(provider_id=code) for code in drawn],
        [BedPool(pool_id=pool, provider_id=c) for c, pools in drawn.items() for pool in pools],
    )
)


class Record(RuleBasedStateMachine):
    """The store beside three dictionaries and three counters."""

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="model-"))
        self.store = open_store(f"sqlite:///{self.folder}/record.db")
        self.referrals, self.providers, self.pools = {}, {}, {}
        self.uploads = self.events = self.runs = self.version = 0

    def teardown(self):
        self.store.close()
        shutil.rmtree(self.folder)

    @rule(records=REFERRALS, anew=st.booleans(), fails=st.booleans())
    def upload_referrals(self, records, anew, fails):
        def work(tx):
            upload = tx.batches.add(batch(kind="referrals"))
            (tx.referrals.replace if anew else tx.referrals.upsert)(records, upload)
            tx.audit.append(LOCAL, NOW, "upload_referrals")

        if self.transact(work, fails):
            kept = {} if anew else self.referrals
            self.referrals = kept | {one.referral_id: one for one in records}
            self.uploads += 1
            self.events += 1
            self.version += 1

    @rule(drawn=HOMES, anew=st.booleans(), fails=st.booleans())
    def upload_providers(self, drawn, anew, fails):
        homes, beds = drawn

        def work(tx):
            upload = tx.batches.add(batch())
            (tx.providers.replace if anew else tx.providers.upsert)(homes, beds, upload)

        if self.transact(work, fails):
            old = ({}, {}) if anew else (self.providers, self.pools)
            self.providers = old[0] | {one.provider_id: one for one in homes}
            self.pools = old[1] | {(one.provider_id, one.pool_id): one for one in beds}
            self.uploads += 1
            self.version += 1

    @rule(fails=st.booleans())
    def save_a_plan(self, fails):
        def work(tx):
            tx.runs.add(run())
            tx.audit.append(LOCAL, NOW, "save_run")

        if self.transact(work, fails):
            self.runs += 1
            self.events += 1

    @precondition(lambda self: self.referrals)
    @rule(age=st.integers(0, 99))
    def change_everybody(self, age):
        changed = [dataclasses.replace(one, age_years=age) for one in self.referrals.values()]
        with self.store.transaction() as tx:
            seen = tx.referrals.versions()
            tx.referrals.upsert(changed, tx.batches.add(batch()), expected=seen)
            now = tx.referrals.versions()
        for one in changed:
            moved = self.referrals[one.referral_id] != one
            assert now[one.referral_id] == seen[one.referral_id] + moved
            self.referrals[one.referral_id] = one
        self.uploads += 1
        self.version += 1

    @rule()
    def close_and_open(self):
        url = str(self.store.engine.url)
        self.store.close()
        self.store = open_store(url)

    def transact(self, work, fails):
        """Do the work; tell whether it was to stay."""
        if not fails:
            with self.store.transaction() as tx:
                work(tx)
            return True
        with pytest.raises(Stop):
            self.fail_after(work)
        return False

    def fail_after(self, work):
        with self.store.transaction() as tx:
            work(tx)
            raise Stop

    @invariant()
    def holds_what_the_model_holds(self):
        with self.store.reading() as read:
            homes, beds = read.providers.all()
            assert {one.referral_id: one for one in read.referrals.all()} == self.referrals
            assert {one.provider_id: one for one in homes} == self.providers
            assert {(one.provider_id, one.pool_id): one for one in beds} == self.pools
            assert len(read.batches.list()) == self.uploads
            assert len(read.runs.list()) == self.runs
            assert read.audit.head().seq == self.events
            assert read.audit.verify() == []
            assert read.data_version() == self.version


TestRecord = Record.TestCase
TestRecord.settings = settings(max_examples=6, stateful_step_count=10, deadline=None)
