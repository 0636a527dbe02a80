"""Words of the page Case."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matching.domain.rulebook import Kind
from matching.insight.asking import distinct
from matching.insight.explain import Barred, CaseExplanation, Finding, Option
from matching.insight.funnel import Step
from matching.services.case_views import CaseLine, CaseView
from matching.services.standing import Stand, Standing
from matching.ui.text import common
from matching.ui.text.people import in_the_way, stopped, waiting, who

PAGE = "Case"

NO_PLAN_SENTENCE = "There is no plan of today's facts."
NO_PLAN_TITLE = "A case is explained by the plan it is part of"
NO_PLAN = (
    "Make the plan first; then every case shows its place, the other options, and why not."
)
OPENING = "Explaining the case"
TO_PLAN = "Go to the plan"

CHOOSE_SENTENCE = "Choose a case to see its place, the other options, and why not the rest."
CHOOSE = "Case"
CHOOSE_HELP = "Type part of a case reference, an age or a gender."
CHOOSE_PLACEHOLDER = "Choose a case"


def line(one: CaseLine) -> str:
    """Return one case as it stands in the list to choose from."""
    age = "age not known" if one.age is None else str(one.age)
    place = "with a place" if one.placed else "no place"
    return f"{one.case} · {age}, {one.gender or 'gender not known'} · {place}"


#: Where a case stands that is not part of the plan.
STANDINGS = {
    Standing.NO_PLAN: "no plan yet",
    Standing.PROPOSED: "with a place",
    Standing.NO_PLACE: "no place",
    Standing.CALLING: "being called for",
    Standing.HELD: "bed held",
    Standing.ACCEPTED: "accepted",
    Standing.PLACED: "lives at a place",
    Standing.AWAY: "away, bed kept",
    Standing.CLOSED: "closed",
}


def standing_line(case: str, stand: Stand) -> str:
    """Return a case that is not part of the plan as it stands in the list."""
    return f"{case} · {STANDINGS[stand.standing]}"


WHERE = "Where it stands"
CALL_FOR = "Call for this case"
CALL_HELP = "Whom to call for case {case}, in which order, what to ask and what may be said."
HOLD = "Hold this bed"
HOLD_HELP = "Holds the proposed bed for {minutes}, so that nobody else can take it."
HELD = "A bed is held for case {case} until {until}."
CLOSE_CASE, CLOSE_WHY = "Close the case", "Why is case {case} closed? One press saves it."
CLOSED_SAID, REOPENED = (
    "Case {case} is closed: {outcome}.",
    "Case {case} waits for a place again.",
)
REOPEN = "Open the case again"
DUE = "What is due"

HISTORY = "What happened"
HISTORY_NOTE = "Calls, answers, decisions and stays, the newest first, with who and when."
HISTORY_CAPTION = "Everything on record about this case"
HISTORY_NONE = "Nothing is on record yet."
HISTORY_COLUMNS = ("When", "What", "Who")
NOBODY = "not recorded"


def option_words(option: Option) -> str:
    """Return "Oak House, safe foster home, 10 to 25 miles"."""
    return f"{option.name}, {common.kind(option.placement_type)}, {option.distance}"


def sentence(view: CaseView) -> str:
    """Return the page's one sentence."""
    found = view.explanation
    proposal = found.proposal
    if proposal is None:
        steps = [(step.code, step.title, step.fell) for step in found.funnel]
        reason = view.gap.stage_title if view.gap else ""
        return f"No place in this plan. {reason}. {in_the_way(steps, 3)}."
    rules = len(found.met)
    if proposal.questions:
        asked = len(distinct(proposal.questions))
        met = (
            f"Meets {common.count(rules, 'rule')}; "
            f"{common.count(asked, 'fact')} to ask before placing."
        )
    else:
        met = f"Meets all {common.count(rules, 'rule')}."
    return f"Proposed: {option_words(proposal)}. {met}"


def person(view: CaseView) -> str:
    """Return who it is about, in a few words."""
    return f"{common.capital(who(view.person))}; {waiting(view.person)}."


ABOUT = "What is known"
ABOUT_AGE, ABOUT_PRIORITY, ABOUT_SINCE = "Age and gender", "Priority", "Waiting"
NONE_LABEL, UNKNOWN_LABEL = "Known to be none", "Not known"

ASK = "Ask before placing"
ASK_NOTE = "A rule needs these facts and nobody has said. The place is provisional until then."
FALLBACK = (
    "This is an ordinary setting standing in for a certified one, as the law allows where no "
    "certified bed is free."
)
MET = "Why this place may be used"
KINDS = {
    Kind.LAW: "Law: {rules} met. Never waived here",
    Kind.SAFETY: "Safety: {rules} met. Never waived here",
    Kind.POLICY: "Policy: {rules} met",
}
MET_COLUMNS = ("Rule", "What meets it", "Where it comes from")
MET_CAPTION = "Rules that the proposed place meets"


def kind_title(kind: Kind, number: int) -> str:
    """Return the heading of one kind of rules."""
    return KINDS[kind].format(rules=common.count(number, "rule"))


WAIVED = "Waived for this place"
WAIVED_NOTE = "These rules are not met. Somebody who may do so set them aside."
WAIVED_BY = "May be waived by the role: {role}."


def waived_by(one: Finding) -> str:
    """Say who may waive a rule, where the policy names a role."""
    return WAIVED_BY.format(role=one.waiver_role) if one.waiver_role else ""


POINTS_NOTE = "10 points is worst, 0 is as wished. Points times weight is cost; less is better."
POINTS_ALT = "Points of each preference for the proposed place, as in the words above each bar."


#: What points of each preference mean.
AGAINST = {
    "certainty": "facts to be asked",
    "least-restrictive": "more restrictive than need be",
    "distance": "far from home",
    "school": "away from school",
    "siblings": "away from brothers and sisters",
    "training": "no training beyond the minimum",
    "language": "first language not spoken",
    "wishes": "not what the person wished",
    "faith": "not the faith character asked for",
    "devices": "stricter on telephones than asked for",
    "freshness": "vacancy not confirmed lately",
    "scarce": "uses a specialised bed that others need",
}


def points_title(option: Option) -> str:
    """Return the finding of the chart of points."""
    worst = [one for one in option.points if one.points]
    if not worst:
        return "Nothing speaks against this place"
    top = max(worst, key=lambda one: one.cost)
    return f"What speaks most against it: {AGAINST[top.code]}"


def points_number(points: int, cost: int) -> str:
    """Return the number at the end of a bar of points."""
    return f"{points} of 10, cost {cost:,}"


def as_wished(option: Option) -> str:
    """Name the preferences without points, and those of which nothing is known."""
    none = [one for one in option.points if not one.points]
    wished = [one.title.lower() for one in none if one.told]
    unknown = [one.title.lower() for one in none if not one.told]
    said = []
    if wished:
        said.append(f"No points, so as wished or nothing wished: {common.listed(wished)}.")
    if unknown:
        said.append(f"No points, since nobody has said: {common.listed(unknown)}.")
    return " ".join(said)


OPTIONS, OPTIONS_FIRST = "Other places that fit", "Places that fit"
OPTION_BEDS, OPTION_PARTS = "Its beds", "Cost and its parts"
OPTION_OTHERS, OPTION_ASK = "For everybody else", "Ask before placing"
OTHERS_WORKING = "Working out what each place would mean for everybody else"
OTHERS_STOP, OTHERS_STOPPING = "Stop", "Stopping"
OTHERS_OPEN_ONE = "not worked out yet"
OTHERS_OPEN = (
    "People who must be placed together or kept apart are involved: for some of these places "
    "the whole plan has to be made again to be sure."
)
OTHERS_REST = "Work out the rest"
POOL = "beds {pool}"
BEDS_FREE, BEDS_TAKEN = "free in this plan", "go to others in this plan"
NOTHING_TO_ASK = "nothing to ask"
NO_OTHERS = "No other place fits. Why not, is below."
NONE_FITS = "No place fits. Why not, is below."


def options_title(found: CaseExplanation) -> str:
    """Return the heading of the other places, or of all where none is proposed."""
    return OPTIONS if found.proposal is not None else OPTIONS_FIRST


def options_sentence(found: CaseExplanation, others: int) -> str:
    """Say how many other places fit and how many of them are free."""
    free = sum(1 for one in found.options if not one.proposed and not one.taken)
    beds = "1 has" if free == 1 else f"{free:,} have" if free else "none has"
    return f"{common.count(others, 'bed pool')}, best first; {beds} a bed free in this plan."


def cost_parts(option: Option) -> str:
    """Return "13: far from home 8, away from school 5"."""
    parts = sorted((one for one in option.points if one.cost), key=lambda one: -one.cost)
    said = ", ".join(f"{AGAINST[one.code]} {one.cost:,}" for one in parts)
    return f"{option.cost:,}: {said}" if said else f"{option.cost:,}"


#: Questions about another place that the list shows.
MOST_QUESTIONS = 3


def questions(option: Option) -> str:
    """Return the first questions about another place, and how many more there are."""
    asked = distinct(option.questions)
    said = list(asked[:MOST_QUESTIONS])
    if len(asked) > MOST_QUESTIONS:
        said.append(f"And {len(asked) - MOST_QUESTIONS:,} more.")
    return " ".join(said) or NOTHING_TO_ASK


PROMISE = "Was this person passed over?"
PROMISE_WORKING = "Looking at who competes for the same beds"
PROMISE_ASK = "Work it out"
PROMISE_WHO = "These people and places"
PROMISE_PEOPLE, PROMISE_PLACES = "Cases", "Places"
PROMISE_LATER = "Later in line with a place"

GROUP = "Placed together with"
GROUP_COLUMNS = ("Case", "Place in this plan")
GROUP_OPEN = "Open case {name}"
GROUP_NO_PLACE = "no place"
GROUP_APART = "Somebody decided that this group may be placed apart."
OBSTACLES = "What keeps the group from a place together"
OBSTACLES_ALL = "At every provider"
OBSTACLES_NOTE = "The providers that come nearest, and what stands in the way at each."


def obstacles(name: str | None, sentences: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Return what is said of one provider only once, and then what stands in the way.

    Parameters
    ----------
    name : str or None
        Of the provider.
    sentences : sequence of str
        Such as "Oak House could take one of the two; it has 1 free bed."

    Returns
    -------
    first : str
        "Oak House could take one of the two"; empty if they say different things.
    reasons : tuple of str
        "It has 1 free bed."
    """
    start = f"{name} could take "
    ends = [one.removeprefix(start) for one in sentences]
    much = {_REASON.split(end, maxsplit=1)[0] for end in ends}
    if len(much) != 1 or not all(one.startswith(start) for one in sentences):
        return "", tuple(sentences)
    (first,) = much
    reasons = (end.removeprefix(first).lstrip(".;, ") for end in ends)
    return f"{start}{first}", tuple(common.capital(one) for one in reasons)


_REASON = re.compile("[.;,]")

CHANGES = "What would change this?"
CHANGES_NOTE = (
    "One single change that would give this person a place. Each is confirmed by making the "
    "whole plan again with it; that may take a minute."
)
CHANGES_ASK, CHANGES_AGAIN = "Look for the smallest change", "Look again"
CHANGES_WORKING = "Looking for changes"
CHANGES_STOP = "Stop and show what was found"
CHANGES_STOPPING = "Stopping"
CHANGES_WHO = "Whose place would change"
CHANGES_DECIDE = "Decide this"
CHANGES_ROLE = "To be decided by the role: {role}."

WHY_NOT = "Why not the rest: what is left after each rule, and how many stopped there."
ALL_PROVIDERS = "All providers"
FUNNEL_ALT = (
    "How many providers are left after each rule; the table below has the same numbers."
)
FUNNEL_COLUMNS = ("Step", "Providers stopped", "Left")
FUNNEL_CAPTION = "Providers stopped at each rule, and those left"
FUNNEL_TABLE = "The same numbers in words"


def funnel_title(found: CaseExplanation) -> str:
    """Return the finding of the funnel."""
    left = found.funnel[-1].left if found.funnel else found.providers
    if not found.funnel:
        return f"Why not the rest: all of {common.count(found.providers, 'provider')} fit"
    largest = max(found.funnel, key=lambda step: step.fell)
    end = f"{left:,} fit" if left > 1 else "1 fits" if left else "none is left"
    of = common.count(found.providers, "provider")
    return f"Of {of}, {stopped(largest.code, largest.fell)}; in the end {end}"


def funnel_bar(step: Step) -> str:
    """Return the words above one bar of the funnel."""
    return f"{step.title}: {step.left:,} left"


def funnel_number(step: Step) -> str:
    """Return the number at the end of one bar of the funnel."""
    return f"−{step.fell:,}"


STEP = "Providers that stopped at one step"
STEP_ANY = "Choose a step"
TAKEN_STEP = "These places fit; they stand under the other places above."
SEARCH = "Why not a certain provider?"
SEARCH_HELP = "Part of a name, a code or a kind of place."
BARRED_COLUMNS = ("Provider", "What stands in the way")
BARRED_CAPTION = "Providers that are no option for this person"
STEP_CAPTION = "Providers stopped at this step"
ONE_RULE = "One rule away"
NONE_FOUND = "No provider that is no option matches."


def every_barred(number: int) -> str:
    """Return the heading of the list of providers that are no option."""
    return f"Every provider that is no option: {number:,}"


def near_misses(barred: tuple[Barred, ...]) -> str:
    """Say how many providers only one rule stands against."""
    near = sum(one.near_miss for one in barred)
    if not near:
        return "More than one rule stands against each of them."
    stands = "1 of them has" if near == 1 else f"{near:,} of them have"
    return f"{stands} one rule only in the way; they come first."


def fits(option: Option) -> str:
    """Say that a provider searched for does fit."""
    if option.proposed:
        return f"{option.name} is the place proposed."
    if option.taken:
        return f"{option.name} fits; its beds {BEDS_TAKEN}."
    return f"{option.name} fits and has a bed free in this plan."
