"""Counts by day, kept as facts and plans change, and read as a history.

Written inside the transaction that changes the facts, so that the two can never
differ. A day on which nothing was said has no row and stays unknown.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from matching.domain import geography
from matching.domain import policy as policies
from matching.domain.access import Action
from matching.domain.policy import Policy
from matching.domain.words import DataOrigin
from matching.insight.history import ALL, Measure
from matching.services.desk import Desk
from matching.services.upload_sample import CASEWORK, CONFIRMATION, EDIT, NOT_FILES, REMOVED
from matching.store.database import Transaction
from matching.store.repositories.history import DayCount, Place

#: Beds of a kind of place, and of a region.
TYPE, REGION = "type:", "region:"
NOT_KNOWN = "not known"
_BEDS = (Measure.LICENSED, Measure.STAFFED, Measure.ACCEPTING, Measure.FREE)


def note_facts(record: Transaction, desk: Desk, now: datetime) -> None:
    """Keep today's counts of beds and people, in the transaction that changed them.

    Parameters
    ----------
    record : Transaction
    desk : Desk
    now : datetime
    """
    note_beds(record, desk, now)
    note_people(record, desk, now)


def note_beds(record: Transaction, desk: Desk, now: datetime) -> None:
    """Keep today's counts of beds, in the transaction that changed them.

    Parameters
    ----------
    record : Transaction
    desk : Desk
    now : datetime
    """
    _begin(record, desk)
    today = desk.local(now).date()
    policy = policies.load(desk.settings.policy)
    known, unknown = _beds(record.history.places(), policy)
    for k, measure in enumerate(_BEDS):
        counts = [
            _count(today, measure, known[category][k], category, unknown[category][k])
            for category in known
        ]
        record.history.set_days(measure, today, counts)


def _beds(
    places: Iterable[Place], policy: Policy
) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """Add beds up, and pools nobody spoke of: all, by type and by region.

    Each category has a number for each measure of beds, in their order.
    """
    where = geography.load()
    known: dict[str, list[int]] = defaultdict(lambda: [0] * len(_BEDS))
    unknown: dict[str, list[int]] = defaultdict(lambda: [0] * len(_BEDS))
    regions: dict[tuple[str | None, str | None], str] = {}
    for place in places:
        key = place.county, place.state
        if key not in regions:
            own = policy.region_of(place.county) if place.county else None
            regions[key] = own or where.state_of(place.county) or place.state or NOT_KNOWN
        kind = NOT_KNOWN if place.placement_type is None else place.placement_type.value
        pool = place.pool
        said = (pool.beds_licensed, pool.beds_staffed, pool.beds_accepting, pool.free)
        for category in (ALL, TYPE + kind, REGION + regions[key]):
            sums, gaps = known[category], unknown[category]
            for k, number in enumerate(said):
                if number is None:
                    gaps[k] += 1
                else:
                    sums[k] += number
    return known, unknown


def note_people(record: Transaction, desk: Desk, now: datetime) -> None:
    """Keep today's counts of people, in the transaction that changed them.

    Who was referred on which day is counted anew from everybody on the record,
    from the day on which the first list came: of people referred before, only
    those still waiting by then are known.

    Parameters
    ----------
    record : Transaction
    desk : Desk
    now : datetime
    """
    _begin(record, desk)
    today = desk.local(now).date()
    received = record.history.received()
    known = [desk.local(moment).date() for moment in received if moment is not None]
    people, unknown = record.history.waiting()
    waiting = _count(today, Measure.WAITING, people, unknown=unknown)
    record.history.set_days(Measure.WAITING, today, [waiting])
    lists = _lists(record, desk)
    first = min(lists, default=date.min)
    arrived = Counter(day for day in known if lists and first <= day <= today)
    for measure, days in ((Measure.LISTED, lists), (Measure.REFERRED, arrived)):
        counts = [_count(day, measure, number) for day, number in days.items()]
        record.history.set_days(measure, first, counts)


def _lists(record: Transaction, desk: Desk) -> Counter[date]:
    """Return how many lists of referrals came on each day, and still count.

    The sample counts until the first real upload. What is corrected by hand, or
    changed by work on a case, is no list; somebody recorded by hand is.
    """
    batches = record.batches.list()
    real = any(batch.file_format not in NOT_FILES for batch in batches)
    return Counter(
        desk.local(batch.at).date()
        for batch in batches
        if batch.kind == "referrals"
        and batch.undone_at is None
        and batch.file_format not in (EDIT, CASEWORK, CONFIRMATION)
        and not (real and batch.data_origin is DataOrigin.SAMPLE)
    )


def note_plan(
    record: Transaction, desk: Desk, now: datetime, waiting: int, placed: int
) -> None:
    """Keep how many people today's last plan places, in the transaction that saves it.

    Parameters
    ----------
    record : Transaction
    desk : Desk
    now : datetime
    waiting, placed : int
        People in the plan, and those with a place in it.
    """
    _begin(record, desk)
    _keep_plan(record, desk.local(now).date(), waiting, placed)


def _keep_plan(record: Transaction, day: date, waiting: int, placed: int) -> None:
    for measure, number in ((Measure.PLACED, placed), (Measure.WITHOUT, waiting - placed)):
        record.history.set_days(measure, day, [_count(day, measure, number)])


def put_past(
    record: Transaction, measure: Measure, counts: Mapping[tuple[date, str], int]
) -> None:
    """Put counts of a time before the record was kept beside those it has.

    Parameters
    ----------
    record : Transaction
    measure : Measure
    counts : mapping of (date, str) to int
        By day and category; a day that has counts already keeps them.
    """
    there = record.history.rows(measure)
    kept = {one.day for one in there}
    new = [
        _count(day, measure, number, category)
        for (day, category), number in counts.items()
        if day not in kept
    ]
    record.history.set_days(measure, date.min, [*there, *new])


def _begin(record: Transaction, desk: Desk) -> None:
    """Fill an empty history with what saved plans placed; no version kept less than that.

    Plans of the sample do not count once it is off the record.
    """
    if not record.history.is_empty():
        return
    left = [batch.at for batch in record.batches.list() if batch.file_sha256 == REMOVED]
    for event in record.audit.events(object_kind="run"):
        if event.action != Action.RUN_PLAN or "placed" not in event.details:
            continue
        if not left or event.at > max(left):
            day = desk.local(event.at).date()
            _keep_plan(record, day, event.details["waiting"], event.details["placed"])


def _count(
    day: date, measure: Measure, count: int, category: str = ALL, unknown: int = 0
) -> DayCount:
    return DayCount(
        day=day, measure=measure.value, category=category, count=count, unknown=unknown
    )
