"""The frozen problem: everything the engine may know, in columns.

Rows are sorted by identifier, so that the order in which a file lists its
rows can change nothing. All that follows is a pure function of a problem and
a policy; nothing here reads a file, a database or the clock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from operator import attrgetter

import numpy as np

from matching.domain.errors import EngineError
from matching.domain.geography import Geography
from matching.domain.records import BedPool, Provider, Referral
from matching.engine import freeze
from matching.engine.columns import Ints, SetColumn
from matching.engine.facts import Facts
from matching.engine.sides import PairList, PoolColumns, ReferralColumns


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
                    digest.update(column.different.tobytes() + column.told.tobytes())
                    digest.update(column.code.tobytes())
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
            for name in names:
                different, codes = _numbered([getattr(record, name) for record in records])
                digest.update(f"{name} {different}".encode() + codes.tobytes())
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
    "resident_tokens",
)
_ONLY_IN_POOLS = (
    "beds_staffed",
    "beds_accepting",
    "beds_occupied",
    "beds_held",
    "beds_available",
)


def _numbered(values: Sequence[object]) -> tuple[list[str], Ints]:
    """Return the different values as they print, and the number of each value among them."""
    number: dict[str, int] = {}
    # Rows share most of their values, and ``values`` keeps them alive: known by sight.
    seen: dict[int, int] = {}
    codes = np.empty(len(values), dtype=np.int32)
    for row, value in enumerate(values):
        code = seen.get(id(value))
        if code is None:
            text = repr(_canonical(value))
            code = seen[id(value)] = number.setdefault(text, len(number))
        codes[row] = code
    return list(number), codes


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
    people = tuple(sorted(referrals, key=attrgetter("referral_id")))
    homes = tuple(sorted(providers, key=attrgetter("provider_id")))
    keys = list(map(attrgetter("provider_id", "pool_id"), pools))
    order = sorted(range(len(keys)), key=keys.__getitem__)
    beds = tuple(pools[k] for k in order)
    person_ids = tuple(map(attrgetter("referral_id"), people))
    home_ids = tuple(map(attrgetter("provider_id"), homes))
    bed_keys = tuple(keys[k] for k in order)
    for what, names in (
        ("case references", person_ids),
        ("provider identifiers", home_ids),
        ("bed pools", bed_keys),
    ):
        if len(set(names)) != len(names):
            raise EngineError(f"Some {what} occur twice.", next_step="Load the files anew.")
    position = {name: k for k, name in enumerate(home_ids)}
    if any(home not in position for home, _ in bed_keys):
        raise EngineError("A bed pool belongs to no provider.", next_step="Load them together.")
    owner = np.array([position[home] for home, _ in bed_keys], dtype=np.int32)
    of_people, of_homes = Facts(people, Referral), Facts(homes, Provider, owner)
    tokens = freeze.tokens(of_people, of_homes)
    tongues = sorted(of_people.items("languages") | of_homes.items("languages"))
    states = tuple(sorted(geography.states))
    lists = of_people.said
    return Problem(
        as_of=as_of,
        referral_ids=person_ids,
        pool_keys=bed_keys,
        provider_ids=home_ids,
        referrals=freeze.referral_columns(of_people, as_of, geography, tokens, tongues),
        pools=freeze.pool_columns(
            of_homes, Facts(beds, BedPool), owner, as_of, geography, tokens, tongues, states
        ),
        vetoed=freeze.pair_list(lists["vetoed_providers"], position),
        ruled_out=freeze.pair_list(lists["avoid_providers"], position),
        declined=freeze.pair_list(lists["declined_by"], position),
        wished=freeze.pair_list(lists["preferred_providers"], position),
        referral_records=people,
        provider_records=homes,
        pool_records=beds,
        geography=geography,
        states=states,
    )
