"""Recording what a provider says on the telephone of its free beds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from matching.domain import policy as policies
from matching.domain.access import Action, allows
from matching.domain.errors import InputError, NotFound
from matching.domain.records import BedPool
from matching.intake.firewall import has_email, is_personal, is_story
from matching.services.clock import end_what_is_due
from matching.services.desk import Desk
from matching.services.facts import settle_in, taken_on
from matching.services.hearing import heard_now
from matching.services.history import note_beds
from matching.services.upload_records import BED_POOL, PROVIDER, name_of
from matching.services.upload_sample import CONFIRMATION
from matching.store.database import Transaction
from matching.store.documents import UploadBatch

#: Most beds that a pool can have.
MOST_BEDS = 10_000


@dataclass(frozen=True, slots=True)
class Confirmed:
    """An answer on record.

    Attributes
    ----------
    pool : BedPool
        As it is now.
    free : int or None
        Beds that count as free; fewer than said where the other numbers on
        record leave fewer.
    sentence : str
    """

    pool: BedPool
    free: int | None
    sentence: str


def confirm_beds(
    desk: Desk, provider_id: str, pool_id: str, available: int, by: str
) -> Confirmed:
    """Record how many beds a provider says are free now: one transaction, one audit event.

    They are asked for the beds free besides those held for us; what is stored is
    those and the held ones, so that taking the held ones off again leaves what they
    said. People placed there since the last news are from now on among the residents
    that the numbers tell of, and those who left are not.

    Parameters
    ----------
    desk : Desk
    provider_id, pool_id : str
    available : int
        Beds free, as they say, besides those held for us.
    by : str
        Who said so: a role or account, not a private person.

    Returns
    -------
    Confirmed

    Raises
    ------
    PermissionDenied
        If the actor may not confirm beds.
    NotFound
        If there is no such bed pool.
    InputError
        If the number is impossible, or ``by`` names nobody or a private person.
    """
    desk.require(Action.CONFIRM_BEDS)
    who = _checked(by)
    now = desk.clock()
    end_what_is_due(desk.store, desk.settings, now)
    key = pool_id, provider_id
    with desk.store.transaction() as record:
        before = record.rows[BED_POOL].some([key]).get(key)
        if before is None:
            raise NotFound(
                "There is no such bed pool on record.", next_step="Open the provider again."
            )
        _require_possible(before, available)
        news = heard_now(record, before, now)
        stored = available + news.held
        after = replace(news.pool, beds_available=stored, as_of=now, confirmed_by=who)
        batch = record.batches.add(
            UploadBatch(
                kind="providers",
                file_sha256="",
                file_format=CONFIRMATION,
                counts={"pools_changed": 1},
                actor=desk.actor.name,
                at=now,
            )
        )
        record.providers.upsert(news.homes, (after,), batch)
        note_beds(record, desk, now)
        record.audit.append(
            desk.actor,
            now,
            Action.CONFIRM_BEDS,
            object_kind="bed_pool",
            object_id=f"{provider_id}/{pool_id}",
            details={
                "before": before.beds_available,
                "available": available,
                "held": news.held,
                "moved": news.moved,
                "by": who,
            },
        )
        name = name_of(
            after, record.rows[PROVIDER].some([(provider_id,)]), record.providers.veil()
        )
        free = _free_of(record, desk, after)
    said = _confirmed(desk, after, free, name, available, news.held, now)
    return Confirmed(after, free, said)


def _require_possible(pool: BedPool, available: int) -> None:
    most = MOST_BEDS if pool.beds_licensed is None else pool.beds_licensed
    if not 0 <= available <= most:
        raise InputError(
            f"{available} is not a number of beds from 0 to {most}.",
            next_step="Ask again, or correct the beds licensed first.",
        )


def _free_of(record: Transaction, desk: Desk, pool: BedPool) -> int | None:
    """Return the beds of a pool that count as free, besides all that are taken."""
    policy = policies.load(desk.settings.policy)
    found = record.providers.get(pool.provider_id)
    if found is None:
        return None
    taken = taken_on(record, pool.provider_id)
    after = settle_in(record, (), (found[0],), found[1], taken, policy).pools
    return next(one.free for one in after if one.pool_id == pool.pool_id)


def _checked(by: str) -> str:
    who = by.strip()
    if not who or is_personal(who) or has_email(who) or is_story(who):
        raise InputError(
            "Who confirmed the beds is a role or an account, without a number or an "
            "e-mail address.",
            next_step="Write, for example, intake desk.",
        )
    return who


def _confirmed(
    desk: Desk,
    pool: BedPool,
    free: int | None,
    name: str,
    available: int,
    held: int,
    now: datetime,
) -> str:
    beds = f"{available} {'bed' if available == 1 else 'beds'} free"
    # One bed held is one person, whom not everybody who confirms beds may know of.
    counted = allows(desk.actor.role, Action.SEE_CASES)
    if held:
        beds += f" besides {held if counted else 'those'} held for us"
    said = f"{name}: {beds}, confirmed at {desk.local(now):%H:%M} by {pool.confirmed_by}."
    if free is not None and free < available:
        taken = (pool.beds_occupied or 0) + (pool.beds_held or 0)
        said += f" Only {free} can be used"
        if pool.beds_accepting is not None:
            ours = f", and {held if counted else 'some'} are held for us" if held else ""
            said += (
                f": of {pool.beds_accepting} beds open to referrals, {taken} are occupied "
                f"or held{ours}"
            )
        said += ". Correct those numbers too."
    return said
