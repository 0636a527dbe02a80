"""Whose every pair must be listed: people decided about, and people tied to others."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from matching.engine.allowed import restrict
from matching.engine.candidates import Candidates, gathered
from matching.engine.choices import Choices
from matching.engine.columns import known
from matching.engine.couplings import find, together
from matching.engine.judge import Judge
from matching.engine.problem import Problem
from matching.engine.sieve import Sieve

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Special:
    """Who is special.

    Attributes
    ----------
    listed : ndarray of bool, shape (referrals,)
        Whose every pair is to be listed.
    tied : ndarray of bool, shape (referrals,)
        Who competes for beds with people whom a tie binds, directly or through
        others, or is one of them. They are listed, too.
    """

    listed: Flags
    tied: Flags


def special(judge: Judge, sieve: Sieve, choices: Choices) -> Special:
    """Find the people whose every pair must be listed.

    Parameters
    ----------
    judge : Judge
    sieve : Sieve
        Of the same judge.
    choices : Choices
        As they are applied.

    Returns
    -------
    Special
    """
    problem = judge.problem
    named = _named(problem, choices)
    people, pools = named | could_be_tied(problem), could_tie(problem)
    nobody = np.zeros(problem.size[0], dtype=np.bool_)
    if not people.any() and not pools.any():
        return Special(named, nobody)
    blocks = sieve.blocks(lambda i, j: people[i] | pools[j])
    pairs = restrict(judge, gathered(blocks, problem.size[0]), choices)
    pairs = together(problem, pairs, choices)
    bound = find(problem, judge.policy, pairs, choices).bound(pairs)
    if not bound.any():
        return Special(named, nobody)
    tied = bound | _connected(judge, sieve, pairs, bound)
    return Special(named | tied, tied)


def _named(problem: Problem, choices: Choices) -> Flags:
    """Return about whom anything is decided, shape (referrals,)."""
    seats = choices.forced | choices.forbidden | choices.only | choices.calling
    names = {one.referral_id for one in seats} | {one.referral_id for one in choices.waived}
    return np.array(
        [
            r.referral_id in names or r.group_id in choices.split
            for r in problem.referral_records
        ]
        if names or choices.split
        else np.zeros(problem.size[0]),
        dtype=np.bool_,
    )


def could_be_tied(problem: Problem) -> Flags:
    """Return who could be tied by what is recorded of them, shape (referrals,).

    Members of groups, people with a token that another of them has, and people
    who take several beds.
    """
    people = problem.referral_records
    carriers = Counter(token for one in people for token in one.separate_from or ())
    return np.array(
        [
            one.group_id is not None
            or one.beds_needed > 1
            or any(carriers[token] > 1 for token in one.separate_from or ())
            for one in people
        ],
        dtype=np.bool_,
    )


def could_tie(problem: Problem) -> Flags:
    """Return the pools that could tie people who are placed there, shape (pools,).

    Where the first to move in decide on the gender, ages may lie only so far
    apart, or people with high needs are limited.
    """
    pools = problem.pools
    return np.asarray(
        (pools.first_decides == 1) | known(pools.age_spread) | known(pools.high_acuity_limit)
    )


def _connected(judge: Judge, sieve: Sieve, pairs: Candidates, bound: Flags) -> Flags:
    """Return who competes with some people, directly or through others."""
    home = judge.problem.pools.provider
    label = np.arange(len(judge.problem.provider_ids))
    first = np.full(judge.problem.size[0], -1, dtype=np.int64)
    for some in chain([pairs], sieve.blocks()):
        _join(label, some.referral, home[some.pool])
        first[some.referral] = home[some.pool]
    while (label != label[label]).any():
        label = label[label]
    # A tie joins the circles of those it binds, wherever they could go.
    reached = np.zeros(len(label), dtype=np.bool_)
    reached[label[first[bound & (first >= 0)]]] = True
    return np.asarray((first >= 0) & reached[label[first]])


def _join(label: NDArray[np.intp], person: NDArray[np.int32], home: NDArray[np.int32]) -> None:
    """Give all providers that one person could use the same label; rows by person."""
    starts = np.flatnonzero(np.diff(person, prepend=-1))
    sizes = np.diff(starts, append=len(person))
    while len(starts):
        mine = label[home]
        least = np.repeat(np.minimum.reduceat(mine, starts), sizes)
        if (least == mine).all():
            return
        np.minimum.at(label, mine, least)
        np.minimum.at(label, home, least)
        label[:] = label[label]
