"""The `[retention]` table: what it may say, and that it changes no plan."""

from __future__ import annotations

from datetime import timedelta

import pytest

from matching.domain import policy as policies
from matching.domain.errors import PolicyError
from matching.domain.retention import Retention


def with_table(text):
    return policies.parse(f'extends = "general"\n[retention]\n{text}\n', "own")


def test_every_policy_keeps_seven_years_with_its_citation():
    for name in policies.available():
        rule = policies.load(name).retention
        assert rule.days("closed_days") == timedelta(days=2555)
        assert "seven years" in rule.citation


def test_an_office_may_say_otherwise_and_the_rest_stays():
    rule = with_table("closed_days = 3650").retention
    assert rule == Retention(closed_days=3650)
    assert policies.load("general").retention == Retention()


def test_it_changes_no_plan():
    general = policies.load("general")
    assert with_table("closed_days = 10").fingerprint() == with_table("").fingerprint()
    assert general.retention.closed_days == 2555


@pytest.mark.parametrize(
    "text",
    [
        "closed_days = 0",
        "closed_days = 36501",
        "closed_days = 1.5",
        "closed_days = true",
        'closed_days = "ten"',
        "closed_years = 7",
        "citation = 7",
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(text):
    with pytest.raises(PolicyError, match="retention"):
        with_table(text)
