"""Words of the page Fairness: groups and what is found of them."""

from __future__ import annotations

from matching.insight.categories import NO_NEED, SEVERAL_NEEDS, UNKNOWN_WORD
from matching.insight.fairness import Finding, Measure
from matching.insight.fairness_groups import RACE, TRIBE
from matching.services.fairness_bands import Change
from matching.services.fairness_views import FairnessView, Fits, GroupRow, GroupTable
from matching.ui.text import common

PAGE = "Fairness"

NO_PLAN_SENTENCE = "There is no plan of today's facts."
NO_PLAN_TITLE = "Fairness is told of a plan"
NO_PLAN = "Make the plan first; then this page shows who waits, travels or goes without."
NO_PLAN_COUNTS = "A placement worker has to make the plan first."
TO_PLAN = "Go to the plan"
COUNTING = "Holding the groups against each other"

PART = "Part of the page"
PARTS = {
    "groups": "Groups",
    "aims": "What each aim does",
    "record": "Overrides and declines",
    "race": "Race and tribal status",
}

DEFINITION = (
    "Of the people in one plan, at one moment. A difference between groups does not say why: "
    "needs, places and distances differ too. One is told here only where chance alone would "
    "seldom make it, and of fewer than 11 people nothing is said."
)
PROTECTED_LABEL = "Small numbers are hidden"


def protected(view: FairnessView) -> str:
    """Say what is hidden, and why."""
    most = view.all.people.threshold
    return (
        f"Counts from 1 to {most} are hidden so that nobody can be recognised, and further "
        "counts where a small one could be worked out from them; 0 is shown. Small groups may "
        "stand together. Differences are told in bands."
    )


RESTRICTED_LABEL = "Hidden for everybody"
RESTRICTED = (
    "Race and tribal status are shown as counts only, with small ones hidden whoever looks. "
    "No rule, no plan and no other page knows them."
)
WITHHELD = "Not shown: the numbers are too small."

_NEEDS = {
    SEVERAL_NEEDS: "people with two or more needs",
    NO_NEED: "people with no need on record",
    UNKNOWN_WORD: "people whose needs are not known",
    "pregnant or parenting": "people who are pregnant or parenting",
}
_GENDERS = {
    "trans girl or woman": "trans girls and women",
    "trans boy or man": "trans boys and men",
}
_UNKNOWN = {
    "Age": "people whose age is not known",
    "Gender": "people whose gender is not known",
    "Region": "people whose home region is not known",
    "County": "people whose home county is not known",
    "Trafficking": "people of whom it is not known how they were trafficked",
    "Priority": "people whose priority is not known",
}


def who(title: str, name: str) -> str:
    """Return a group in words that fit a sentence: "people aged 16 to 17"."""
    if title == "Need":
        article = "an" if name[:1] in "aeiou" else "a"
        return _NEEDS.get(name, f"people with {article} {name} need")
    if name == UNKNOWN_WORD:
        return _UNKNOWN.get(title, "people of whom it is not known")
    if title == "Age":
        return f"people aged {name}"
    if title in ("Region", "County"):
        return f"people from {name}"
    if title == "Gender":
        return _GENDERS.get(name, f"people who are {name}")
    if title == "Trafficking":
        kind = "sex and labour" if name == "both" else name
        return f"survivors of {kind} trafficking"
    if title == "Priority":
        return f"people with the priority '{name}'"
    return f"people recorded as '{name}'"


def sentence(view: FairnessView) -> str:
    """Return the page's one sentence: the finding, if there is one."""
    if view.all.people.count == 0:
        return "Nobody is waiting."
    if view.compared < 2:
        return "Too few people are waiting for groups to be held against each other."
    if view.findings:
        return finding(view.findings[0])
    if view.protected:
        return "No group that may be shown clearly waits, travels or goes without more."
    return "No group waits, travels or goes without clearly more than the others."


def finding(one: Finding) -> str:
    """Return a finding in one sentence."""
    group = common.capital(who(one.title, one.name))
    (mine, people), (others, rest) = one.mine, one.others
    if one.measure is Measure.WITHOUT:
        return (
            f"{group} go without a place more often: {int(mine):,} of {people:,}, against "
            f"{int(others):,} of {rest:,} others."
        )
    if one.measure is Measure.WAIT:
        return (
            f"{group} have waited longer: half of them {common.span(int(mine))} or more, half "
            f"of the others {common.span(int(others))} or more."
        )
    return (
        f"{group} are placed farther from home: half of them {miles(mine)} or more, half of "
        f"the others {miles(others)} or more."
    )


def miles(number: float) -> str:
    """Return a distance: "1 mile", "32 miles"."""
    return common.count(round(number), "mile")


def further(view: FairnessView) -> list[str]:
    """Return what else was found, beyond the page's one sentence."""
    first: dict[Measure, Finding] = {}
    for one in view.findings:
        first.setdefault(one.measure, one)
    told = [finding(one) for one in first.values()]
    return [*told[1:], first_come(view), *behind(view)]


def source(view: FairnessView) -> str:
    """Return what the numbers are of."""
    return (
        f"From plan {view.number}, under {view.policy_title}: {view.all.people.text} waiting, "
        f"{view.all.placed.text} with a place."
    )


FIRST = "First come, first served"


def first_come(view: FairnessView) -> str:
    """Return how many the plan places against first come, first served."""
    change = view.all.first
    if change.sign is None:
        return "How many first come, first served would place is not shown."
    if change.sign == 0:
        return f"{FIRST}, as many people would have a place."
    word = "fewer" if change.sign > 0 else "more"
    return f"{FIRST}, {amount(change)} {word} would have a place."


def behind(view: FairnessView) -> list[str]:
    """Return which groups do worse under the plan than first come, first served."""
    if not view.behind:
        return []
    some = [f"{who(title, name)} ({amount(change)})" for title, name, change in view.behind[:3]]
    more = len(view.behind) - 3
    if more > 0:
        some.append(common.count(more, "other group"))
    return [f"Fewer places than {FIRST.lower()}: {common.listed(some)}."]


BY_DESIGN = (
    "Who is more urgent comes first, and then who waits longest: that is the policy's order, "
    "and no finding is made of it."
)


def amount(change: Change) -> str:
    """Return the size of a difference: "3", "1 to 10", "1,001 or more"."""
    if change.exact is not None:
        return f"{change.exact:,}"
    low, high = change.band or (1, 0)
    return f"{low:,} to {high:,}" if high else f"{low:,} or more"


def difference(change: Change) -> str:
    """Return a difference: "3 more", "1 to 10 fewer", "as many"."""
    if change.sign is None:
        return "hidden"
    if change.sign == 0:
        return "as many"
    return f"{amount(change)} {'more' if change.sign > 0 else 'fewer'}"


# --- the table of groups --------------------------------------------------------------

WAY = "Grouped by"
TITLES = {
    "Age": "age",
    "Gender": "gender",
    "Region": "home region",
    "County": "home county",
    "Need": "need",
    "Trafficking": "kind of trafficking",
    "Priority": "priority",
    RACE: "race",
    TRIBE: "tribal status",
}


def way(title: str) -> str:
    """Return a way to group, as it stands in the choice of them."""
    return common.capital(TITLES.get(title, title.lower()))


def chart_title(view: FairnessView, table: GroupTable) -> str:
    """Return the finding of the chart: who clearly goes without more often, if anybody."""
    start = f"Without a place, by {TITLES.get(table.title, table.title.lower())}"
    told = [row for row in table.rows if row.enough]
    if len(told) < 2:
        return f"{start}: too few people to compare"
    if table.title == "Priority":
        return f"{start}, as the policy orders it"
    clear = [
        who(one.title, one.name)
        for one in view.findings
        if one.title == table.title and one.measure is Measure.WITHOUT
    ]
    if clear:
        return f"{start}: {common.listed(clear)} clearly more often than others"
    among = "" if len(told) == len(table.rows) else " among the groups large enough to tell"
    return f"{start}: no clear difference{among}"


CHART_NOTE = (
    "Share without a place. The thin line is the range that chance alone could give a group "
    "of this size: where two lines overlap, the groups may well be alike."
)


def left_out(number: int) -> str:
    """Say how many groups the chart leaves out."""
    groups = common.count(number, "group")
    return f"{groups} of fewer than 11 people, or with hidden counts, only in the table."


def more_groups(number: int) -> str:
    """Say how many groups the chart has no room for."""
    return f"{common.count(number, 'more group')} only in the table."


CHART_ALT = "Share of each group without a place; the table below has the same numbers."
TOO_FEW = "too few to say"
HIDDEN = "hidden"

COLUMNS = (
    "Without a place",
    "Waited so far",
    "Travel",
    "First come, first served",
    "How places fit",
)


def caption(table: GroupTable) -> str:
    """Return the caption of the table of groups."""
    return f"Who waits, travels or goes without, by {TITLES.get(table.title, table.title)}"


def bar(row: GroupRow) -> str:
    """Return the words above the bar of a group."""
    return f"{common.capital(row.name)}: {without(row)}"


def without(row: GroupRow) -> str:
    """Return how many of a group have no place: "21 of 45, 47%"."""
    if row.people.count is None:
        return f"{row.without.text} without; with a place: {row.placed.text}"
    if row.without.count is None:
        return f"{HIDDEN} ({row.people.text} in all)"
    told = f"{row.without.text} of {row.people.text}"
    if row.share is None:
        return told
    if not row.enough:
        return f"{told}, {TOO_FEW}"
    return f"{told}, {round(100 * row.share[0])}%"


def chance(row: GroupRow) -> str:
    """Return the range of shares that chance allows, or nothing."""
    if row.share is None:
        return ""
    _, low, high = row.share
    return f"chance allows {round(100 * low)}% to {round(100 * high)}%"


def first(row: GroupRow) -> str:
    """Return how a group would fare first come, first served."""
    change = row.first
    if change.sign is None:
        return HIDDEN
    if change.sign == 0:
        return "as many placed"
    return f"{amount(change)} {'fewer' if change.sign > 0 else 'more'} placed"


def first_below(row: GroupRow) -> str:
    """Return waits and distances first come, first served, or nothing."""
    some = []
    if row.first_still is not None:
        some.append(f"those without: half {common.span(row.first_still.middle)} or more")
    if row.first_travel is not None:
        some.append(f"travel: half {miles(row.first_travel.middle)} or more")
    return "; ".join(some)


def waited(row: GroupRow) -> str:
    """Return the middle of a group's waits: "half 20 hours or more"."""
    found = row.waited
    return _few(row) if found is None else f"half {common.span(found.middle)} or more"


def waits(row: GroupRow) -> str:
    """Return the range of a group's waits, and those of its people without a place."""
    some = []
    if row.waited is not None:
        low, high = common.span(row.waited.low), common.span(row.waited.high)
        some.append(f"middle half {low} to {high}")
    if row.still is not None:
        some.append(f"those without: half {common.span(row.still.middle)} or more")
    return "; ".join(some)


def travel(row: GroupRow) -> str:
    """Return the middle of a group's distances: "half 32 miles or more"."""
    found = row.travel
    return _few(row) if found is None else f"half {miles(found.middle)} or more"


def _few(row: GroupRow) -> str:
    """Say why nothing is told of a large group; of a small one it stands there already."""
    return TOO_FEW if row.enough else ""


_FITS = {
    Fits.BETTER: "better than for most",
    Fits.ALIKE: "about as well as for everybody",
    Fits.WORSE: "less well than for most",
}
#: What gives way where a preference costs a group more than others.
GIVES_WAY = {
    "certainty": "more facts to ask about",
    "least-restrictive": "less family-like places",
    "distance": "farther from home",
    "school": "the school is given up",
    "siblings": "farther from brothers and sisters",
    "training": "less specialised training",
    "language": "the first language is not spoken",
    "wishes": "farther from their own wishes",
    "faith": "farther from their faith preference",
    "devices": "stricter rules on telephones",
    "freshness": "older news of vacancies",
    "scarce": "specialised beds used for others",
}


def fits(row: GroupRow) -> str:
    """Return how well the places of a group fit."""
    return _few(row) if row.fits is None else _FITS[row.fits]


def gives_way(row: GroupRow) -> str:
    """Return what gives way for a group more than for everybody, or nothing."""
    return GIVES_WAY.get(row.gives_way, "")


EXPORT = "Export as Excel (XLSX)"
EXPORT_NOTE = (
    "Small counts are hidden in the file, whoever exports it; race and tribal status are not "
    "in it. The export is recorded."
)
