"""Whether some people may have some beds: read in the transaction that gives them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from matching.domain import geography
from matching.domain import policy as policies
from matching.domain.casework import BedTaken
from matching.domain.errors import ChoiceError, ConflictError, NotFound
from matching.domain.policy import Policy
from matching.domain.records import BedPool, Provider, Referral
from matching.engine.capacity import pool_room, provider_room
from matching.engine.problem import Problem, build
from matching.engine.rules import BY_CODE
from matching.engine.rules.base import facts
from matching.engine.settled import settled, uncounted_beds
from matching.engine.single import barring
from matching.services.casebook import hour
from matching.services.decisions import Decision, Kind
from matching.services.desk import Desk
from matching.services.facts import taken_on
from matching.services.stored import kept_in
from matching.store.database import Reading

#: Rules that the provider itself answers by keeping a bed, and the one on beds, which
#: is counted here.
_ANSWERED = frozenset({"presence", "beds", "freshness", "opening", "intake-hours", "declined"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """Somebody, and the bed pool they are to have.

    Attributes
    ----------
    person : Referral
    pool_id : str
    """

    person: Referral
    pool_id: str


def name_at(record: Reading, provider_id: str) -> str:
    """Return what a provider is called before whoever reads.

    Raises
    ------
    NotFound
        If there is no such provider.
    """
    found = record.providers.get(provider_id)
    if found is None:
        raise NotFound("There is no such provider on record.", next_step="Open the plan again.")
    return found[0].name or provider_id


def require_room(
    record: Reading,
    desk: Desk,
    provider_id: str,
    wanted: Sequence[Wanted],
    now: datetime,
    *,
    have: bool = False,
) -> None:
    """Refuse unless everybody may have the bed wanted, beside all who have one already.

    Parameters
    ----------
    record : Reading
        Of the transaction that gives the beds, so that nobody else can take them
        meanwhile.
    desk : Desk
    provider_id : str
    wanted : sequence of Wanted
    now : datetime
    have : bool, default False
        Whether they have these beds already, so that only the rules are asked.

    Raises
    ------
    NotFound
        If there is no such provider or bed pool.
    ConflictError
        If no bed is left.
    ChoiceError
        If a rule bars the place for one of them.
    """
    found = record.providers.get(provider_id)
    pools = () if found is None else found[1]
    if found is None or {one.pool_id for one in wanted} - {one.pool_id for one in pools}:
        raise NotFound("There is no such bed pool on record.", next_step="Open the plan again.")
    policy = policies.load(desk.settings.policy)
    coming = {(record.office, one.person.referral_id) for one in wanted}
    there = [one for one in taken_on(record, provider_id) if one.key not in coming]
    room = _Room(record, desk, policy, found[0], pools, now)
    for one in wanted:
        room.require(one, there, have=have)
        there.append(
            BedTaken(
                office=record.office,
                person=one.person,
                provider_id=provider_id,
                pool_id=one.pool_id,
                beds=one.person.beds_needed,
                since=now,
                by=desk.actor.name,
            )
        )


class _Room:
    """One provider at one moment."""

    def __init__(
        self,
        record: Reading,
        desk: Desk,
        policy: Policy,
        home: Provider,
        pools: tuple[BedPool, ...],
        now: datetime,
    ) -> None:
        self._record, self._desk, self._policy = record, desk, policy
        self._home, self._pools, self._now = home, pools, now
        self._name = home.name or home.provider_id
        self._decisions: tuple[Decision, ...] | None = None

    def require(self, one: Wanted, there: Sequence[BedTaken], *, have: bool) -> None:
        """Refuse unless somebody may have a bed beside those who are there."""
        problem = self._problem(one.person, there)
        pool = problem.pool_keys.index((self._home.provider_id, one.pool_id))
        if not have and one.person.beds_needed > self._beds(problem, pool, there):
            raise self._full(one, there)
        self._require_rules(problem, pool)

    def _problem(self, person: Referral, there: Sequence[BedTaken]) -> Problem:
        setting = self._policy.rules["resident-gender"].parameters
        found = settled(
            (),
            (self._home,),
            self._pools,
            there,
            office=self._record.office,
            lock_empty=bool(setting["empty_pools_lock"]),
            unknown_beds=self._policy.unknown_vacancy_beds,
        )
        local = self._desk.local(self._now)
        return build((person,), found.providers, found.pools, local, geography.load())

    def _beds(self, problem: Problem, pool: int, there: Sequence[BedTaken]) -> int:
        """Return the beds left in a pool, under its provider as well."""
        mine = int(pool_room(problem, self._policy)[pool])
        raw = next(b for b in self._pools if b.pool_id == problem.pool_keys[pool][1])
        if raw.free is None:
            asked = self._policy.unknown_vacancy_beds - uncounted_beds(raw, there)
            mine = min(mine, asked)
        home = int(problem.pools.provider[pool])
        return min(mine, int(provider_room(problem, self._policy)[home]))

    def _full(self, one: Wanted, there: Sequence[BedTaken]) -> ConflictError:
        """Say that no bed is left, and since when."""
        mine = [t for t in there if t.pool_id == one.pool_id] or list(there)
        last = max(mine, key=lambda t: t.since, default=None)
        needed = one.person.beds_needed
        if last is None:
            few = "No bed is free" if needed == 1 else f"There are not {needed} beds free"
            return ConflictError(
                f"{few} at {self._name} by the numbers last given.",
                next_step="Confirm how many beds are free there, or choose another place.",
            )
        what = "The last bed" if needed == 1 else f"{needed} beds are not left: the last one"
        who = "you" if last.by == self._desk.actor.name else "another worker"
        return ConflictError(
            f"{what} at {self._name} was taken at {hour(self._desk, last.since)} by {who}.",
            next_step="Make the plan again to see the next best place.",
        )

    def _require_rules(self, problem: Problem, pool: int) -> None:
        person = problem.referral_records[0]
        for code, verdict in barring(problem, self._policy, 0, pool).items():
            if code in _ANSWERED or self._is_waived(person.referral_id, code):
                continue
            parameters = self._policy.rules[code].parameters
            why = BY_CODE[code].say(facts(problem, 0, pool), parameters, verdict)
            raise ChoiceError(
                f"A rule bars {self._name} for case {person.referral_id}: {why}",
                next_step="Choose another place, or see on the page Case what would help.",
            )

    def _is_waived(self, case: str, code: str) -> bool:
        """Tell whether a rule is waived for a case at this provider today."""
        if self._decisions is None:
            self._decisions = decided(self._record, self._desk.local(self._now).date())
        wide = (None, self._home.provider_id)
        return any(
            (one.matter.kind, one.matter.case, one.matter.rule) == (Kind.WAIVE, case, code)
            and one.matter.provider_id in wide
            for one in self._decisions
        )


def decided(record: Reading, today: date) -> tuple[Decision, ...]:
    """Return what people have decided, in force in the plan saved last."""
    last = record.runs.latest()
    kept = kept_in({} if last is None else last.document or {}).decisions
    return tuple(one for one in kept if one.until is None or one.until >= today)
