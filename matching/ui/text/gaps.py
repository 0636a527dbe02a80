"""Words of the page Gaps."""

from __future__ import annotations

from matching.domain.rulebook import Stage
from matching.insight.categories import UNKNOWN_WORD
from matching.insight.weak import Weakness
from matching.services.gap_lines import CrossTable, GapTable, Lack, StageLine, WeakPlaces
from matching.services.gap_views import GapsView
from matching.ui.text import common

PAGE = "Gaps"

NO_PLAN_SENTENCE = "There is no plan of today's facts."
NO_PLAN_TITLE = "Gaps are counted from the plan"
NO_PLAN = "Make the plan first; then this page shows why people have no place, and where."
NO_PLAN_COUNTS = "A placement worker has to make the plan first."
COUNTING = "Counting the gaps"
TO_PLAN = "Go to the plan"

_WANTS = {
    Lack.PLACE: "a suitable place in reach",
    Lack.LICENCE: "a licence, certificate or check",
    Lack.TRAINING: "training",
    Lack.BED: "a free bed",
    Lack.FIT: "a bed that takes them",
    Lack.FUNDING: "a way to pay",
}
#: For one person, and for several.
_OTHERS = {
    Lack.PROVIDER: (
        "was declined by every provider that fits",
        "were declined by every provider that fits",
    ),
    Lack.PERSON: (
        "declined, is missing or in hospital",
        "declined, are missing or in hospital",
    ),
    Lack.CALL: ("needs a phone call, not a bed", "need a phone call, not a bed"),
}


def _lack(lack: Lack, number: int, *, first: bool) -> str:
    if lack in _OTHERS:
        return f"{number:,} {_OTHERS[lack][number != 1]}"
    return f"{number:,} {'for want ' if first else ''}of {_WANTS[lack]}"


def sentence(view: GapsView) -> str:
    """Return the page's one sentence."""
    if view.without.count == 0:
        return "Everybody in the last plan has a place."
    had = "person has" if view.without.count == 1 else "people have"
    start = f"{view.without.text} {had} no place in the last plan"
    if not view.lacks:
        return f"{start}."
    parts = []
    wanted = False
    for lack, number in view.lacks:
        first = lack in _WANTS and not wanted
        wanted = wanted or first
        parts.append(_lack(lack, number, first=first))
    return f"{start}: {', '.join(parts)}."


def source(view: GapsView) -> str:
    """Return what the numbers are of."""
    return (
        f"From plan {view.number}, under {view.policy_title}: {view.waiting.text} waiting, "
        f"{view.placed.text} with a place."
    )


DEFINITION = (
    "Identified demand: people who were referred and are on the record, in one plan, at one "
    "moment. People nobody has referred are not in these numbers."
)
PROTECTED_LABEL = "Small numbers are hidden"
PROTECTED = (
    "Small counts are hidden so that nobody can be recognised, and others with them where a "
    "small one could be worked out. A hidden count is 1 or more; 0 is shown."
)
WITHHELD = "Not shown: the numbers are too small."

STAGES_ALT = "People without a place by stage; the table below has the same numbers."
STAGES_PROTECTED = "Why people have no place"


def stages_title(view: GapsView) -> str:
    """Return the finding of the chart of stages."""
    counted = [line for line in view.stages if line.cell.count]
    if view.protected or not counted:
        return STAGES_PROTECTED
    top = max(counted, key=lambda line: line.cell.count or 0)
    return (
        f"The largest gap: {top.words}, {top.cell.count or 0:,} of "
        f"{common.count(view.without.count or 0, 'person', 'people')}"
    )


STAGES_SENTENCE = (
    "The first stage at which the last remaining provider was lost. Everybody counts once. "
    "Only a to d are gaps in capacity; h needs a phone call."
)


def stage_bar(line: StageLine) -> str:
    """Return the words above the bar of a stage."""
    return f"{line.stage.value} · {line.words}"


STAGE_COLUMNS = ("Stage", "What it means", "People")
STAGES_CAPTION = "People without a place by stage"
ALL = "All"
TABLE = "The same numbers as a table"

PART = "Part of the page"
PARTS = {
    "why": "Why",
    "where": "Where",
    "beds": "Beds there are",
    "lapses": "What will lapse",
    "weeks": "Coming weeks",
}
COUNTED_BY = "Count by"
FIRST_WAY = "Placement type"

_BY = {
    "Placement type": "least restrictive suitable placement type",
    "Trafficking": "kind of trafficking",
}


def by(title: str) -> str:
    """Return "by region" and the like, without "by"."""
    return _BY.get(title, title.lower())


WHO = "Whom to count"
WITHOUT, CONFIRMED, POOR = "Without a place", "To be confirmed by a call", "Poor places"
_PEOPLE = {
    WITHOUT: "People without a place",
    CONFIRMED: "People whose place is to be confirmed",
    POOR: "People whose place is poor",
}


def table_title(table: GapTable, group: str = WITHOUT) -> str:
    """Return the finding of one breakdown."""
    start = f"By {by(table.title)}" if group == WITHOUT else f"{group}, by {by(table.title)}"
    known = [name for name in table.categories if name in table.totals]
    if table.counts is None or not known:
        return start
    top = known[0]
    most = table.totals[top].count or 0
    everybody = sum(cell.count or 0 for cell in table.totals.values())
    return f"{start}: {top} has {most:,} of {everybody:,}"


def table_alt(table: GapTable, group: str = WITHOUT) -> str:
    """Return the words of the chart for those who cannot see it."""
    return (
        f"{_PEOPLE[group]} by {by(table.title)} and stage; the table below has the same "
        "numbers."
    )


def table_caption(table: GapTable, group: str = WITHOUT) -> str:
    """Return the caption of the table of one breakdown."""
    return f"{_PEOPLE[group]} by {by(table.title)}"


def rest_of(number: int) -> str:
    """Name the categories that a chart puts together."""
    return f"{number:,} others together"


COUNTY = "County"
CROSS_SENTENCE = (
    "People without a place by their home county and the least restrictive kind of place "
    "suitable for them. The darker, the more people."
)
CROSS_CAPTION = "People without a place by home county and placement type"


def cross_title(table: CrossTable) -> str:
    """Return the finding of the shaded table."""
    known = {cell: n for cell, n in table.counts.items() if UNKNOWN_WORD not in cell}
    if not known:
        return CROSS_CAPTION
    (county, kind), most = max(known.items(), key=lambda one: (one[1], one[0]))
    people = common.count(most, "person", "people")
    return f"Most are missing in {county}: {kind}, for {people}"


WEAK_SENTENCE = "They have a place in the plan and are not counted above."
PROVISIONAL_NOTE = "What has to be asked first. Everybody counts once."
ASKED = "Ask about"
LOST_AT = "A better place was lost at"

_WEAKNESSES = {
    Weakness.RESTRICTIVE: "much more restrictive than need be",
    Weakness.FAR: "far from home",
    Weakness.ICWA: "outside the preferences of the Indian Child Welfare Act",
}


def weak_title(weak: WeakPlaces) -> str:
    """Return how many places are not what they should be."""
    calls = f"{weak.provisional.text} must be confirmed by a call"
    return f"Of those with a place, {calls}, and {weak.poor.text} have a poor one"


def poor_note(weak: WeakPlaces) -> str:
    """Say what is poor about them; somebody may count twice."""
    said = [f"{cell.text} {_WEAKNESSES[one]}" for one, cell in weak.why if cell.count != 0]
    if not said:
        return "Much more restrictive than need be, far away, or outside the Act's preferences."
    return f"{common.capital(common.listed(said))}."


TOGETHER = "{label}: {many}."
PEOPLE = "People"
CASES = "Cases behind a bar"
CASES_SENTENCE = "Press a bar in a chart, or choose here."
BREAKDOWN, CATEGORY, STAGE = "Counted by", "Which", "Stage"
EVERY_CATEGORY, EVERY_STAGE = "All", "All stages"
CASE_COLUMNS = ("Case", "Person", "Stage", "What stands in the way")
OPEN_CASE = "Open case {name}"
NO_CASES = "Nobody stands behind this."


def stage_choice(stage: Stage | None, words: str) -> str:
    """Return a stage as it stands in a list to choose from."""
    return EVERY_STAGE if stage is None else f"{stage.value} · {words}"


EXPORT = "Export as Excel (XLSX)"
BRIEF = "One-page brief to print (HTML)"
EXPORT_NOTE = "Small counts are hidden in these files, whoever takes them. Each is recorded."
