"""Accepted and held places become facts of the record before a plan is made.

The people leave those who wait and count among the residents, so that rules,
sentences, capacities and ties treat them as such. What a record has no room
for (one resident's token where those of the others are unknown) becomes a
place forbidden to those whom it surely bars.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from matching.domain.errors import ChoiceError
from matching.domain.records import BedPool, Provider, Referral
from matching.engine.choices import Choices, Seat
from matching.engine.lodging import Lodger, Shared, pool_after, provider_after, union


@dataclass(frozen=True, slots=True)
class Settled:
    """Records in which accepted and held places are facts.

    Attributes
    ----------
    referrals : tuple of Referral
        Those who still wait, in the order given.
    providers : tuple of Provider
    pools : tuple of BedPool
    choices : Choices
        ``only``: siblings of somebody settled may go to the same provider
        alone. ``forbidden``: places that a resident surely bars and the
        record cannot say so.
    because : mapping of Seat to str
        For each forbidden place the code of the rule that it would break.
    """

    referrals: tuple[Referral, ...]
    providers: tuple[Provider, ...]
    pools: tuple[BedPool, ...]
    choices: Choices
    because: Mapping[Seat, str]


_Key = tuple[str, str]


def settle(
    referrals: Sequence[Referral],
    providers: Sequence[Provider],
    pools: Sequence[BedPool],
    seats: Iterable[Seat],
    *,
    counted: Collection[Seat] = (),
    split: Collection[str] = (),
    lock_empty: bool = True,
) -> Settled:
    """Enter accepted and held places into the records.

    Beds taken leave the pool: fewer available and more held, where those
    numbers are known. The provider has so many residents more, known tokens
    more and, where a person surely has high needs, one resident more with high
    needs. Beds in which nobody lived take the gender lock of who comes, and
    the ages of the residents reach to those who come. What nobody has said
    stays unknown, and no number falls below 0, with three exceptions that keep
    a place from being given twice: where nobody has counted the residents,
    those settled are the residents that count; where nobody has counted those
    with high needs, the limit on them is what is left of it beside those
    settled; and once the people settled alone fill all licensed beds of a
    pool, none is free there.

    Parameters
    ----------
    referrals, providers, pools : sequence of records
    seats : iterable of Seat
        Who has which place. A seat without a pool means the provider's only
        pool.
    counted : collection of Seat, optional
        Seats that the provider's own numbers (beds, residents, residents with
        high needs) include already: those numbers stay as they are.
    split : collection of str, optional
        Groups that may be placed apart.
    lock_empty : bool, default True
        Whether the first to move into empty beds decides who else may, as the
        policy says (rule ``resident-gender``, ``empty_pools_lock``).

    Returns
    -------
    Settled

    Raises
    ------
    ChoiceError
        If a seat names a person, a provider or a pool that is not on the
        record, leaves open which pool, or a person has two seats.
    """
    codes = {p.provider_id for p in providers}
    beds = {(b.provider_id, b.pool_id): b for b in pools if b.provider_id in codes}
    lodgers = _lodgers(referrals, beds, seats, frozenset(counted))
    gone = {one.person.referral_id for there in lodgers.values() for one in there}
    left = tuple(r for r in referrals if r.referral_id not in gone)
    return enter(left, providers, pools, lodgers, split=split, lock_empty=lock_empty)


def enter(
    left: Sequence[Referral],
    providers: Sequence[Provider],
    pools: Sequence[BedPool],
    lodgers: Mapping[tuple[str, str], Sequence[Lodger]],
    *,
    split: Collection[str] = (),
    lock_empty: bool = True,
) -> Settled:
    """Enter people with a place into the records, whoever they are.

    Parameters
    ----------
    left : sequence of Referral
        Those who still wait.
    providers, pools : sequence of records
    lodgers : mapping of (str, str) to sequence of Lodger
        Who has a place, by provider and pool; each of these on the record.
    split, lock_empty
        As for :func:`settle`, with the same result.

    Returns
    -------
    Settled
    """
    homes = {p.provider_id: p for p in providers}
    beds = {(b.provider_id, b.pool_id): b for b in pools if b.provider_id in homes}
    shared = _shared(homes, beds, lodgers)
    at_home = _at_home(shared)
    after = {key: pool_after(beds[key], one, lock_empty) for key, one in shared.items()}
    new_pools = tuple(after.get((b.provider_id, b.pool_id), b) for b in pools)
    because = dict(_barred(left, homes, shared, after))
    return Settled(
        referrals=tuple(left),
        providers=_providers_after(providers, pools, at_home),
        pools=new_pools,
        choices=Choices(
            only=frozenset(_siblings(left, at_home, split)), forbidden=frozenset(because)
        ),
        because=because,
    )


def _lodgers(
    referrals: Sequence[Referral],
    beds: Mapping[_Key, BedPool],
    seats: Iterable[Seat],
    counted: frozenset[Seat],
) -> dict[_Key, list[Lodger]]:
    """Return who is settled in each pool.

    Raises
    ------
    ChoiceError
    """
    people = {r.referral_id: r for r in referrals}
    of_home: dict[str, list[_Key]] = defaultdict(list)
    for key in beds:
        of_home[key[0]].append(key)
    out: dict[_Key, list[Lodger]] = defaultdict(list)
    has_seat: set[str] = set()
    for seat in sorted(set(seats), key=str):
        name = seat.referral_id
        if name not in people:
            raise _error(f"There is no case {name} on the record.")
        if name in has_seat:
            raise _error(f"Case {name} has two places at once.")
        has_seat.add(name)
        keys = of_home.get(seat.provider_id, [])
        if seat.pool_id is not None:
            keys = [key for key in keys if key[1] == seat.pool_id]
        if not keys:
            beds_of = "" if seat.pool_id is None else f"beds {seat.pool_id} of "
            raise _error(f"There are no {beds_of or 'beds of '}{seat.provider_id} on record.")
        if len(keys) > 1:
            raise _error(f"{seat.provider_id} has several bed pools, and none is named.")
        out[keys[0]].append(Lodger(people[name], seat in counted))
    return out


def _error(what: str) -> ChoiceError:
    return ChoiceError(
        f"{what} The places already decided could not be entered, and no plan was made.",
        next_step="Correct the place that was decided, or load the missing record.",
    )


def _shared(
    homes: Mapping[str, Provider],
    beds: Mapping[_Key, BedPool],
    lodgers: Mapping[_Key, Sequence[Lodger]],
) -> dict[_Key, Shared]:
    at_home: dict[str, list[Lodger]] = defaultdict(list)
    for (provider_id, _), here in lodgers.items():
        at_home[provider_id] += here
    return {
        key: Shared.before(beds[key], here, homes[key[0]], at_home[key[0]])
        for key, here in lodgers.items()
    }


def _at_home(shared: Mapping[_Key, Shared]) -> dict[str, list[Lodger]]:
    """Return who is settled at each provider."""
    out: dict[str, list[Lodger]] = defaultdict(list)
    for (provider_id, _), one in shared.items():
        out[provider_id] += one.here
    return dict(out)


def _providers_after(
    providers: Sequence[Provider],
    pools: Sequence[BedPool],
    at_home: Mapping[str, Sequence[Lodger]],
) -> tuple[Provider, ...]:
    mine: dict[str, list[BedPool]] = defaultdict(list)
    for pool in pools:
        mine[pool.provider_id].append(pool)
    return tuple(
        provider_after(p, at_home[p.provider_id], mine[p.provider_id])
        if p.provider_id in at_home
        else p
        for p in providers
    )


def _siblings(
    left: Sequence[Referral],
    at_home: Mapping[str, Sequence[Lodger]],
    split: Collection[str],
) -> Iterable[Seat]:
    """Yield the providers where somebody of a person's group is settled."""
    where: dict[str, set[str]] = defaultdict(set)
    for provider_id, lodgers in at_home.items():
        for one in lodgers:
            if one.person.group_id is not None and one.person.group_id not in split:
                where[one.person.group_id].add(provider_id)
    for person in left:
        for provider_id in where.get(person.group_id or "", ()):
            yield Seat(person.referral_id, provider_id)


def _barred(
    left: Sequence[Referral],
    homes: Mapping[str, Provider],
    shared: Mapping[_Key, Shared],
    after: Mapping[_Key, BedPool],
) -> Iterable[tuple[Seat, str]]:
    """Yield the places that somebody there surely bars, where the record cannot say so."""
    for provider_id, lodgers in _at_home(shared).items():
        tokens = [homes[provider_id].resident_tokens]
        tokens += [one.person.separate_from for one in lodgers]
        if None in tokens:
            known = union(tokens)
            for person in left:
                if known & (person.separate_from or frozenset()):
                    yield Seat(person.referral_id, provider_id), "kept-apart"
    for key, one in shared.items():
        if after[key].resident_age_min is None or after[key].resident_age_max is None:
            for person in left:
                if one.too_far_apart(person):
                    yield Seat(person.referral_id, *key), "resident-age"
