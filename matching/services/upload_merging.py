"""What a record becomes when a file says something of it: a blank never deletes.

A cell left blank, or a column that the file lacks, keeps what is on record.
Only a file that says that nobody knows makes a fact unknown. The moment of the
vacancy goes with the numbers it was told with: a new number is never shown as
old news, and an old one never as fresh.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from matching.domain.records import BedPool
from matching.services.upload_records import Record, facts, kind_name, replaced

#: Numbers that the moment and the name of who confirmed them speak of.
VACANCY = ("beds_accepting", "beds_occupied", "beds_held", "beds_available")
#: The same with the moment and the name.
VACANCY_NEWS = (*VACANCY, "as_of", "confirmed_by")


def merge(
    before: Record, said: Record, unknown: Collection[str], keep: Collection[str] = ()
) -> tuple[Record, tuple[str, ...]]:
    """Return a record as it will be, and what was kept because the file is silent.

    Parameters
    ----------
    before : Provider, BedPool or Referral
        As it is on record.
    said : same type
        As the file has it; ``None`` where it is silent.
    unknown : collection of str
        Fields of which the file says that nobody knows.
    keep : collection of str
        Fields that somebody wants to keep as they are on record.

    Returns
    -------
    after : same type
    kept : tuple of str
        Fields known on record of which the file says nothing.
    """
    if before == said:
        return said, ()
    values: dict[str, object] = {}
    kept: list[str] = []
    for name in facts(kind_name(said)):
        known = getattr(before, name)
        if name in keep:
            values[name] = known
        elif known is not None and getattr(said, name) is None and name not in unknown:
            values[name] = known
            kept.append(name)
    if isinstance(before, BedPool) and isinstance(said, BedPool):
        news = _news(before, said, values, kept, unknown, keep)
        values |= news
        kept = [name for name in kept if name not in news or news[name] is not None]
    return (replaced(said, values) if values else said), tuple(kept)


def _news(
    before: BedPool,
    said: BedPool,
    values: dict[str, object],
    kept: list[str],
    unknown: Collection[str],
    keep: Collection[str],
) -> dict[str, object]:
    """Return when the vacancy was confirmed, and by whom, as far as it can be said."""
    numbers = {name: values.get(name, getattr(said, name)) for name in VACANCY}
    same = all(numbers[name] == getattr(before, name) for name in VACANCY)
    mixed = any(name in kept or name in keep for name in VACANCY)
    moment, by = said.as_of, said.confirmed_by
    if "as_of" in keep:
        return {}
    if moment is None and "as_of" not in unknown:
        if same:
            return {}
        return _without_moment("confirmed_by" in keep, by)
    if mixed:
        moment = _older(before.as_of, moment)
        by = before.confirmed_by if moment == before.as_of else said.confirmed_by
    elif by is None and moment == before.as_of and "confirmed_by" not in unknown:
        by = before.confirmed_by
    found: dict[str, object] = {"as_of": moment}
    return found if "confirmed_by" in keep else {**found, "confirmed_by": by}


def _without_moment(keep_name: bool, by: str | None) -> dict[str, object]:
    """Return news of an unknown moment: new numbers have not the old one's date."""
    found: dict[str, object] = {"as_of": None}
    return found if keep_name else {**found, "confirmed_by": by}


def _older(one: datetime | None, other: datetime | None) -> datetime | None:
    """Return the earlier moment; news of which a part has no date has none."""
    return None if one is None or other is None else min(one, other)
