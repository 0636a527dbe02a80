"""The clocks of a policy: complete, within limits, and never a reason for another plan."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain import policy
from matching.domain.clocks import LIMITS, Clocks, names, read
from matching.domain.errors import PolicyError

HEAD = 'title = "T"\njurisdiction = "US"\nversion = "1"\n'
AGE = '[rules.age]\nkind = "safety"\n'


def parse(body):
    return policy.parse(HEAD + AGE + body, "trial").clocks


def refusal(body):
    with pytest.raises(PolicyError) as caught:
        parse(body)
    assert caught.value.next_step == "Correct the policy file."
    assert not caught.value.saved
    return caught.value.message


def test_a_policy_that_says_nothing_has_the_clocks_of_the_field():
    assert parse("") == Clocks()
    assert asdict(Clocks()) == {
        "hold_minutes": 60,
        "longest_hold_minutes": 1440,
        "hold_soon_minutes": 60,
        "call_back_minutes": 30,
        "screening_hours": 24,
        "missing_report_hours": 24,
        "review_hours": 72,
        "bed_hold_days": 14,
        "family_first_days": 14,
        "ending_days": 30,
        "citations": {},
    }


def test_every_length_is_also_given_as_a_length_of_time():
    clocks = Clocks()
    for name in names():
        bare, unit = name.rsplit("_", 1)
        assert getattr(clocks, bare) == timedelta(**{unit: getattr(clocks, name)})


def test_every_clock_has_limits_and_its_usual_length_is_within_them():
    assert set(names()) == set(LIMITS) == set(asdict(Clocks())) - {"citations"}
    for name, (low, high) in LIMITS.items():
        assert low <= getattr(Clocks(), name) <= high


@given(st.sampled_from(sorted(LIMITS)), st.integers(-10, 20_000))
def test_a_length_outside_its_limits_is_refused_with_its_name(name, length):
    low, high = LIMITS[name]
    if not low <= length <= high:
        with pytest.raises(PolicyError, match=rf"\[clocks\] {name}: {length} is not a whole"):
            read({name: length}, "trial")
        return
    longest = {"longest_hold_minutes": high} if name == "hold_minutes" else {}
    shorter = {"hold_minutes": 5} if name == "longest_hold_minutes" else {}
    assert getattr(read({name: length, **longest, **shorter}, "trial"), name) == length


def test_what_makes_no_sense_is_refused_in_words():
    assert "'hold_minute' is not known here" in refusal("[clocks]\nhold_minute = 5\n")
    assert "'60' is not a whole number" in refusal('[clocks]\nhold_minutes = "60"\n')
    assert "True is not a whole number" in refusal("[clocks]\nhold_minutes = true\n")
    with pytest.raises(PolicyError, match=r"\[clocks\]: a table is expected here"):
        read([60], "trial")
    assert "a hold of 120 minutes would be longer than the longest one (90 minutes)" in refusal(
        "[clocks]\nhold_minutes = 120\nlongest_hold_minutes = 90\n"
    )
    assert "'reviews' is not known here" in refusal('[clocks.citations]\nreviews = "A"\n')
    for bad in ('""', '"  "', "3"):
        assert "[clocks.citations] review_hours: a citation must be a text" in refusal(
            f"[clocks.citations]\nreview_hours = {bad}\n"
        )


def test_a_state_says_only_what_differs_and_where_it_stands():
    general, florida, texas = (
        policy.load(one).clocks for one in ("general", "florida", "texas")
    )
    assert replace(florida, citations={}) == replace(general, citations={}) == Clocks()
    assert "672(k)" in general.citations["family_first_days"]
    assert "Chapter 65C-43" in florida.citations["screening_hours"]
    assert florida.citations["family_first_days"] == general.citations["family_first_days"]
    assert texas == general


def test_clocks_are_no_part_of_the_fingerprint():
    loaded = policy.load("general")
    other = replace(loaded, clocks=Clocks(hold_minutes=5, citations={"hold_minutes": "A"}))
    assert other.fingerprint() == loaded.fingerprint()
