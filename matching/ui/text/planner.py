"""Words of the page Planner."""

from __future__ import annotations

from matching.engine.rules.text import listed
from matching.services.next_beds import NextBeds
from matching.services.planner_views import Done, PlannerView
from matching.ui.text import common

PAGE = "Planner"

NO_PLAN_SENTENCE = "There is no plan of today's facts."
NO_PLAN_TITLE = "What would help is worked out from the plan"
NO_PLAN = "Make the plan first; then this page says what would give more people a place."
NO_PLAN_COUNTS = "A placement worker has to make the plan first."
TO_PLAN = "Go to the plan"

ASK_SENTENCE = "What would give most people a place?"
LEAD = (
    "Say what may be done. You get the beds, trainings, licences and new homes that place most "
    "people, by priority first. Each is confirmed by making the whole plan again with it in."
)
EMPTY_TITLE = "Nothing worked out yet"
EMPTY = "Choose what may be done, then press the button. The record stays as it is."

BUDGET = "What may be done"
BEDS = "Beds added to existing homes"
TRAININGS = "Homes trained"
PAPERS = "Licences, certificates or checks made good"
NEW_HOMES = "New homes recruited"
NEW_HOMES_HELP = (
    "Host homes found with faith-based and other community partners, foster homes, safe "
    "houses and others, in the counties where people have no place."
)
NEW_BEDS = "Beds in each new home"
EACH = "Most beds added in one place"
LIMITS = "Limit beds by type or county"
LIMIT_BY = "Limit by"
BY_TYPE, BY_COUNTY = "Type", "County"
ONLY_TYPES = "Only in these types of place"
ONLY_COUNTIES = "Only in these counties"
MOST_IN = "Most beds: {name}"
COSTS = "Costs, if you know them"
MONEY_ON = "Limit the money"
MONEY = "Money in all"
BED_COST, TRAINING_COST = "One bed", "One training"
PAPER_COST, HOME_COST = "One licence, certificate or check", "One new home"
WORK_OUT = "Work it out"
WORK_OUT_AGAIN = "Work it out again"

WORKING = "Working it out"
STOP = "Stop and show what was found"
STOPPING = "Stopping"

PROTECTED_LABEL = "Small numbers are hidden"
PROTECTED = (
    "You see changes in counts of people in bands, so that nobody can be recognised. Beds, "
    "homes and courses are shown as they are."
)

ACTIONS = "What to do"
ACTIONS_NOTE = (
    "Existing foster homes that lack one course come first. What a change adds is how many "
    "fewer would have a place without it, everything else done."
)
ACTION, ADDS, INSTEAD, OFTEN = "Change", "Adds", "Could be done instead", "How often chosen"
FOSTER = "Existing foster home, one training away"
AS_GOOD, NEARLY = "as good", "1 fewer"
NONE_INSTEAD = "nothing found that is as good"
NOT_WORKED_OUT = "not worked out"
OFTEN_NOTE = (
    "How often chosen: the demand was drawn again {samples} times from the people on the "
    "record. A low share says that others may do as well, or that it hangs on a few people."
)
NOTHING_TITLE = "Nothing within this budget would help"
NOTHING = (
    "No bed, training, licence or new home that was weighed gives one more person a place. "
    "Allow more, or see on the page Gaps what stands in the way."
)

BEFORE_AFTER = "Before and after"
PRIORITY, WAITING, BEFORE, AFTER = "Priority", "Waiting", "With a place now", "With the changes"
CHANGE_PROTECTED = "Change"

CURVE = "How far the budget reaches"
SPENT_THINGS, SPENT_MONEY = "Changes", "Money"
MORE = "More people with a place"
CURVE_STOPPED = "The curve ends where the work was stopped."
CURVE_ALT = (
    "A line that rises from nothing to {gain} as more is spent; the table has its points."
)
CURVE_NOTE = "Every point is a plan made again with the best found for what is spent."

RECRUIT = "Where to recruit"
RECRUIT_NOTE = (
    "What the first bed of one new home would give to the plan as it is, for people of any "
    "gender. Somebody who has a place may move there and leave theirs to another. Several "
    "homes for the same people do not add up."
)
RECRUIT_NONE = "No new home of any kind that was looked at would give one more person a place."
KIND, COUNTY, GIVES, REACH = (
    "Kind of home",
    "County",
    "Gives a place to",
    "Without a place who could live there",
)
RECRUIT_ALL = "Kinds and counties"

SAVE = "Save as a scenario"
SAVE_NOTE = "Then compare it with others, and with today, on the page What if."
NAME = "Name"
SAVE_BUTTON = "Save"
SAVED = "Saved as “{name}”. See it on the page What if."
EXPORT = "Download"
EXPORT_NOTE = "The workbook holds protected numbers, whoever downloads it."


def _number(number: int, one: str, several: str) -> str:
    return f"{number:,} {one if number == 1 else several}"


def done(what: Done) -> str:
    """Return "3 trainings and 2 beds"."""
    parts = (
        (what.trainings, "training", "trainings"),
        (what.papers, "licence or check", "licences and checks"),
        (what.beds, "bed", "beds"),
        (what.new_homes, "new home", "new homes"),
    )
    said = [_number(n, one, several) for n, one, several in parts if n]
    return listed(said) if said else "nothing"


def sentence(view: PlannerView) -> str:
    """Return the page's one sentence: what with, and how many more."""
    if not view.actions or not view.helps:
        return f"Within this budget nothing helps the {view.without} without a place."
    if view.gain == "no change":
        return (
            f"With {done(view.done)}, as many would have a place, and more of those who come "
            "first."
        )
    return f"With {done(view.done)}, {view.gain} of the {view.without} would have a place."


def source(view: PlannerView) -> str:
    """Return from what the figures are."""
    return f"From plan {view.run}, {view.policy_title}; identified demand, beds on one night."


def how_sure(view: PlannerView) -> str:
    """Return how sure it is that nothing is better."""
    if view.proven:
        out = "No choice of what was weighed is better, by proof: by priority, then by number."
    elif view.at_most == "0":
        out = (
            "No choice of what was weighed gives more people a place; whether another serves "
            "more of those who come first is not proven."
        )
    else:
        out = (
            f"Another choice of this budget could give a place to at most {view.at_most} more."
        )
    if view.expected:
        out += (
            f" Looked at one by one, {view.expected} could have a place; groups, conflicts and "
            "other ties between people leave what is told here."
        )
    if view.left_out:
        were = "change was" if view.left_out == 1 else "changes were"
        out += f" {view.left_out:,} less promising {were} not weighed."
    if view.stopped:
        out += " The search was stopped before its end."
    return out


def finding(view: PlannerView) -> str:
    """Return what the curve shows, as its title."""
    exact = [one for one in view.points if one.more is not None]
    if len(exact) < 2 or not exact[-1].more:
        return CURVE
    whole = exact[-1].more or 0
    half = next(one for one in exact if 2 * (one.more or 0) >= whole)
    last = next(one for one in exact if one.more == whole)
    unit = "of money" if view.ask.money is not None else ""
    if view.ask.money is None:
        unit = "change" if half.spent == 1 else "changes"
    out = f"The first {half.spent:,} {unit} give {half.more:,} of the {whole:,}"
    if half.spent == 1 and view.ask.money is None:
        out = f"The first change gives {half.more:,} of the {whole:,}"
    if last.spent < exact[-1].spent:
        out += f"; beyond {last.spent:,} nothing more is gained"
    return out


NEXT_BED = "The next bed, provider by provider"
NEXT_BED_NOTE = "One more bed at one provider, licensed and staffed, and nothing else changed."
NEXT_BED_WORKING = "Looking at the next bed of every provider"
PROVIDER = "Provider"
AT_LEAST = "perhaps more"


def next_bed_rest(found: NextBeds) -> str:
    """Say at how many providers a bed changes nothing, or nobody can tell."""
    said = f"At {common.count(found.nothing, 'other provider')} one more bed changes nothing."
    if not found.unknown:
        return said
    homes = common.count(found.unknown, "provider")
    return f"{said} Of {homes} nobody has said how many beds are free: call first."
