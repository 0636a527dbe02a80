"""What is on the record, to make a plan from."""

from __future__ import annotations

import pytest

from matching.domain.errors import InputError
from matching.services.facts import Facts, facts_on, require_both
from matching.services.intake import load_sample
from matching.store import Store
from tests.builders import known_home, known_pool, known_referral


def test_everything_comes_from_one_moment_of_the_record(desk, sample):
    before = desk.store.data_version()
    load_sample(desk, sample.providers, sample.pools, sample.referrals, "0" * 64)
    # Without a reader: nobody is shown it, so that no name is veiled.
    with Store(desk.store.engine).reading() as record:
        found = facts_on(record)
    assert found.version == before + 1
    assert set(found.referrals) == set(sample.referrals)
    assert set(found.providers) == set(sample.providers)
    assert set(found.pools) == set(sample.pools)


def test_an_empty_record_has_no_facts(desk):
    with desk.store.reading() as record:
        found = facts_on(record)
    assert (found.referrals, found.providers, found.pools) == ((), (), ())


@pytest.mark.parametrize(
    ("people", "homes", "missing"),
    [(0, 0, "referrals"), (0, 1, "referrals"), (1, 0, "providers"), (1, 1, None)],
)
def test_what_is_missing_for_a_plan_is_named(people, homes, missing):
    facts = Facts(
        (known_referral(),) * people, (known_home(),) * homes, (known_pool(),) * homes, 1
    )
    if missing is None:
        require_both(facts)
        return
    with pytest.raises(InputError) as caught:
        require_both(facts)
    assert caught.value.message.startswith(f"There are no {missing} on the record")
    assert caught.value.next_step == f"Upload {missing} or load the sample data."
