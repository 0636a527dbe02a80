"""Helpers of the tests that compare changes of a plan with trying everything."""

from __future__ import annotations

from matching.domain.policy import Policy
from matching.engine.ledger import Change
from tests.engine.small import Place, Ranking

Places = tuple[Place, ...]

#: Rules that tie people who are in no group and in no conflict.
SHARED = ("resident-gender", "resident-age", "acuity")


def untied(policy: Policy) -> Policy:
    """Return a policy under which nothing ties people of no group or conflict."""
    for code in SHARED:
        policy = policy.with_rule(code, on=False)
    return policy


def changes(ranking: Ranking, before: Places, after: Places) -> tuple:
    """Return what differs between two assignments, as a consequence tells it."""
    tiers = zip(ranking.tier_counts(after), ranking.tier_counts(before), strict=True)
    icwa, cost = (
        a - b
        for a, b in zip(ranking.preferences(after), ranking.preferences(before), strict=True)
    )
    return tuple(a - b for a, b in tiers), icwa, cost


def told(found: Change) -> tuple:
    """Return a change as :func:`changes` tells it."""
    return found.tiers, found.icwa, found.cost


def after(before: Places, found: Change) -> Places:
    """Make the moves of a change."""
    places = list(before)
    for move in found.moves:
        assert places[move.referral] == (None if move.from_pool < 0 else move.from_pool)
        places[move.referral] = None if move.to_pool < 0 else move.to_pool
    return tuple(places)
