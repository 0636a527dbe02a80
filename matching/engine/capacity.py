"""Room in bed pools and under providers, as a plan may use it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matching.domain.policy import Policy
from matching.engine.columns import UNKNOWN, known
from matching.engine.problem import Problem

#: Stands for "no limit is known" above any number of beds.
UNLIMITED = np.int64(1_000_000)


def pool_room(problem: Problem, policy: Policy) -> NDArray[np.int64]:
    """Return how many people a plan may put into each pool.

    A pool whose vacancy is unknown takes as many proposals as the policy
    allows to be asked about, never more than it is licensed for.

    Returns
    -------
    ndarray of int64, shape (pools,)
        Beds.
    """
    pools = problem.pools
    free = np.where(known(pools.free), pools.free, policy.unknown_vacancy_beds)
    licensed = np.where(known(pools.beds_licensed), pools.beds_licensed, UNLIMITED)
    return np.maximum(0, np.minimum(free, licensed)).astype(np.int64)


def licensed_room(problem: Problem, policy: Policy) -> NDArray[np.int64]:
    """Return each pool's provider's licensed capacity, with the foster cap in it.

    Returns
    -------
    ndarray of int64, shape (pools,)
        Beds, or :data:`UNLIMITED` where nobody has said.
    """
    pools = problem.pools
    licensed = np.where(known(pools.licensed_capacity), pools.licensed_capacity, UNLIMITED)
    cap = policy.rules["beds"].parameters["foster_cap"]
    capped = (pools.foster_family == 1) & (pools.foster_exception != 1)
    return np.where(capped, np.minimum(licensed, cap), licensed).astype(np.int64)


def staffed_room(problem: Problem, policy: Policy) -> NDArray[np.int64]:
    """Return for how many residents there is staff at each pool's provider.

    Returns
    -------
    ndarray of int64, shape (pools,)
        People, or :data:`UNLIMITED` where nobody has said or no rule asks.
    """
    pools = problem.pools
    if not policy.rules["staffing"].in_force(problem.as_of.date()):
        return np.full(len(pools.provider), UNLIMITED, dtype=np.int64)
    staff, ratio = pools.staff_on_shift, pools.staff_ratio
    looked_after = staff.astype(np.int64) * np.where(staff == 0, 0, ratio)
    told = known(staff) & (known(ratio) | (staff == 0))
    return np.where(told, looked_after, UNLIMITED).astype(np.int64)


def provider_room(problem: Problem, policy: Policy) -> NDArray[np.int64]:
    """Return how many people a plan may put into each provider as a whole.

    Returns
    -------
    ndarray of int64, shape (providers,)
        Licensed capacity, or what the staff can look after if that is less,
        without the residents; residents that nobody has counted are left to
        the vacancies of the pools.
    """
    room = np.full(len(problem.provider_ids), UNLIMITED, dtype=np.int64)
    residents = problem.pools.residents
    lived_in = np.where(residents == UNKNOWN, 0, residents)
    most = np.minimum(licensed_room(problem, policy), staffed_room(problem, policy))
    left = np.where(most == UNLIMITED, UNLIMITED, most - lived_in)
    room[problem.pools.provider] = np.maximum(0, left)
    return room
