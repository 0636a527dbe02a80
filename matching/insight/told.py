"""Whether the facts that a preference compares are known.

A fact that nobody has told counts no points, since nothing speaks against the
place; but then nothing speaks for it either, and no sentence may say so.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from matching.domain import words as w
from matching.engine.columns import known
from matching.engine.keyed import Rows
from matching.engine.problem import Problem

Told = NDArray[np.bool_]

_HELPFUL = tuple(
    list(w.Course).index(course) for course in (w.Course.COMPLEX_TRAUMA, w.Course.TRAFFICKING)
)


def _distance(p: Problem, i: Rows, j: Rows) -> Told:
    return known(p.referrals.home[i]) & known(p.pools.county[j])


def _school(p: Problem, i: Rows, j: Rows) -> Told:
    return known(p.pools.county[j]) | ~known(p.referrals.school[i])


def _siblings(p: Problem, i: Rows, j: Rows) -> Told:
    return known(p.pools.county[j]) | ~known(p.referrals.siblings[i])


def _kind(p: Problem, i: Rows, j: Rows) -> Told:
    return known(p.pools.effective_type[j]) & (i >= 0)


def _wishes(p: Problem, i: Rows, j: Rows) -> Told:
    return known(p.pools.effective_type[j]) | ~p.referrals.preferred_types.bits[i].any(axis=-1)


def _training(p: Problem, i: Rows, j: Rows) -> Told:
    return known(p.pools.training[j][..., _HELPFUL]).all(axis=-1) & (i >= 0)


def _language(p: Problem, i: Rows, j: Rows) -> Told:
    return p.pools.languages.known[j] | ~known(p.referrals.first_language[i])


def _faith(p: Problem, i: Rows, j: Rows) -> Told:
    return known(p.pools.faith[j]) | ~known(p.referrals.faith[i])


def _devices(p: Problem, i: Rows, j: Rows) -> Told:
    return known(p.pools.devices[j]) | ~known(p.referrals.devices[i])


#: Certainty and freshness count what is unknown as worst, so they are always told.
_TOLD: dict[str, Callable[[Problem, Rows, Rows], Told]] = {
    "least-restrictive": _kind,
    "distance": _distance,
    "school": _school,
    "siblings": _siblings,
    "training": _training,
    "language": _language,
    "wishes": _wishes,
    "faith": _faith,
    "devices": _devices,
    "scarce": _kind,
}


def told(problem: Problem, code: str, i: Rows, j: Rows) -> Told:
    """Tell for which pairs a preference compares facts that are known.

    Parameters
    ----------
    problem : Problem
    code : str
        Code of the preference.
    i, j : ndarray of int, shape (pairs,)
        Positions of referrals and pools.

    Returns
    -------
    ndarray of bool, shape (pairs,)
        False where the place (or, for closeness, the person's home) has not
        said what is compared. Where the person wishes nothing, nothing is
        missing.
    """
    if code not in _TOLD:
        return np.ones(len(i), dtype=np.bool_)
    return np.asarray(_TOLD[code](problem, i, j), dtype=np.bool_)
