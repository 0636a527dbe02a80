"""Words of the page Fairness: what each aim does, overrides and declines."""

from __future__ import annotations

from matching.insight.disclosure import Cell
from matching.insight.fairness_aims import Kind
from matching.services.decisions import REASON_WORDS
from matching.services.fairness_effects import AimEffects, AimLine, GroupShift
from matching.services.fairness_record import (
    CallLine,
    PreferenceLine,
    ProviderLine,
    RecordView,
    RuleLine,
)
from matching.ui.text import common
from matching.ui.text.casework import DECLINES as DECLINES_BY_REASON
from matching.ui.text.fairness import amount, miles, who

# --- aims -----------------------------------------------------------------------------

AIMS = "What each aim does to each group"
AIMS_NOTE = (
    "The plan is made again with one aim left out, for every aim of the policy in turn; the "
    "difference is what the aim does. That as many people as possible have a place is never "
    "left out."
)
AIMS_ASK = "Work out what each aim does"
AIMS_DOING = "Making the plan again without one aim"
AIMS_STOP = "Stop and show what was found"
AIMS_STOPPING = "Stopping"
AIM_COLUMNS = (
    "Aim",
    "More have a place",
    "Fewer have a place",
    "Another place",
    "Average travel",
)
AIMS_CAPTION = "What each aim does to each group"
NOTHING = "nobody's place depends on it"
NO_GROUP = "no group"
LAW = "This order is law (25 CFR 23.131), and is left out here only to see what it does."


def aims_sentence(found: AimEffects, title: str) -> str:
    """Return what was found of all aims."""
    if found.untried:
        return (
            f"{common.count(len(found.lines), 'aim')} tried before it was stopped; "
            f"{len(found.untried):,} not."
        )
    sizes = {line.aim.title: _shifted(line, title) for line in found.lines}
    some = [name for name, size in sizes.items() if size]
    if not some:
        return (
            f"None of the {len(found.lines):,} aims changes how many of any group shown here "
            "have a place."
        )
    counted = f"Of {len(found.lines):,} aims {len(some):,} shift places between these groups."
    if any(one.more.band for line in found.lines for one in groups(line, title)):
        return counted
    most = max(sizes.values())
    top = common.listed(f"'{name}'" for name in some if sizes[name] == most)
    verb = "shifts" if sum(size == most for size in sizes.values()) == 1 else "shift"
    return f"{top} {verb} most. {counted}"


def _shifted(line: AimLine, title: str) -> int:
    """Return how many places an aim shifts, or in bands how many groups it touches."""
    shifts = [one.more for one in groups(line, title) if one.more.sign]
    return sum(1 if one.exact is None else one.exact for one in shifts)


def groups(line: AimLine, title: str) -> tuple[GroupShift, ...]:
    """Return what an aim does to the groups of one way to group."""
    return dict(line.tables).get(title, ())


def gainers(line: AimLine, title: str, sign: int) -> str:
    """Return which groups have more (1) or fewer (-1) places by an aim."""
    if not line.solved:
        return ""
    some = [
        f"{who(title, one.name).removeprefix('people ')} ({amount(one.more)})"
        for one in groups(line, title)
        if one.more.sign == sign
    ]
    return "; ".join(some) or NO_GROUP


def moved(line: AimLine) -> str:
    """Return how many have another place by an aim."""
    if not line.solved:
        return NOTHING
    if not line.moved.sign:
        return "nobody"
    return f"{amount(line.moved)} {'person' if line.moved.exact == 1 else 'people'}"


def aim_travel(line: AimLine) -> str:
    """Return the average distance with and without an aim."""
    if not line.solved or line.all.travel is None:
        return ""
    mine, other = line.all.travel
    if mine == other:
        return f"{miles(mine)} either way"
    return f"{miles(mine)}, {miles(other)} without it"


def has_law(found: AimEffects) -> bool:
    """Tell whether an aim that is law was among those left out."""
    return any(line.aim.kind is Kind.ICWA and line.solved for line in found.lines)


NOT_PROVEN = "Some of these plans are not proven, so that differences may be partly chance."

# --- overrides and declines -----------------------------------------------------------

RECORD = "Overrides and declines"
RECORD_NOTE = (
    "From the saved record: what people decided on plans, whom providers declined, and what "
    "calls found. Beside each number stands how many it could have been about."
)
RECORD_EMPTY = "Nothing was overridden or declined, and no call is on record."
PROVIDERS = "By provider"
PROVIDERS_NOTE = (
    "People on the record who fit there by every rule, whether or not a bed is free. A "
    "provider who declines most of them has a rule that is not written down, or one that is "
    "wrong."
)
PROVIDER_COLUMNS = (
    "Provider",
    "Fit by every rule",
    "Of them declined",
    "Ruled out by a worker",
    "Refused by the person",
    "Declined in all",
    "Chosen by hand",
)
RULES = "Rules that were waived"
RULES_NOTE = (
    "Beside those for whom the rule alone stands in the way of some place. A rule that is "
    "waived for most of them may be the wrong rule."
)
RULE_COLUMNS = ("Rule", "Waived for", "Alone in the way of", "Of them waived", "Reasons")
PREFERENCES = "Preferences that choices by hand go against"
PREFERENCES_NOTE = (
    "Each place chosen by hand in this plan, against the place that fits the same person best. "
    "A preference that choices keep going against may weigh too much."
)
PREFERENCE_COLUMNS = ("Preference", "Choices against it", "Choices by hand")
DECLINES = "What providers said no to"
DECLINES_NOTE = "Every call about somebody that a provider declined, with the reason it gave."
DECLINE_COLUMNS = ("Provider", "Declined", "Reasons")
DECLINE_REASONS = "Reasons to decline, over all providers"
REASON_COLUMNS = ("Reason", "Declined")
SITES = "Sites reported as not safe"
SITES_NOTE = "Reports and clearances, not people. A site is cleared by two different people."
SITE_COLUMNS = ("Provider", "Reported", "Cleared by two people")
CALLS = "What calls found"
CALLS_NOTE = "Answers of the phone round against the beds that stood on the record before."
CALL_COLUMNS = ("Provider", "Answers", "Fewer beds", "More beds")


def record_sentence(view: RecordView) -> str:
    """Return what stands out in the record, first."""
    for one in view.providers:
        if one.most:
            return provider_sentence(one)
    for rule in view.rules:
        if rule.most:
            return rule_sentence(rule)
    for weighed in view.preferences:
        if weighed.most:
            return preference_sentence(weighed)
    return "No provider, rule or preference stands out."


def provider_sentence(one: ProviderLine) -> str:
    """Return what a provider declined: "Oak House declined 6 of 8 who fit by every rule."."""
    said = (
        f"{one.name} declined {one.declined.text} of the {one.fit.text} people who fit there "
        "by every rule."
    )
    if one.alike is None:
        return said
    (mine, people), (others, rest) = one.alike.declined, one.alike.others
    group = who(one.alike.title, one.alike.name)
    return (
        f"{said} Of those declined {mine} of {people} are {group}, of the rest {others} of "
        f"{rest}."
    )


def rule_sentence(one: RuleLine) -> str:
    """Return how often a rule was waived."""
    return (
        f"The rule '{one.title}' was waived for {one.waived_alone.text} of the "
        f"{one.alone.text} people whom it alone keeps from some place."
    )


def preference_sentence(one: PreferenceLine) -> str:
    """Return how often choices by hand go against a preference."""
    return (
        f"{one.against.text} of {one.choices.text} places chosen by hand go against the "
        f"preference '{one.title}'."
    )


def reasons(one: RuleLine) -> str:
    """Return the reasons for which a rule was waived."""
    known = {reason.value: words for reason, words in REASON_WORDS.items()}
    some = [f"{known.get(code, code)} ({cell.text})" for code, cell in one.reasons if code]
    return "; ".join(some)


def decline_reason(code: str) -> str:
    """Return a reason to decline in words."""
    known = {reason.value: words for reason, words in DECLINES_BY_REASON.items()}
    return common.capital(known.get(code, "no reason given"))


def decline_reasons(some: tuple[tuple[str, Cell], ...]) -> str:
    """Return the reasons that a provider gave, each with how often."""
    return "; ".join(f"{decline_reason(code).lower()} ({cell.text})" for code, cell in some)


def call_sentence(lines: tuple[CallLine, ...]) -> str:
    """Return what the calls found, all together."""
    answers = sum(one.answers for one in lines)
    fewer = sum(one.fewer for one in lines)
    more = sum(one.more for one in lines)
    return (
        f"Of {common.count(answers, 'answer')}, {fewer:,} told of fewer beds than stood on the "
        f"record and {more:,} of more."
    )
