"""The frozen problem: everything the engine may know, in columns.

Rows are sorted by identifier, so that the order in which a file lists its
rows can change nothing. All that follows is a pure function of a problem and
a policy; nothing here reads a file, a database or the clock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from matching.domain import words as w
from matching.domain.errors import EngineError
from matching.domain.geography import Geography
from matching.domain.records import BedPool, Provider, Referral, Training
from matching.engine.columns import Ints, SetColumn, codes, numbers, sets

#: A course that a known training record does not hold.
NO_COURSE = np.int32(-1)


@dataclass(frozen=True, slots=True)
class ReferralColumns:
    """One row for each referral. Days are proleptic ordinals; flags are 0 or 1."""

    urgency: Ints
    waiting_hours: Ints  #: whole hours since received, never negative
    needed_by: Ints
    source: Ints
    presence: Ints
    age: Ints
    days_to_birthday: Ints
    gender: Ints
    settings: SetColumn
    affirming: Ints
    trafficking: Ints
    identification: Ints
    run_risk: Ints
    recruitment_risk: Ints
    types: SetColumn
    preferred_types: SetColumn
    stay_days: Ints
    substance: Ints
    mental_health: Ints
    medical: Ints
    fragile: Ints
    developmental: Ints
    parenting: Ints
    children: Ints
    behaviours: SetColumn
    behaviour_managed: Ints
    access: SetColumn
    languages: SetColumn
    first_language: Ints
    interpreter_ok: Ints
    tokens: SetColumn
    icwa: Ints
    home: Ints  #: position of the county in the geography
    school: Ints
    siblings: Ints
    avoid: SetColumn  #: over the counties that anybody avoids
    own_max_miles: Ints
    faith: Ints
    devices: Ints
    funding: SetColumn


@dataclass(frozen=True, slots=True)
class PoolColumns:
    """One row for each bed pool, the facts of its provider repeated."""

    provider: NDArray[np.int32]  #: position of the provider, never unknown
    placement_type: Ints
    effective_type: Ints  #: as it is without a certificate that is not valid
    certified: Ints  #: 1 valid, 0 not
    foster_family: Ints
    foster_exception: Ints
    licence_status: Ints
    licence_expires: Ints
    background: Ints
    training: Ints  #: (rows, courses): earliest end, NO_COURSE or UNKNOWN
    training_first_end: Ints  #: the same over the ends that are known
    licensed_capacity: Ints
    residents: Ints
    beds_licensed: Ints
    free: Ints
    available_from: Ints
    news_hours: Ints  #: whole hours since the vacancy was confirmed
    genders: SetColumn
    age_min: Ints
    age_max: Ints
    households: SetColumn
    reserved: SetColumn
    gender_lock: Ints
    resident_age_min: Ints
    resident_age_max: Ints
    age_spread: Ints
    capabilities: SetColumn
    languages: SetColumn
    excludes: SetColumn
    trafficking: SetColumn
    identifications: SetColumn
    sources: SetColumn
    run_tolerance: Ints
    awake_night: Ints
    intake_24_7: Ints
    max_stay: Ints
    funding: SetColumn
    family_first: Ints
    affirming: Ints
    faith: Ints
    devices: Ints
    icwa_tier: Ints
    compromised_until: Ints
    compromise_cleared: Ints
    tokens: SetColumn
    high_acuity: Ints
    high_acuity_limit: Ints
    county: Ints
    state: Ints  #: position in ``Problem.states``
    area: SetColumn  #: over states and county codes named by any provider


@dataclass(frozen=True, slots=True)
class PairList:
    """Named (referral, provider) pairs, such as declines.

    Attributes
    ----------
    referral, provider : ndarray of int32, shape (pairs,)
        Positions.
    rank : ndarray of int32, shape (pairs,)
        Place in the referral's own list, from 0.
    """

    referral: NDArray[np.int32]
    provider: NDArray[np.int32]
    rank: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Problem:
    """A snapshot of everybody waiting and every bed pool at one moment.

    Attributes
    ----------
    as_of : datetime
        The moment, with its time zone.
    referral_ids, pool_keys : tuple
        Sorted identifiers; a pool's key is (provider id, pool id).
    provider_ids : tuple of str
        Sorted identifiers of the providers.
    referrals, pools : ReferralColumns, PoolColumns
        The columns.
    vetoed, ruled_out, declined, wished : PairList
        The person's refusals, a worker's, the provider's, and wishes in order.
    referral_records, provider_records, pool_records : tuple
        The records behind the rows, for sentences only.
    geography : Geography
        Counties and distances.
    states : tuple of str
        Postal codes, in the order that ``PoolColumns.state`` uses.
    """

    as_of: datetime
    referral_ids: tuple[str, ...]
    pool_keys: tuple[tuple[str, str], ...]
    provider_ids: tuple[str, ...]
    referrals: ReferralColumns
    pools: PoolColumns
    vetoed: PairList
    ruled_out: PairList
    declined: PairList
    wished: PairList
    referral_records: tuple[Referral, ...]
    provider_records: tuple[Provider, ...]
    pool_records: tuple[BedPool, ...]
    geography: Geography = field(repr=False)
    states: tuple[str, ...]

    @property
    def today(self) -> int:
        """Ordinal of the day of ``as_of``."""
        return self.as_of.date().toordinal()

    @property
    def size(self) -> tuple[int, int]:
        """Number of referrals and of bed pools."""
        return len(self.referral_ids), len(self.pool_keys)

    def fingerprint(self) -> str:
        """Return the SHA-256 of every fact the engine may use.

        The order of rows and facts that only reports use change nothing.
        """
        digest = hashlib.sha256()
        digest.update(self.as_of.astimezone(UTC).isoformat().encode())
        for names in (self.referral_ids, self.pool_keys, self.provider_ids):
            digest.update(repr(names).encode())
        for columns in (self.referrals, self.pools):
            for one in fields(columns):
                column = getattr(columns, one.name)
                digest.update(one.name.encode())
                if isinstance(column, SetColumn):
                    digest.update(repr([str(v) for v in column.vocabulary]).encode())
                    digest.update(column.bits.tobytes() + column.known.tobytes())
                else:
                    digest.update(np.ascontiguousarray(column).tobytes())
        for pairs in (self.vetoed, self.ruled_out, self.declined, self.wished):
            for part in (pairs.referral, pairs.provider, pairs.rank):
                digest.update(part.tobytes())
        for records, names in (
            (self.referral_records, _ONLY_IN_REFERRALS),
            (self.provider_records, _ONLY_IN_PROVIDERS),
            (self.pool_records, _ONLY_IN_POOLS),
        ):
            read = attrgetter(*names)
            for record in records:
                digest.update(repr([_canonical(value) for value in read(record)]).encode())
        return digest.hexdigest()


#: Facts that no column carries as they were given. Groups, conflicts, a tribe's
#: order and the sentences read them from the records.
_ONLY_IN_REFERRALS = (
    "group_id",
    "separate_from",
    "icwa_order",
    "exploiter_attachment",
    "trauma_level",
    "law_enforcement_contact",
    "exploitation_duration",
)
_ONLY_IN_PROVIDERS = (
    "state",
    "certificate",
    "certificate_expires",
    "residents",
    "staff_ratio",
    "resident_tokens",
)
_ONLY_IN_POOLS = (
    "beds_staffed",
    "beds_accepting",
    "beds_occupied",
    "beds_held",
    "beds_available",
)


def _canonical(value: object) -> object:
    """Return a value in a form that prints the same wherever it came from."""
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, frozenset):
        return "set", sorted(map(str, value))
    if isinstance(value, tuple):
        return tuple(map(str, value))
    return str(value)


def build(
    referrals: Sequence[Referral],
    providers: Sequence[Provider],
    pools: Sequence[BedPool],
    as_of: datetime,
    geography: Geography,
) -> Problem:
    """Freeze records into a problem, checking them once.

    Parameters
    ----------
    referrals, providers, pools : sequence of records
        In any order.
    as_of : datetime
        The moment the plan is for; must carry a time zone.
    geography : Geography
        Counties and distances.

    Returns
    -------
    Problem

    Raises
    ------
    EngineError
        If identifiers repeat, a pool has no provider, or ``as_of`` has no zone.
    """
    if as_of.tzinfo is None:
        raise EngineError("The moment of the plan has no time zone.")
    people = tuple(sorted(referrals, key=lambda r: r.referral_id))
    homes = tuple(sorted(providers, key=lambda p: p.provider_id))
    beds = tuple(sorted(pools, key=lambda b: (b.provider_id, b.pool_id)))
    person_ids = tuple(r.referral_id for r in people)
    home_ids = tuple(p.provider_id for p in homes)
    bed_keys = tuple((b.provider_id, b.pool_id) for b in beds)
    for what, names in (
        ("case references", person_ids),
        ("provider identifiers", home_ids),
        ("bed pools", bed_keys),
    ):
        if len(set(names)) != len(names):
            raise EngineError(f"Some {what} occur twice.", next_step="Load the files anew.")
    position = {name: k for k, name in enumerate(home_ids)}
    if any(b.provider_id not in position for b in beds):
        raise EngineError("A bed pool belongs to no provider.", next_step="Load them together.")
    owner = np.array([position[b.provider_id] for b in beds], dtype=np.int32)
    tokens = _tokens(people, homes)
    tongues = sorted(
        {t for r in people for t in r.languages or ()}
        | {t for p in homes for t in p.languages or ()}
    )
    states = tuple(sorted(geography.states))
    return Problem(
        as_of=as_of,
        referral_ids=person_ids,
        pool_keys=bed_keys,
        provider_ids=home_ids,
        referrals=_referral_columns(people, as_of, geography, tokens, tongues),
        pools=_pool_columns(homes, beds, owner, as_of, geography, tokens, tongues, states),
        vetoed=_pairs([r.vetoed_providers for r in people], position),
        ruled_out=_pairs([r.avoid_providers for r in people], position),
        declined=_pairs([r.declined_by for r in people], position),
        wished=_pairs([r.preferred_providers for r in people], position),
        referral_records=people,
        provider_records=homes,
        pool_records=beds,
        geography=geography,
        states=states,
    )


#: Stand for tokens that nobody on the other side has: they can keep nobody
#: apart, but a set that holds one is not empty.
_OTHER_PERSON, _OTHER_RESIDENT = "\0person", "\0resident"


def _tokens(people: Sequence[Referral], homes: Sequence[Provider]) -> list[str]:
    """Tokens that stand on both sides, and the two stand-ins."""
    here = {t for r in people for t in r.separate_from or ()}
    there = {t for p in homes for t in p.resident_tokens or ()}
    return [_OTHER_PERSON, _OTHER_RESIDENT, *sorted(here & there)]


def _shared(
    tokens: frozenset[str] | None, vocabulary: frozenset[str], other: str
) -> frozenset[str] | None:
    """Replace tokens outside the vocabulary by a stand-in; keep unknown and empty."""
    if tokens is None:
        return None
    return frozenset(t if t in vocabulary else other for t in tokens)


def _pairs(
    lists: Sequence[Sequence[str] | frozenset[str] | None], position: dict[str, int]
) -> PairList:
    rows: list[tuple[int, int, int]] = []
    for row, names in enumerate(lists):
        ordered = names if isinstance(names, tuple) else sorted(names or ())
        rows += [(row, position[n], k) for k, n in enumerate(ordered) if n in position]
    table = np.array(rows, dtype=np.int32).reshape(-1, 3)
    return PairList(table[:, 0].copy(), table[:, 1].copy(), table[:, 2].copy())


def _day(value: date | None) -> int | None:
    return None if value is None else value.toordinal()


def _flag(value: bool | None) -> int | None:
    return None if value is None else int(value)


def _hours_before(moment: datetime | None, as_of: datetime) -> int | None:
    """Whole hours from a moment to ``as_of``; a moment ahead counts as now."""
    if moment is None:
        return None
    return max(0, int((as_of - moment).total_seconds() // 3600))


def _county(fips: str | None, geography: Geography) -> int | None:
    return None if fips is None else geography.index.get(fips)


def _referral_columns(
    people: Sequence[Referral],
    as_of: datetime,
    geography: Geography,
    tokens: Sequence[str],
    tongues: Sequence[str],
) -> ReferralColumns:
    avoided = sorted({c for r in people for c in r.avoid_counties or ()})
    shared = frozenset(tokens)
    return ReferralColumns(
        urgency=codes((r.urgency for r in people), list(w.Urgency)),
        waiting_hours=numbers(_hours_before(r.received_at, as_of) for r in people),
        needed_by=numbers(_day(r.needed_by) for r in people),
        source=codes((r.referral_source for r in people), list(w.ReferralSource)),
        presence=codes((r.presence for r in people), list(w.Presence)),
        age=numbers(r.age_years for r in people),
        days_to_birthday=numbers(r.days_to_birthday for r in people),
        gender=codes((r.gender for r in people), list(w.Gender)),
        settings=sets([r.acceptable_settings for r in people], list(w.Setting)),
        affirming=numbers(_flag(r.lgbtq_affirming_requested) for r in people),
        trafficking=codes((r.trafficking_type for r in people), list(w.TraffickingType)),
        identification=codes((r.identification for r in people), list(w.Identification)),
        run_risk=codes((r.run_risk for r in people), list(w.Level)),
        recruitment_risk=codes((r.recruitment_risk for r in people), list(w.Level)),
        types=sets([r.acceptable_types for r in people], list(w.PlacementType)),
        preferred_types=sets([r.preferred_types for r in people], list(w.PlacementType)),
        stay_days=numbers(r.stay_days for r in people),
        substance=codes((r.substance_need for r in people), list(w.SubstanceNeed)),
        mental_health=codes((r.mental_health_need for r in people), list(w.CareNeed)),
        medical=codes((r.medical_need for r in people), list(w.CareNeed)),
        fragile=numbers(_flag(r.medically_fragile) for r in people),
        developmental=codes((r.developmental_need for r in people), list(w.DevelopmentalNeed)),
        parenting=codes((r.pregnant_parenting for r in people), list(w.Parenting)),
        children=numbers(r.children_with for r in people),
        behaviours=sets([r.behaviours for r in people], list(w.Behaviour)),
        behaviour_managed=numbers(_flag(r.behaviour_managed_confirmed) for r in people),
        access=sets([r.access_needs for r in people], list(w.Capability)),
        languages=sets([r.languages for r in people], tongues),
        first_language=codes(
            (r.languages[0] if r.languages else None for r in people), tongues
        ),
        interpreter_ok=numbers(_flag(r.interpreter_ok) for r in people),
        tokens=sets(
            [_shared(r.separate_from, shared, _OTHER_PERSON) for r in people],
            tokens,
        ),
        icwa=codes((r.icwa_status for r in people), list(w.IcwaStatus)),
        home=numbers(_county(r.home_county, geography) for r in people),
        school=numbers(_county(r.school_county, geography) for r in people),
        siblings=numbers(_county(r.sibling_county, geography) for r in people),
        avoid=sets([r.avoid_counties for r in people], avoided),
        own_max_miles=numbers(r.max_distance_miles for r in people),
        faith=codes((r.faith_preference for r in people), list(w.FaithCharacter)),
        devices=codes((r.device_preference for r in people), list(w.DevicePolicy)),
        funding=sets([r.funding for r in people], list(w.Funding)),
    )


def _earliest(trainings: Sequence[Training] | None, course: w.Course) -> int | None:
    """Roll a course up over caregivers: the earliest end counts for the home."""
    if trainings is None:
        return None
    ends = [_day(t.expires) for t in trainings if t.course is course]
    if not ends:
        return int(NO_COURSE)
    return None if None in ends else min(e for e in ends if e is not None)


def _first_end(trainings: Sequence[Training] | None, course: w.Course) -> int | None:
    """Earliest known end of a course: one that has passed settles it for the home."""
    if trainings is None:
        return None
    held = [t.expires for t in trainings if t.course is course]
    ends = [end.toordinal() for end in held if end is not None]
    return min(ends, default=None if held else int(NO_COURSE))


def certificate_valid(provider: Provider, on_day: date) -> bool | None:
    """Tell whether a provider's certificate counts on a day; None is unknown."""
    if provider.certificate is w.Certificate.NONE:
        return False
    if provider.certificate_expires is not None and provider.certificate_expires < on_day:
        return False
    if provider.certificate is None or provider.certificate_expires is None:
        return None
    return True


def effective_type(provider: Provider, on_day: date) -> w.PlacementType | None:
    """Return what a place is on a day, given the state of its certificate.

    A safe foster home or safe house whose certificate is not valid is what its
    base licence makes it. While nobody knows about the certificate, it is what
    it says it is, and the rules ask.
    """
    claimed = provider.placement_type
    if claimed in w.WITHOUT_CERTIFICATE and certificate_valid(provider, on_day) is False:
        return w.WITHOUT_CERTIFICATE[claimed]
    return claimed


def _residents(provider: Provider, pools: Sequence[BedPool]) -> int | None:
    """People living there: as recorded, or the sum over pools if all are known."""
    if provider.residents is not None:
        return provider.residents
    occupied = [b.beds_occupied for b in pools]
    if not occupied or any(beds is None for beds in occupied):
        return None
    return sum(beds for beds in occupied if beds is not None)


def _pool_columns(
    homes: Sequence[Provider],
    beds: Sequence[BedPool],
    owner: NDArray[np.int32],
    as_of: datetime,
    geography: Geography,
    tokens: Sequence[str],
    tongues: Sequence[str],
    states: Sequence[str],
) -> PoolColumns:
    today = as_of.date()
    shared = frozenset(tokens)
    areas = sorted({a for p in homes for a in p.service_area or ()})
    by_home: list[list[BedPool]] = [[] for _ in homes]
    for bed, k in zip(beds, owner, strict=True):
        by_home[k].append(bed)

    def per_provider(column: Ints) -> Ints:
        spread = column[owner]
        spread.flags.writeable = False
        return spread

    def flags(name: str) -> Ints:
        return per_provider(numbers(_flag(getattr(p, name)) for p in homes))

    def coded(name: str, vocabulary: Sequence[object]) -> Ints:
        return per_provider(codes((getattr(p, name) for p in homes), vocabulary))

    def counted(name: str) -> Ints:
        return per_provider(numbers(getattr(p, name) for p in homes))

    def dated(name: str) -> Ints:
        return per_provider(numbers(_day(getattr(p, name)) for p in homes))

    def chosen(name: str, vocabulary: Sequence[object]) -> SetColumn:
        return sets([getattr(p, name) for p in homes], vocabulary).take(owner)

    return PoolColumns(
        provider=owner,
        placement_type=coded("placement_type", list(w.PlacementType)),
        effective_type=per_provider(
            codes((effective_type(p, today) for p in homes), list(w.PlacementType))
        ),
        certified=per_provider(numbers(_flag(certificate_valid(p, today)) for p in homes)),
        foster_family=per_provider(
            numbers(
                None
                if p.placement_type is None
                else int(p.placement_type in w.FOSTER_FAMILY_TYPES)
                for p in homes
            )
        ),
        foster_exception=flags("foster_cap_exception"),
        licence_status=coded("licence_status", list(w.LicenceStatus)),
        licence_expires=dated("licence_expires"),
        background=coded("background_check", list(w.BackgroundCheck)),
        training=np.column_stack(
            [
                per_provider(numbers(_earliest(p.trainings, course) for p in homes))
                for course in w.Course
            ]
        ),
        training_first_end=np.column_stack(
            [
                per_provider(numbers(_first_end(p.trainings, course) for p in homes))
                for course in w.Course
            ]
        ),
        licensed_capacity=counted("licensed_capacity"),
        residents=per_provider(numbers(_residents(p, by_home[k]) for k, p in enumerate(homes))),
        beds_licensed=numbers(b.beds_licensed for b in beds),
        free=numbers(b.free for b in beds),
        available_from=numbers(_day(b.available_from) for b in beds),
        news_hours=numbers(_hours_before(b.as_of, as_of) for b in beds),
        genders=sets([b.genders for b in beds], list(w.Gender)),
        age_min=numbers(b.age_min for b in beds),
        age_max=numbers(b.age_max for b in beds),
        households=sets([b.households for b in beds], list(w.Household)),
        reserved=sets([b.reserved_for for b in beds], list(w.Identification)),
        gender_lock=codes((b.gender_lock for b in beds), list(w.Gender)),
        resident_age_min=numbers(b.resident_age_min for b in beds),
        resident_age_max=numbers(b.resident_age_max for b in beds),
        age_spread=numbers(b.age_spread_max for b in beds),
        capabilities=chosen("capabilities", list(w.Capability)),
        languages=chosen("languages", tongues),
        excludes=chosen("excludes", list(w.Exclusion)),
        trafficking=chosen("trafficking_types", list(w.TraffickingType)),
        identifications=chosen("identifications", list(w.Identification)),
        sources=chosen("referral_sources", list(w.ReferralSource)),
        run_tolerance=coded("run_tolerance", list(w.Level)),
        awake_night=flags("awake_night"),
        intake_24_7=flags("intake_24_7"),
        max_stay=counted("max_stay_days"),
        funding=chosen("funding", list(w.Funding)),
        family_first=coded("family_first", list(w.FamilyFirstCategory)),
        affirming=flags("lgbtq_affirming"),
        faith=coded("faith_character", list(w.FaithCharacter)),
        devices=coded("device_policy", list(w.DevicePolicy)),
        icwa_tier=coded("icwa_tier", list(w.IcwaTier)),
        compromised_until=dated("compromised_until"),
        compromise_cleared=flags("compromise_cleared"),
        tokens=sets(
            [_shared(p.resident_tokens, shared, _OTHER_RESIDENT) for p in homes],
            tokens,
        ).take(owner),
        high_acuity=counted("high_acuity_residents"),
        high_acuity_limit=counted("high_acuity_limit"),
        county=per_provider(numbers(_county(p.county, geography) for p in homes)),
        state=per_provider(codes((_state(p, geography) for p in homes), states)),
        area=sets([p.service_area for p in homes], areas).take(owner),
    )


def _state(provider: Provider, geography: Geography) -> str | None:
    """State of a provider: as recorded, or that of its county."""
    recorded = provider.state if provider.state in geography.states else None
    return recorded or geography.state_of(provider.county)
