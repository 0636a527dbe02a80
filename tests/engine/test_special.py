"""Whose every pair must be listed, against looking at all pairs."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain.errors import ChoiceError
from matching.engine.allowed import restrict, with_groups
from matching.engine.candidates import candidates
from matching.engine.choices import NO_CHOICES, Choices, Seat, Waiver
from matching.engine.couplings import components, find, together
from matching.engine.judge import Judge
from matching.engine.sieve import Sieve
from matching.engine.special import could_be_tied, could_tie, special
from tests.builders import known_home, known_pool, known_referral, problem
from tests.engine.crowds import decisions
from tests.engine.small import GENERAL, problems

FEW = settings(max_examples=15, deadline=None)


@FEW
@given(problems(people=6, pools=6, tied=True), st.data())
def test_the_tied_and_their_competitors_are_found(one, data):
    judge = Judge(one, GENERAL)
    try:
        choices = with_groups(one, GENERAL, data.draw(decisions(one)))
        pairs = together(one, restrict(judge, candidates(judge), choices), choices)
    except ChoiceError:
        return
    found = special(judge, Sieve(judge), choices)
    ties = find(one, GENERAL, pairs, choices)
    bound = ties.bound(pairs)
    label = components(one, ties, pairs)
    has_pair = np.zeros(one.size[0], dtype=bool)
    has_pair[pairs.referral] = True
    wanted = np.isin(label, np.unique(label[bound & has_pair])) & has_pair
    assert found.tied[wanted | bound].all()
    assert found.listed[found.tied].all()
    for tie in (*ties.modes, *ties.limits):
        people, pools = pairs.referral[tie.pairs], pairs.pool[tie.pairs]
        assert (could_tie(one)[pools] | could_be_tied(one)[people]).all()


@FEW
@given(problems(people=6, pools=6))
def test_nobody_is_special_where_nothing_is_decided_and_nothing_binds(one):
    judge = Judge(one, GENERAL)
    pairs = candidates(judge)
    found = special(judge, Sieve(judge), NO_CHOICES)
    if not find(one, GENERAL, pairs).bound(pairs).any():
        assert not found.tied.any()
        assert not found.listed.any()


def test_people_decided_about_keep_all_their_pairs():
    people = [known_referral(f"R{k}") for k in range(7)]
    people[6] = known_referral("R6", group_id="F1")
    one = problem(people, known_home(), known_pool())
    choices = Choices(
        forced=frozenset({Seat("R0", "P1")}),
        forbidden=frozenset({Seat("R1", "P1")}),
        only=frozenset({Seat("R2", "P1")}),
        calling=frozenset({Seat("R3", "P1"), Seat("gone", "P1")}),
        split=frozenset({"F1"}),
        waived=frozenset({Waiver("R4", "distance")}),
    )
    judge = Judge(one, GENERAL)
    found = special(judge, Sieve(judge), choices)
    assert found.listed.tolist() == [True, True, True, True, True, False, True]
    assert not found.tied.any()


def test_whoever_competes_with_the_tied_is_listed_through_any_chain():
    """R0 and R1 stay together; R2 shares a home with them, R3 one with R2, R4 nothing."""
    refusals = {"R0": "P2 P3", "R1": "P2 P3", "R2": "P3", "R3": "P1 P3", "R4": "P1 P2"}
    people = [
        known_referral(
            name,
            group_id="F1" if name in ("R0", "R1") else None,
            vetoed_providers=frozenset(homes.split()),
        )
        for name, homes in refusals.items()
    ]
    homes = [known_home(f"P{k}") for k in (1, 2, 3)]
    one = problem(people, homes, [known_pool(f"P{k}") for k in (1, 2, 3)])
    judge = Judge(one, GENERAL)
    found = special(judge, Sieve(judge), NO_CHOICES)
    assert found.tied.tolist() == [True, True, True, True, False]
