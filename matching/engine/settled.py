"""The record as a plan may use it: with everybody in who has a bed already.

Whoever holds a bed, was accepted or lives somewhere takes a bed from everybody
else, decides with whom others can live there, and waits no more. The provider's
own numbers on the record stay as they were given; only these effective ones
change. Where those numbers were given after somebody had moved in, they include
them already.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from matching.domain.casework import BedTaken
from matching.domain.records import BedPool, Provider, Referral
from matching.engine.lodging import Lodger
from matching.engine.settle import Settled, enter


def counted(taken: BedTaken, pool: BedPool) -> bool:
    """Tell whether the numbers of a pool include somebody who lives there.

    So they do if they were given after the person had moved in. A bed that is
    held or accepted is never among them: whoever gives the numbers is asked for
    the beds free besides those held for us.
    """
    heard, moved_in = pool.as_of, taken.moved_in
    return moved_in is not None and heard is not None and moved_in < heard


def uncounted_beds(pool: BedPool, taken: Iterable[BedTaken]) -> int:
    """Return the beds taken in a pool that its numbers do not include."""
    return sum(
        one.beds
        for one in taken
        if (one.provider_id, one.pool_id) == (pool.provider_id, pool.pool_id)
        and not counted(one, pool)
    )


def settled(
    waiting: Sequence[Referral],
    providers: Sequence[Provider],
    pools: Sequence[BedPool],
    taken: Iterable[BedTaken],
    *,
    office: str,
    split: Collection[str] = (),
    lock_empty: bool = True,
    unknown_beds: int = 1,
) -> Settled:
    """Return the record with everybody in who has a bed.

    Parameters
    ----------
    waiting : sequence of Referral
        Who needs a place; nobody among them has one.
    providers, pools : sequence of records
        As they are on the record.
    taken : iterable of BedTaken
        Of every office. Those at places that are not among ``pools`` count for
        nothing.
    office : str
        Whose plan it is. Groups are of one office: a code that two offices use
        ties nobody to anybody.
    split : collection of str, optional
        Groups that may be placed apart.
    lock_empty : bool, default True
        Whether the first to move into empty beds decides who else may.
    unknown_beds : int, default 1
        Beds that may be asked for in a pool whose free beds nobody has said;
        once so many are taken, none is free until it is heard again.

    Returns
    -------
    Settled
    """
    keyed = {(one.provider_id, one.pool_id): one for one in pools}
    lodgers: dict[tuple[str, str], list[Lodger]] = defaultdict(list)
    fresh: Counter[tuple[str, str]] = Counter()
    for one in sorted(taken, key=lambda t: (t.key, t.provider_id, t.pool_id)):
        place = one.provider_id, one.pool_id
        if place in keyed:
            included = counted(one, keyed[place])
            lodgers[place].append(Lodger(_person(one, office), included))
            fresh[place] += 0 if included else one.beds
    found = enter(waiting, providers, pools, lodgers, split=split, lock_empty=lock_empty)
    asked = {place for place, beds in fresh.items() if beds >= max(1, unknown_beds)}
    if not asked:
        return found
    return replace(found, pools=tuple(_asked_for(pool, asked) for pool in found.pools))


def _person(taken: BedTaken, office: str) -> Referral:
    """Return who has a bed, with as many beds as were taken for them."""
    person, children = taken.person, taken.beds - 1
    if (person.children_with or 0) != children:
        person = replace(person, children_with=children)
    return person if taken.office == office else replace(person, group_id=None)


def _asked_for(pool: BedPool, asked: Collection[tuple[str, str]]) -> BedPool:
    """Leave no bed in a pool of unknown vacancy of which as many as may be are taken."""
    if (pool.provider_id, pool.pool_id) in asked and pool.free is None:
        return replace(pool, beds_available=0)
    return pool


def heard(pool: BedPool, came: Iterable[BedTaken], left_beds: int) -> tuple[BedPool, int]:
    """Return a pool whose numbers of residents are brought up to this moment.

    Parameters
    ----------
    pool : BedPool
        As it is on the record.
    came : iterable of BedTaken
        Who moved in and whom the numbers do not include.
    left_beds : int
        Beds of those who moved out and whom the numbers still include.

    Returns
    -------
    pool : BedPool
        With the beds occupied changed, where they are known.
    change : int
        Residents more, or fewer.
    """
    change = sum(one.beds for one in came) - left_beds
    lived_in = pool.beds_occupied
    if lived_in is None:
        return pool, change
    return replace(pool, beds_occupied=max(0, lived_in + change)), change
