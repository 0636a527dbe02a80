"""Small transportation networks drawn at random, and slow answers about them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import scipy.optimize
import scipy.sparse
from hypothesis import strategies as st

from matching.engine.flow import Network


def network(
    pairs: list[tuple[int, int, int]],
    stay: list[int],
    pool_room: list[int],
    owner: list[int] | None = None,
    provider_room: list[int] | None = None,
) -> Network:
    """Build a network from (person, pool, cost); each pool its own provider by default."""
    table = np.array(pairs, dtype=np.int64).reshape(-1, 3)
    owners = list(range(len(pool_room))) if owner is None else owner
    return Network(
        person=table[:, 0],
        pool=table[:, 1],
        cost=table[:, 2],
        stay_cost=np.array(stay, dtype=np.int64),
        pool_room=np.array(pool_room, dtype=np.int64),
        owner=np.array(owners, dtype=np.int64),
        provider_room=np.array(
            pool_room if provider_room is None else provider_room, dtype=np.int64
        ),
    )


@st.composite
def networks(
    draw: st.DrawFn, *, people: int = 12, pools: int = 8, most: int = 30, room: int = 3
) -> Network:
    """Draw a network with nested capacities; few different costs, so that ties occur."""
    n = draw(st.integers(0, people))
    m = draw(st.integers(0, pools))
    homes = draw(st.integers(1, max(1, m)))
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    density = draw(st.sampled_from([0.2, 0.5, 1.0]))
    person, pool = np.nonzero(rng.random((n, m)) < density)
    return Network(
        person=person.astype(np.int64),
        pool=pool.astype(np.int64),
        cost=rng.integers(0, draw(st.sampled_from([1, 3, most + 1])), len(person)),
        stay_cost=rng.integers(0, 3 * most, n) if draw(st.booleans()) else np.full(n, 999),
        pool_room=rng.integers(0, room + 1, m),
        owner=rng.integers(0, homes, m),
        provider_room=rng.integers(0, 2 * room, homes),
    )


def least_cost(one: Network) -> int:
    """Return the least cost by linear programming (HiGHS); its vertices are whole."""
    people, pairs = one.people, len(one.person)
    if people == 0:
        return 0
    column = np.arange(pairs)
    ones = np.ones(pairs)
    homes = one.owner[one.pool]
    each = scipy.sparse.csr_array((ones, (one.person, column)), shape=(people, pairs))
    in_pool = scipy.sparse.csr_array(
        (ones, (one.pool, column)), shape=(len(one.pool_room), pairs)
    )
    in_home = scipy.sparse.csr_array(
        (ones, (homes, column)), shape=(len(one.provider_room), pairs)
    )
    stays = scipy.sparse.eye_array(people, format="csr")
    caps = scipy.sparse.vstack([in_pool, in_home])
    empty = scipy.sparse.csr_array((caps.shape[0], people))
    found = scipy.optimize.linprog(
        np.concatenate([one.cost, one.stay_cost]),
        A_ub=scipy.sparse.hstack([caps, empty]),
        b_ub=np.concatenate([one.pool_room, one.provider_room]),
        A_eq=scipy.sparse.hstack([each, stays]),
        b_eq=np.ones(people),
        method="highs",
    )
    assert found.success, found.message
    return round(found.fun)


def every_choice(one: Network) -> Iterator[tuple[int, ...]]:
    """Try every choice of a pair or of staying (-1) that keeps the room there is."""
    mine: list[list[int]] = [[-1] for _ in range(one.people)]
    for k, i in enumerate(one.person.tolist()):
        mine[i].append(k)
    for choice in product(*mine):
        used = [k for k in choice if k >= 0]
        in_pool = np.bincount(one.pool[used], minlength=len(one.pool_room))
        in_home = np.zeros(len(one.provider_room), dtype=np.int64)
        np.add.at(in_home, one.owner, in_pool)
        if (in_pool <= one.pool_room).all() and (in_home <= one.provider_room).all():
            yield choice


def cost_of(one: Network, choice: tuple[int, ...]) -> int:
    """Return the cost of a choice."""
    stay = one.stay_cost.tolist()
    return sum(stay[i] if k < 0 else int(one.cost[k]) for i, k in enumerate(choice))
