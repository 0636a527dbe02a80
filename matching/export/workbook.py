"""Plans and gaps as XLSX."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any

from matching.domain.rulebook import Stage
from matching.export.book import Book
from matching.export.columns import (
    NOT_PLACED,
    PLACED,
    PLAN_DEFINITIONS,
    Column,
    Row,
    Value,
    filter_facts,
    plan_facts,
    present,
)
from matching.insight.disclosure import Cell, ProtectedCross, ProtectedTable
from matching.insight.levels import LEVEL_WORDS, LOSS_WORDS, Level
from matching.insight.supply import Supply


def plan_workbook(document: Mapping[str, Any]) -> bytes:
    """Write a plan as a workbook.

    Parameters
    ----------
    document : mapping
        As :func:`matching.services.documents.plan_document` gives it. Rows may
        hold more: ``provider_name``, ``placement_type``, ``distance``, ``age``,
        ``gender``, ``priority``, ``received_at``, ``region``, ``worker``,
        ``reasons`` and ``questions``; ``filters`` names what was filtered.

    Returns
    -------
    bytes
        Sheets "With a place", "Without a place" and "Read me".
    """
    book = Book(datetime.fromisoformat(document["as_of"]))
    for title, columns, key in (
        ("With a place", PLACED, "placements"),
        ("Without a place", NOT_PLACED, "not_placed"),
    ):
        rows = document[key]
        book.table(title, present(columns, rows), rows)
    book.readme(plan_facts(document), PLAN_DEFINITIONS)
    return book.finish()


GAP_DEFINITIONS: tuple[tuple[str, str], ...] = (
    (
        "Identified demand",
        "People referred and on the record when the plan was made. People nobody has referred "
        "are not in these numbers: this is one plan, at one moment.",
    ),
    (
        "Stage",
        "The first point at which the last remaining provider was lost for a person. "
        "Everybody without a place is counted at exactly one stage.",
    ),
    (
        "hidden",
        "Small counts are hidden so that nobody can be recognised, and further counts with "
        "them, so that nobody can work a small one out: a hidden count is 1 or more. 0 is "
        "shown. Tables given out on the same day are protected together.",
    ),
    (
        "To be confirmed; poor places",
        "People with a place, not among those without: a call must settle something first, or "
        "the setting is two or more steps more restrictive than need be, farther than the last "
        "band of distance, or of none of the preferences of the Indian Child Welfare Act.",
    ),
    (
        "Beds",
        "As of the moment of the export. Usable tonight: free, confirmed lately, and licence, "
        "check, training and staff are in order. What nobody has said is not counted.",
    ),
    (
        "others together",
        "Groups of few people are counted together where a table goes into more detail; "
        "which these are stands above.",
    ),
)


@dataclass(frozen=True, slots=True)
class Lapsing:
    """Papers and courses that lapse.

    Attributes
    ----------
    horizons : tuple of int
        Days ahead.
    rows : tuple of (str, tuple of int)
        What lapses, and how many within each horizon.
    """

    horizons: tuple[int, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]


def gaps_workbook(
    about: Mapping[str, Any],
    split: ProtectedTable,
    stages: ProtectedTable,
    ways: Mapping[str, ProtectedCross],
    weak: Mapping[str, ProtectedTable] = MappingProxyType({}),
    beds: Supply | None = None,
    lapsing: Lapsing | None = None,
) -> bytes:
    """Write the gaps of a plan as a workbook, of protected tables only.

    Parameters
    ----------
    about : mapping
        As :func:`matching.services.documents.about_gaps` gives it; ``filters``
        names what was filtered.
    split : ProtectedTable
        People "placed" and "without" a place.
    stages : ProtectedTable
        People without a place by the letter of their stage.
    ways : mapping of str to ProtectedCross
        The same by each way to tell them apart (rows) and stage (columns).
    weak : mapping of str to ProtectedTable, optional
        Of people whose place is to be confirmed, or poor: by what is asked, or
        the letter of the stage.
    beds : Supply, optional
        Beds from licensed to usable tonight.
    lapsing : Lapsing, optional
        What lapses in the next days; numbers of papers and courses, not of people.

    Returns
    -------
    bytes
        One sheet for the stages, one for each way and each kind of weak place,
        one for the beds, and "Read me". There is no way to write the true
        counts of small groups.
    """
    as_of = datetime.fromisoformat(about["as_of"])
    book = Book(as_of)
    titles = {s.value: f"{s.value}: {about['stage_titles'][s.value]}" for s in Stage}
    _one_way(book, "Stages", "Stage", stages, titles)
    together: list[tuple[str, Value]] = []
    for title, cross in ways.items():
        if cross.withheld:
            _one_way(book, title, title, cross.margins[title])
        else:
            _two_way(book, title, cross, titles)
        together += [
            (
                f"{title}, {label} ({by.lower()})",
                "; ".join(titles.get(one, one) for one in many),
            )
            for by, some in cross.together.items()
            for label, many in some.items()
        ]
    for title, table in weak.items():
        _one_way(book, title, title, table, titles)
    if beds is not None:
        _beds(book, beds)
    if lapsing is not None:
        _lapsing(book, lapsing)
    book.readme(
        [
            ("As of", as_of),
            ("Time zone", str(as_of.tzinfo)),
            ("Policy", about["policy"]),
            ("People waiting", split.total.text),
            ("With a place", _text(split, "placed")),
            ("Without a place", _text(split, "without")),
            *filter_facts(about),
            *together,
        ],
        GAP_DEFINITIONS,
    )
    return book.finish()


def _beds(book: Book, beds: Supply) -> None:
    """Add a sheet of beds by placement type: every level, and what is lost before it."""
    columns = [Column("Placement type", partial(_read, "kind"), 34)]
    keys: list[tuple[str, str]] = [("providers", "Providers")]
    for step in beds.waterfall():
        keys += [(loss.value, f"– {LOSS_WORDS[loss]}") for loss, _ in step.lost]
        keys.append((step.level.value, LEVEL_WORDS[step.level]))
        if step.followed:
            words = f"{LEVEL_WORDS[step.level]}: of them not said"
            keys.append((_followed(step.level), words))
    keys.append(("incomplete", "Pools that have not said all numbers"))
    keys.append(("silent", "Pools without any number"))
    columns += [Column(words, partial(_read, key), 12) for key, words in keys]
    rows: list[dict[str, Value]] = []
    for kind in (*beds.kinds, None):
        line: dict[str, Value] = dict.fromkeys([key for key, _ in keys], 0)
        line |= {"kind": kind or "All", "providers": beds.providers_of(kind)}
        line |= {"incomplete": beds.incomplete_of(kind), "silent": beds.silent_of(kind)}
        for step in beds.waterfall(kind):
            line[step.level.value] = step.beds
            if step.followed:
                line[_followed(step.level)] = step.followed
            line |= {loss.value: number for loss, number in step.lost}
        rows.append(line)
    book.table("Beds", columns, rows)


def _followed(level: Level) -> str:
    """Return the key of the beds counted at a level that nobody has said reach it."""
    return f"{level.value} not said"


def _lapsing(book: Book, lapsing: Lapsing) -> None:
    columns = [Column("What lapses", partial(_read, "what"), 34)]
    columns += [
        Column(f"In {days} days", partial(_read, str(days)), 12) for days in lapsing.horizons
    ]
    rows: list[dict[str, Value]] = []
    for what, numbers in lapsing.rows:
        counts = zip(lapsing.horizons, numbers, strict=True)
        rows.append({"what": what} | {str(days): number for days, number in counts})
    book.table("Lapses", columns, rows)


def _text(table: ProtectedTable, name: str) -> str:
    return table.cells[name].text if name in table.cells else "hidden"


def _value(cell: Cell) -> Value:
    return cell.text if cell.count is None else cell.count


def _one_way(
    book: Book,
    sheet: str,
    title: str,
    table: ProtectedTable,
    titles: Mapping[str, str] | None = None,
) -> None:
    rows: list[dict[str, Value]] = [
        {"name": (titles or {}).get(name, name), "people": _value(one)}
        for name, one in table.cells.items()
    ]
    if table.withheld:
        rows.append({"name": "Not shown: the numbers are too small", "people": None})
    rows.append({"name": "All", "people": _value(table.total)})
    columns = (
        Column(title, lambda row: row["name"], 60),
        Column("People", lambda row: row["people"], 12),
    )
    book.table(sheet, columns, rows)


def _two_way(book: Book, sheet: str, cross: ProtectedCross, titles: Mapping[str, str]) -> None:
    """Add a sheet with a column for all and one for every stage."""
    rows: list[dict[str, Value]] = [
        {
            "name": name,
            "all": _value(one),
            **{column: _value(cross.cells[name, column]) for column in cross.columns.cells},
        }
        for name, one in cross.rows.cells.items()
    ]
    last: dict[str, Value] = {"name": "All", "all": _value(cross.total)}
    rows.append(last | {name: _value(one) for name, one in cross.columns.cells.items()})
    columns = [
        Column(sheet, lambda row: row["name"], 34),
        Column("All", lambda row: row["all"], 10),
        *(
            Column(titles.get(name, name), partial(_read, name), 16)
            for name in cross.columns.cells
        ),
    ]
    book.table(sheet, columns, rows)


def _read(name: str, row: Row) -> Value:
    found: Value = row[name]
    return found
