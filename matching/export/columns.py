"""The columns of an exported plan, and what a reader must know about it.

The workbook and the plain file share them, so that both say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from matching.domain.rulebook import RULE_BY_CODE, Stage
from matching.insight.funnel import TAKEN, TAKEN_TITLE
from matching.insight.gaps import STAGE_TITLES

Row = Mapping[str, Any]
Value = str | int | float | bool | date | datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet.

    Attributes
    ----------
    title : str
    read : callable
        From a row of the document to the value of the cell.
    width : int
        In characters.
    keys : tuple of str
        The column is left out if no row has any of these; none means always.
    """

    title: str
    read: Callable[[Row], Value]
    width: int
    keys: tuple[str, ...] = ()


def get(name: str) -> Callable[[Row], Value]:
    """Return a reader of one key; ``None`` where the row does not have it."""

    def read(row: Row) -> Value:
        value: Value = row.get(name)
        return value

    return read


def moment(name: str) -> Callable[[Row], Value]:
    """Return a reader of one key that holds a moment in ISO form."""

    def read(row: Row) -> Value:
        text = row.get(name)
        return None if text is None else datetime.fromisoformat(text)

    return read


def rule_title(code: str) -> str:
    """Return the title of a rule of a funnel, "taken" included."""
    return TAKEN_TITLE if code == TAKEN else RULE_BY_CODE[code].title


def _joined(name: str) -> Callable[[Row], Value]:
    return lambda row: "; ".join(row.get(name) or ()) or None


def _asked(row: Row) -> Value:
    if row.get("questions"):
        return " ".join(row["questions"])
    return "; ".join(rule_title(code) for code in row.get("ask") or ()) or None


def _yes_no(name: str) -> Callable[[Row], Value]:
    return lambda row: "yes" if row[name] else "no"


def _funnel(row: Row) -> Value:
    steps = sorted(row["funnel"].items(), key=lambda step: -step[1])
    return "; ".join(f"{rule_title(code)}: {count:,}" for code, count in steps) or None


def _stage(row: Row) -> Value:
    return STAGE_TITLES[Stage(row["stage"])]


_PERSON = (
    Column("Age", get("age"), 6, ("age",)),
    Column("Gender", get("gender"), 14, ("gender",)),
    Column("Priority", get("priority"), 16, ("priority",)),
    Column("Waiting since", moment("received_at"), 18, ("received_at",)),
    Column("County", get("county"), 20, ("county",)),
    Column("Worker", get("worker"), 14, ("worker",)),
)

PLACED: tuple[Column, ...] = (
    Column("Case", get("referral"), 14),
    *_PERSON,
    Column("Provider", get("provider_name"), 28, ("provider_name",)),
    Column("Provider code", get("provider"), 16),
    Column("Bed pool", get("bed_pool"), 14),
    Column("Placement type", get("placement_type"), 24, ("placement_type",)),
    Column("Distance", get("distance"), 18, ("distance",)),
    Column("What decided", _joined("reasons"), 44, ("reasons",)),
    Column("Provisional", _yes_no("provisional"), 12),
    Column("Ask before placing", _asked, 60),
    Column("Preference cost", get("cost"), 14),
)

NOT_PLACED: tuple[Column, ...] = (
    Column("Case", get("referral"), 14),
    *_PERSON,
    Column("Stage", get("stage"), 8),
    Column("What is missing", _stage, 50),
    Column("Last thing in the way", lambda row: rule_title(row["rule"]), 36),
    Column("Providers by the rule at which they fell", _funnel, 70),
)


def present(columns: Sequence[Column], rows: Sequence[Row]) -> list[Column]:
    """Return the columns for which at least one row holds something."""
    return [
        column
        for column in columns
        if not column.keys or any(key in row for row in rows for key in column.keys)
    ]


STATUS_WORDS = {
    "optimal": "Proven: no better plan exists in the order of aims",
    "feasible": "Keeps every rule; a better plan may exist",
    "empty": "Nobody is waiting",
}

PLAN_DEFINITIONS: tuple[tuple[str, str], ...] = (
    (
        "With a place",
        "The plan proposes this bed. A named person decides; nothing is booked by this file.",
    ),
    (
        "Provisional",
        "A fact that a rule needs is not known: ask before placing. Unknown is never a no.",
    ),
    (
        "Preference cost",
        "Sum of the points of all preferences times their weights. Less is better.",
    ),
    ("Distance", "Between the centres of the two counties, as a band."),
    (
        "What is missing",
        "The first stage at which the last remaining provider was lost for this person.",
    ),
    (
        "Providers by the rule at which they fell",
        "Every provider is counted once, at the rule that stopped it. They add up to all.",
    ),
)


def plan_facts(document: Mapping[str, Any]) -> list[tuple[str, Value]]:
    """Return what the first sheet of an exported plan says about it."""
    as_of = datetime.fromisoformat(document["as_of"])
    facts: list[tuple[str, Value]] = [
        ("As of", as_of),
        ("Time zone", str(as_of.tzinfo)),
        ("Policy", document["policy"]),
        ("Policy version", document.get("policy_version")),
        ("How far it is proven", _proven(document)),
        ("Every rule checked again", "yes" if document["verified"] else "no"),
        ("People waiting", document.get("referrals")),
        ("Rows with a place in this file", len(document["placements"])),
        ("Rows without a place in this file", len(document["not_placed"])),
    ]
    facts += filter_facts(document)
    for title, key in (("Fingerprint of the input", "fingerprint"), ("Tie-break salt", "salt")):
        facts.append((title, document.get(key)))
    return facts


def _proven(document: Mapping[str, Any]) -> str:
    """Return how far a plan is proven; never "best" for one that was stopped."""
    claim: str | None = document.get("claim")
    return (
        claim
        if claim and document["status"] == "feasible"
        else STATUS_WORDS[document["status"]]
    )


def filter_facts(document: Mapping[str, Any]) -> list[tuple[str, Value]]:
    """Return the filters of a document, or that there are none."""
    filters = document.get("filters") or {}
    if not filters:
        return [("Filters", "none")]
    return [(f"Filter: {name}", text) for name, text in filters.items()]
