"""How many of some people could go to one provider together, ties and all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from matching.engine.couplings import Couplings

#: Code under which people who must be kept apart from each other are listed.
APART = "kept-apart"


@dataclass(frozen=True, slots=True)
class _Place:
    """A pool that somebody could use: its beds, and the modes it would leave open."""

    pool: int
    beds: int
    masks: tuple[tuple[int, int], ...]  #: (number of the tie, bits of the modes that fit)
    limits: tuple[int, ...]  #: numbers of the limits that count this person


def most_seated(
    pairs: Sequence[tuple[int, int]],
    ties: Couplings,
    pool_room: Mapping[int, int],
    provider_room: int,
    *,
    there: Sequence[int] = (),
    without: frozenset[str] = frozenset(),
) -> int:
    """Return how many people one provider could take together.

    Parameters
    ----------
    pairs : sequence of (int, int)
        Referral and pool of every pair, all at one provider, in the order of
        the candidates that ``ties`` was found for.
    ties : Couplings
        Their groups do not count: how many of a group could go is what is asked.
    pool_room : mapping of int to int
        Beds left in each pool, those of ``there`` taken off already.
    provider_room : int
        Beds left under the provider, in the same way.
    there : sequence of int
        Positions of pairs already used by others.
    without : frozenset of str
        Codes of ties to leave out; :data:`APART` for conflicts.

    Returns
    -------
    int
        People, those of ``there`` not counted.
    """
    modes = [tie for tie in ties.modes if tie.code not in without]
    limits = [limit for limit in ties.limits if limit.code not in without]
    fits: list[list[tuple[int, int]]] = [[] for _ in pairs]
    for number, tie in enumerate(modes):
        for a, row in zip(tie.pairs.tolist(), tie.fits.tolist(), strict=True):
            fits[a].append((number, sum(1 << k for k, fit in enumerate(row) if fit)))
    counted: list[list[int]] = [[] for _ in pairs]
    for number, limit in enumerate(limits):
        for a in limit.pairs.tolist():
            counted[a].append(number)
    open_modes = [(1 << len(tie.names)) - 1 for tie in modes]
    left = [limit.room for limit in limits]
    for a in there:
        for number, mask in fits[a]:
            open_modes[number] &= mask
        for number in counted[a]:
            left[number] -= 1
    here = {pairs[a][0] for a in there}
    hostile = set() if APART in without else _kept_from(ties, here)
    people: dict[int, list[_Place]] = {}
    for a, (row, pool) in enumerate(pairs):
        if row not in here and row not in hostile:
            one = _Place(pool, int(ties.beds[row]), tuple(fits[a]), tuple(counted[a]))
            people.setdefault(row, []).append(one)
    order = sorted(pool_room)
    rooms = tuple(pool_room[pool] for pool in order)
    number_of = {pool: k for k, pool in enumerate(order)}
    return _most(
        list(people.values()), number_of, rooms, provider_room, tuple(open_modes), tuple(left)
    )


def _kept_from(ties: Couplings, here: set[int]) -> set[int]:
    """Return who must be kept apart from somebody already there."""
    met = [set(members) for members in ties.conflicts if here & set(members)]
    return set().union(*met) - here


def _most(
    people: Sequence[Sequence[_Place]],
    number_of: Mapping[int, int],
    rooms: tuple[int, ...],
    under: int,
    modes: tuple[int, ...],
    left: tuple[int, ...],
) -> int:
    """Seat people one after the other; equal rests are worked out once."""

    @cache
    def best(
        k: int,
        rooms: tuple[int, ...],
        under: int,
        modes: tuple[int, ...],
        left: tuple[int, ...],
    ) -> int:
        if k == len(people):
            return 0
        most = best(k + 1, rooms, under, modes, left)
        for place in people[k]:
            at = number_of[place.pool]
            beds, then, room = list(rooms), list(modes), list(left)
            beds[at] -= place.beds
            for number, mask in place.masks:
                then[number] &= mask
            for number in place.limits:
                room[number] -= 1
            if (
                beds[at] >= 0
                and under >= place.beds
                and all(then)
                and min(room, default=0) >= 0
            ):
                rest = best(k + 1, tuple(beds), under - place.beds, tuple(then), tuple(room))
                most = max(most, 1 + rest)
        return most

    return best(0, rooms, under, modes, left)
