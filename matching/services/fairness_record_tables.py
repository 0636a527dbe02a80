"""Overrides and declines as tables of counts, to be published with all others of the day.

A count here is of a person and a provider, a rule or a preference together, so
that its tables share no division with those of people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matching.insight.disclosure import Cell, CountTable, Mark, Protected, one_way
from matching.insight.fairness_record import PreferenceRecord, ProviderRecord, RuleRecord

YES, NO = "yes", "no"
FITS, RULE, PREFERENCE = "Provider that fits", "Rule alone in the way", "Preference weighed"
FORCED, FORBIDDEN = "Provider chosen by hand", "Provider excluded by hand"
DECLINED, RULED_OUT, REFUSED = "Declined", "Ruled out", "Refused"
WAIVED, AGAINST = "Waived", "Against it"
BY_PROVIDER, BY_REASON = "Said no, by provider", "Said no, by reason"
SAID_NO = "Said no when called"

#: What is counted: each of these has a total of its own.
COUNTED = "Counted"

HIDDEN = Cell(Mark.HIDDEN, None)


def record_tables(
    providers: Sequence[ProviderRecord],
    rules: Sequence[RuleRecord],
    preferences: Sequence[PreferenceRecord],
    declines: Mapping[tuple[str, str], int] | None = None,
) -> list[CountTable]:
    """Return all counts that a role without cases may be shown, of true numbers.

    Whom a provider declined without their fitting, and waivers for people whom
    more than one rule kept away, are not among them: beside these tables they
    would give others away.
    """
    tables = [
        _split(FITS, DECLINED, [(one.provider_id, one.declined, one.fit) for one in providers]),
        _split(
            FITS, RULED_OUT, [(one.provider_id, one.ruled_out, one.fit) for one in providers]
        ),
        _split(FITS, REFUSED, [(one.provider_id, one.refused, one.fit) for one in providers]),
        one_way(FORCED, {x.provider_id: x.forced for x in providers}, [(COUNTED, FORCED)]),
        one_way(
            FORBIDDEN, {x.provider_id: x.forbidden for x in providers}, [(COUNTED, FORBIDDEN)]
        ),
        _split(RULE, WAIVED, [(one.code, one.waived_alone, one.alone) for one in rules]),
        _split(
            PREFERENCE, AGAINST, [(one.code, one.against, one.choices) for one in preferences]
        ),
    ]
    tables += _said_no(declines or {})
    return [table for table in tables if table.counts]


def _said_no(declines: Mapping[tuple[str, str], int]) -> list[CountTable]:
    """Return declines of calls by provider and by reason; both have one total."""
    homes: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for (home, reason), number in declines.items():
        homes[home] += number
        reasons[reason] += number
    of = [(COUNTED, SAID_NO)]
    return [one_way(BY_PROVIDER, homes, of), one_way(BY_REASON, reasons, of)]


def _split(by: str, what: str, lines: Sequence[tuple[str, int, int]]) -> CountTable:
    counts: dict[tuple[str, ...], int] = {}
    for name, part, whole in lines:
        counts[name, YES], counts[name, NO] = part, whole - part
    of = frozenset({(COUNTED, by)})
    return CountTable(what, (by, what), counts, of, {what: (YES, NO)})


@dataclass(frozen=True, slots=True)
class Published:
    """What of those tables may be shown, count by count."""

    shown: Protected

    def whole(self, what: str, name: str) -> Cell:
        """Return the number of which another is a part, such as those who fit."""
        cross = self.shown.crosses.get(what)
        if cross is None:
            return HIDDEN
        return cross.margins[cross.dimensions[0]].cells.get(name, HIDDEN)

    def part(self, what: str, name: str) -> Cell:
        """Return a part, such as those whom a provider declined."""
        cross = self.shown.crosses.get(what)
        if cross is None:
            return HIDDEN
        if set(cross.margins[cross.dimensions[0]].cells) == {name}:
            # Of a single line the margin says it all.
            return cross.margins[what].cells.get(YES, HIDDEN)
        return cross.cells.get((name, YES), HIDDEN)

    def alone(self, title: str, name: str) -> Cell:
        """Return a number that is a part of no other."""
        table = self.shown.tables.get(title)
        return HIDDEN if table is None else table.cells.get(name, HIDDEN)
