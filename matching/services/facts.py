"""What is on the record at one moment, to make a plan from.

The numbers of providers stay as they were given. What a plan is made from are the
*effective* facts: everybody who holds a bed, was accepted or lives somewhere is in
(of every office), and only those who wait are to be placed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from matching.domain.casework import (
    ABOUT_TONIGHT,
    Answer,
    BedTaken,
    CaseState,
    Offer,
    OfferState,
    ReleaseReason,
    standing,
)
from matching.domain.errors import InputError
from matching.domain.policy import Policy
from matching.domain.records import BedPool, Provider, Referral
from matching.engine.choices import NO_CHOICES, Choices, Seat
from matching.engine.settle import Settled
from matching.engine.settled import settled
from matching.store.database import Reading
from matching.store.repositories import Stay

Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is on the record at one moment, and the number of that state.

    Attributes
    ----------
    referrals : tuple of Referral
        Those who wait.
    providers, pools : tuple of records
        With everybody in who has a bed.
    version : int
    choices : Choices
        What follows from who lives where and who is being called about: the
        places that siblings may go to alone, those that a resident bars, the
        proposals that somebody is calling about.
    people : tuple of Referral
        All whose case is open, whether they wait or have a place, as they are on
        the record: decisions about them still mean something.
    closed : frozenset of str
        Case references of those whose case is closed.
    taken : tuple of BedTaken
        Who has a bed, of every office.
    """

    referrals: tuple[Referral, ...]
    providers: tuple[Provider, ...]
    pools: tuple[BedPool, ...]
    version: int
    choices: Choices = NO_CHOICES
    people: tuple[Referral, ...] = ()
    closed: frozenset[str] = frozenset()
    taken: tuple[BedTaken, ...] = field(default=(), repr=False)


def facts_on(record: Reading, policy: Policy | None = None) -> Facts:
    """Return the effective facts on the record.

    Parameters
    ----------
    record : Reading
    policy : Policy, optional
        Says whether the first to move into empty beds decides who else may, and
        how many beds may be asked for where nobody has said; by default yes,
        and one.
    """
    providers, pools = record.providers.all()
    return effective(record, record.referrals.all(), providers, pools, policy)


def effective(
    record: Reading,
    referrals: Sequence[Referral],
    providers: Sequence[Provider],
    pools: Sequence[BedPool],
    policy: Policy | None = None,
) -> Facts:
    """Return the effective facts that follow from some records.

    Parameters
    ----------
    record : Reading
        Tells who has a bed, and who waits.
    referrals, providers, pools : sequence of records
        As they were given: those on the record, or what an upload would make of them.
    policy : Policy, optional
        As for :func:`facts_on`.
    """
    states = {one.referral_id: one.state for one in record.cases.all()}
    people = tuple(
        one for one in referrals if states.get(one.referral_id) is not CaseState.CLOSED
    )
    taken = taken_on(record)
    waiting = waiting_of(record, people, pools)
    found = settle_in(record, waiting, providers, pools, taken, policy)
    calling = _calling(record.offers.open(), waiting)
    return Facts(
        referrals=found.referrals,
        providers=found.providers,
        pools=found.pools,
        version=record.data_version(),
        choices=found.choices.and_(calling=calling),
        people=people,
        closed=frozenset(name for name, one in states.items() if one is CaseState.CLOSED),
        taken=taken,
    )


@dataclass(frozen=True, slots=True)
class Places:
    """The places on the record, as they were given and as they are free.

    Attributes
    ----------
    providers, pools : tuple of records
        With everybody in who has a bed.
    given : tuple of BedPool
        As the providers gave them.
    taken : tuple of BedTaken
        Who has a bed, of every office.
    """

    providers: tuple[Provider, ...]
    pools: tuple[BedPool, ...]
    given: tuple[BedPool, ...]
    taken: tuple[BedTaken, ...] = field(default=(), repr=False)

    def beds(self, *, lived_in: bool) -> dict[Place, int]:
        """Return the beds taken by provider and pool: lived in, or held and accepted."""
        out: Counter[Place] = Counter()
        for one in self.taken:
            if (one.moved_in is not None) is lived_in:
                out[one.provider_id, one.pool_id] += one.beds
        return dict(out)


def places_on(record: Reading, policy: Policy | None = None) -> Places:
    """Return the places on the record, with everybody in who has a bed.

    Parameters
    ----------
    record : Reading
    policy : Policy, optional
        As for :func:`facts_on`.
    """
    providers, pools = record.providers.all()
    taken = taken_on(record)
    found = settle_in(record, (), providers, pools, taken, policy)
    return Places(found.providers, found.pools, pools, taken)


def taken_on(record: Reading, provider_id: str | None = None) -> tuple[BedTaken, ...]:
    """Return who has a bed, of every office.

    Parameters
    ----------
    record : Reading
    provider_id : str, optional
        Only at this provider.
    """
    return (*record.offers.taking(provider_id), *record.placements.current(provider_id))


def settle_in(
    record: Reading,
    waiting: Sequence[Referral],
    providers: Sequence[Provider],
    pools: Sequence[BedPool],
    taken: Iterable[BedTaken],
    policy: Policy | None = None,
) -> Settled:
    """Return providers and pools with everybody in who has a bed there.

    Parameters
    ----------
    record : Reading
        Tells whose plan it is.
    waiting : sequence of Referral
    providers, pools : sequence of records
    taken : iterable of BedTaken
    policy : Policy, optional
        As for :func:`facts_on`.
    """
    lock, unknown = True, 1
    if policy is not None:
        lock = bool(policy.rules["resident-gender"].parameters["empty_pools_lock"])
        unknown = policy.unknown_vacancy_beds
    return settled(
        waiting,
        providers,
        pools,
        taken,
        office=record.office,
        lock_empty=lock,
        unknown_beds=unknown,
    )


def waiting_of(
    record: Reading, referrals: Iterable[Referral], pools: Iterable[BedPool]
) -> tuple[Referral, ...]:
    """Return those among some people who wait, with the declines that still stand.

    Parameters
    ----------
    record : Reading
    referrals : iterable of Referral
    pools : iterable of BedPool
        As they are on the record.
    """
    cases = {one.referral_id: one.state for one in record.cases.all()}
    answered = record.offers.answered()
    declined = standing_declines(answered, pools, _given_up(record, answered))
    out = []
    for one in referrals:
        if cases.get(one.referral_id, CaseState.WAITING) is not CaseState.WAITING:
            continue
        by = declined.get(one.referral_id)
        person = one if by is None else replace(one, declined_by=by | (one.declined_by or by))
        out.append(person)
    return tuple(out)


def standing_declines(
    offers: Iterable[Offer], pools: Iterable[BedPool], given_up: Collection[int] = ()
) -> dict[str, frozenset[str]]:
    """Return the providers that have declined each person and not said otherwise since.

    What a provider answered last counts. A decline about the beds of one night
    stands until the bed pool is heard again; any other until somebody there
    takes the person after all.

    Parameters
    ----------
    offers : iterable of Offer
        With an answer.
    pools : iterable of BedPool
        As they are on the record.
    given_up : collection of int, optional
        Numbers of offers that we ended after the provider had said yes.
    """
    heard = {(one.provider_id, one.pool_id): one.as_of for one in pools}
    last: dict[Place, Offer] = {}
    for one in sorted(offers, key=lambda o: (o.changed_at, o.id or 0)):
        ours = one.state is OfferState.WITHDRAWN and one.reason not in _SAID_NO
        if not ours or one.id in given_up:
            last[one.referral_id, one.provider_id] = one
    out: dict[str, set[str]] = defaultdict(set)
    for (case, provider), one in last.items():
        no = one.state is OfferState.DECLINED or one.reason in _SAID_NO
        if no and not _over(one, heard):
            out[case].add(provider)
    return {case: frozenset(by) for case, by in out.items()}


#: Reasons for which a place that was given is lost again.
_SAID_NO = frozenset({ReleaseReason.PROVIDER_WITHDREW, ReleaseReason.PERSON_DECLINED})


def _given_up(record: Reading, answered: Sequence[Offer]) -> frozenset[int]:
    """Return the offers that we ended after the provider had said yes.

    Only where the same provider has declined the same person: else it tells nothing.
    """
    declined = {
        (one.referral_id, one.provider_id)
        for one in answered
        if one.state is OfferState.DECLINED or one.reason in _SAID_NO
    }
    asked = [
        int(one.id or 0)
        for one in answered
        if one.state is OfferState.WITHDRAWN
        and one.reason not in _SAID_NO
        and (one.referral_id, one.provider_id) in declined
    ]
    yes = {Answer.HOLDS, Answer.ACCEPTED}
    calls = record.calls.of_many(asked).items()
    return frozenset(
        number for number, found in calls if yes & {one.answer for one in standing(found)}
    )


def _over(decline: Offer, heard: Mapping[Place, datetime | None]) -> bool:
    """Tell whether a decline was about one night, and the beds were heard of since."""
    if decline.state is not OfferState.DECLINED or decline.reason not in ABOUT_TONIGHT:
        return False
    news = heard.get((decline.provider_id, decline.pool_id))
    return news is not None and news > decline.changed_at


def _calling(offers: Iterable[Offer], waiting: Iterable[Referral]) -> Iterable[Seat]:
    """Yield the proposals that somebody is calling about, for each person the oldest."""
    people = {one.referral_id for one in waiting}
    for one in offers:
        if one.state is OfferState.CALLING and one.referral_id in people:
            people.discard(one.referral_id)
            yield Seat(one.referral_id, one.provider_id, one.pool_id)


def to_ask(record: Reading, pools: Iterable[BedPool]) -> frozenset[Place]:
    """Return the pools that somebody counted there left: nobody knows whether a bed is free.

    Parameters
    ----------
    record : Reading
    pools : iterable of BedPool
        As they are on the record.

    Returns
    -------
    frozenset of (str, str)
        Provider and pool.
    """
    left: dict[Place, list[Stay]] = defaultdict(list)
    for stay in record.placements.left():
        left[stay.provider_id, stay.pool_id].append(stay)
    out = set()
    for pool in pools:
        place, heard = (pool.provider_id, pool.pool_id), pool.as_of
        if heard is not None and any(
            one.recorded_at < heard <= one.ended_at for one in left.get(place, ())
        ):
            out.add(place)
    return frozenset(out)


def require_both(facts: Facts) -> None:
    """Refuse to plan where nobody waits or there is nowhere to go.

    Raises
    ------
    InputError
    """
    if facts.referrals and facts.providers:
        return
    if facts.providers and facts.taken:
        raise InputError(
            "Nobody on the record is waiting for a place, so there is nothing to plan.",
            next_step="Add a referral, or open a case again.",
        )
    missing = "providers" if facts.referrals else "referrals"
    raise InputError(
        f"There are no {missing} on the record, so there is nothing to plan.",
        next_step=f"Upload {missing} or load the sample data.",
    )
