"""Who goes to a place together: a person, and those of the group who still wait."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from matching.domain import policy as policies
from matching.domain.casework import TAKES_BED, CaseState
from matching.domain.errors import ChoiceError
from matching.domain.records import Referral
from matching.services.casebook import person_of
from matching.services.decisions import Kind
from matching.services.desk import Desk
from matching.services.room import Wanted, decided, name_at
from matching.services.upload_records import REFERRAL
from matching.store.database import Reading

TOGETHER = "together"


def party(
    record: Reading,
    desk: Desk,
    case: str,
    provider_id: str,
    pool_id: str,
    now: datetime,
    pools: Mapping[str, str] | None = None,
) -> tuple[Wanted, ...]:
    """Return who goes to a place: a person first, then those of the group who wait.

    A group stays together unless somebody who may has decided otherwise.

    Parameters
    ----------
    record : Reading
    desk : Desk
    case : str
        Case reference.
    provider_id, pool_id : str
    now : datetime
    pools : mapping of str to str, optional
        Bed pools of others of the group, by case; by default those that the last
        plan proposes there, or else the same pool.

    Raises
    ------
    NotFound
        If there is no such case.
    ChoiceError
        If somebody of the group has a place elsewhere.
    """
    person = person_of(record, case)
    first = Wanted(person, pool_id)
    mates = mates_of(record, desk, person, now)
    if not mates:
        return (first,)
    waiting, elsewhere = [], set()
    moved = {one.referral_id: one.state for one in record.cases.all()}
    for mate in mates:
        state = moved.get(mate.referral_id, CaseState.WAITING)
        if state is CaseState.WAITING:
            waiting.append(mate)
        elsewhere |= set() if state is CaseState.CLOSED else _where(record, mate.referral_id)
    elsewhere.discard(provider_id)
    if elsewhere:
        other = name_at(record, min(elsewhere))
        raise ChoiceError(
            f"Somebody of the group of case {case} has a place at {other}, and the group "
            "stays together.",
            next_step="Choose that place, or have the split of the group approved.",
        )
    known = {**_proposed(record, provider_id), **(pools or {})}
    return (
        first,
        *(Wanted(mate, known.get(mate.referral_id, pool_id)) for mate in waiting),
    )


def mates_of(
    record: Reading, desk: Desk, person: Referral, now: datetime
) -> tuple[Referral, ...]:
    """Return the others of a person's group, unless the group may be placed apart."""
    group = person.group_id
    if group is None:
        return ()
    found = record.rows[REFERRAL].matching(group_id=group)
    mates = tuple(one for one in found if one.referral_id != person.referral_id)
    if not mates:
        return ()
    today = desk.local(now).date()
    if not policies.load(desk.settings.policy).rules[TOGETHER].in_force(today):
        return ()
    names = {one.referral_id for one in found}
    for one in decided(record, today):
        matter = one.matter
        if matter.kind is Kind.SPLIT and matter.group == group:
            return ()
        if (matter.kind, matter.rule) == (Kind.WAIVE, TOGETHER) and matter.case in names:
            return ()
    return mates


def _where(record: Reading, referral_id: str) -> set[str]:
    """Return where somebody has a bed."""
    lives = {
        one.provider_id for one in record.placements.of(referral_id) if one.ended_at is None
    }
    held = {one.provider_id for one in record.offers.of(referral_id) if one.state in TAKES_BED}
    return lives | held


def _proposed(record: Reading, provider_id: str) -> dict[str, str]:
    """Return the bed pool that the last plan proposes at a provider, by case."""
    last = record.runs.latest()
    rows = () if last is None or last.document is None else last.document["placements"]
    return {one["referral"]: one["bed_pool"] for one in rows if one["provider"] == provider_id}
