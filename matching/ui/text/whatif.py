"""Words of the page What if."""

from __future__ import annotations

from matching.domain.words import Gender, Urgency
from matching.services.scenario_lines import WITHOUT, Part
from matching.services.scenario_views import Column, Comparison
from matching.services.scenarios import Scenario, State
from matching.ui.text import common

PAGE = "What if"

NO_PLAN_SENTENCE = "There is no plan of today's facts."
NO_PLAN_TITLE = "A scenario is tried on the plan"
NO_PLAN = "Make the plan first; then try here what a change would do to it."
NO_PLAN_COUNTS = "A placement worker has to make the plan first."
TO_PLAN = "Go to the plan"

NOTHING_YET = "Try what a change would do before it happens."
LEAD = (
    "A provider closes or opens, a licence runs out, beds or trainings are added, a radius or "
    "an age changes, more people come: the whole plan is made again with it. Nothing on the "
    "record changes."
)
PROTECTED_LABEL = "Small numbers are hidden"
PROTECTED = (
    'Counts of people from 1 to 10 are shown as "1 to 10", and changes in bands, so that '
    "nobody can be recognised. Beds and providers are counted exactly."
)
#: As the service says that a count stays the same.
SAME = "no change"
COMPARING = "Holding the scenarios beside today"


def source(found: Comparison) -> str:
    """Return what today is."""
    return f"Today is plan {found.run}, under {found.policy_title}."


def _against(column: Column) -> str:
    """Return how many of those who wait today have a place with a scenario."""
    if column.net == SAME:
        return "as many"
    return column.net


def sentence(found: Comparison) -> str:
    """Return the page's one sentence."""
    scenarios = found.columns[1:]
    if not scenarios:
        return NOTHING_YET
    if len(scenarios) > 1:
        said = common.listed(f"{_against(one)} with “{one.name}”" for one in scenarios)
        return f"People with a place, against today: {said}."
    (one,) = scenarios
    if one.net == SAME:
        end = "as many people would have a place as today"
    elif one.invented:
        end = f"{one.net} of those who wait today would have a place"
    else:
        noun = "person" if one.net.split()[0] == "1" and "to" not in one.net else "people"
        end = f"{one.net} {noun} would have a place"
    return f"With “{one.name}”, {end}."


def beside_title(found: Comparison) -> str:
    """Return the finding of the chart: who is without a place, column by column."""
    (line,) = [one for one in found.of(Part.PEOPLE) if one.label == WITHOUT]
    today, *others = line.entries
    names = [column.name for column in found.columns[1:]]
    said = [f"{entry.text} with “{name}”" for name, entry in zip(names, others, strict=True)]
    return f"Without a place: {common.listed([f'{today.text} today', *said])}"


BESIDE = "Side by side"
BESIDE_SENTENCE = (
    "Identified demand: people who were referred and are on the record, in one plan, at one "
    "moment. Beds are those of that one night."
)
BESIDE_ALT = (
    "People without a place by stage, today and with each scenario; the table below has the "
    "same numbers."
)
TODAY = "Today"
CHOOSE = "Beside today"
CHOOSE_HELP = "Up to three scenarios that were worked out."
PARTS = {
    Part.PEOPLE: "People",
    Part.CHANGES: "Of those who are waiting today",
    Part.PRIORITY: "Without a place, by priority",
    Part.STAGES: "Without a place, by what they lack",
    Part.DISTANCE: "With a place, by distance from home",
    Part.SUPPLY: "Beds and providers",
}
COUNTED = "What is counted"
TABLE_CAPTION = "Today and each scenario side by side"
MORE_TABLES = "The same by stage as a table, and by priority and distance"
PROTECTED_TABLES = "By stage, priority and distance"


def steps_title(column: Column) -> str:
    """Return the heading of what a scenario is made of."""
    return f"“{column.name}”"


INVENTED = "{people} of the people waiting in it are invented: drawn from those who wait today."
UNPROVEN = "The search was stopped: a few more people might have a place than is shown."
LIVING = (
    "People who live at {name} now: {number}. They are in no plan and would each need a "
    "place as well."
)
LIVING_UNKNOWN = (
    "Nobody has said how many people live at {name} now. They are in no plan and would each "
    "need a place as well."
)
DROPPED = (
    "Chosen places that cannot be had with it: {number}. The people were planned for anew."
)
DROPPED_ONE = "Case {case} was to go to {place}, as somebody had decided."
WHO = "Whose place changes"
NOBODY = "Nobody's place changes."
TOLD_MORE = "Only the first {number} are listed."


def told(case: str, before: str | None, after: str | None) -> str:
    """Return what changes for one person."""
    if before is None:
        return f"Case {case} gets a place at {after}."
    if after is None:
        return f"Case {case} loses the place at {before}."
    return f"Case {case} moves from {before} to {after}."


EXPORT = "Export as Excel (XLSX)"
EXPORT_NOTE = (
    "Counts of people are protected in the file, whoever exports it. The export is recorded."
)

SAVED = "Scenarios"
NO_SAVED = "No scenario is saved yet. Build one below: add a step, give it a name, work it out."
STATES = {
    State.NEVER: ("unknown", "Not worked out yet"),
    State.READY: ("placed", "Worked out on the plan of today"),
    State.MOVED: ("held", "The facts or the plan have moved since: work it out again"),
}
WORK_OUT, WORK_OUT_AGAIN = "Work it out", "Work it out again"
EDIT, RENAME, DELETE, UNDO = "Change the steps", "Rename", "Delete", "Undo"
NEW_NAME, KEEP_NAME = "New name", "Keep this name"
DELETED = "“{name}” was deleted."
MORE = "Name and steps"


def made(one: Scenario, when: str) -> str:
    """Return who made a scenario and when."""
    return f"{common.count(len(one.steps), 'step')}, saved by {one.made_by}, {when}."


WORKING = "Making the plan again with “{name}”"
STOP = "Stop and keep the best found so far"
GIVE_UP = "Give up"
STOPPING = "Stopping"

BUILD = "Build a scenario"
BUILD_SENTENCE = "Step by step; each step is taken on top of those before it."
EDITING = "Changing “{name}”"
DRAFT = "Steps so far"
NO_STEPS = "No step yet."
STEP = "What happens"
STEPS = {
    "close_provider": "A provider closes",
    "open_provider": "A provider opens",
    "lapse_licence": "A licence runs out",
    "relicense": "A licence, certificate or check is renewed",
    "add_beds": "Beds are added",
    "train": "Caregivers are trained",
    "change_ages": "Beds take other ages",
    "change_radius": "Places may be farther from home, or must be nearer",
    "surge": "More people are referred",
}
ADD = "Add this step"
TAKE_OUT = "Take out: {step}"
NAME = "Name of the scenario"
NAME_HELP = "What it is about, such as “Oak House closes”. No name of a survivor."
SAVE = "Save and work out"
NEW = "Start a new one"

PLACE, POOL, BEDS, MORE_BEDS = "Provider", "Bed pool", "Beds", "More beds"
LICENCE = "The licence grows with them where it has to"
COURSES = "Courses"
WHAT = "What is renewed"
AGE_MIN, AGE_MAX = "Lowest age", "Highest age"
MILES = "Miles from home, at most"
MILES_HELP = "The policy says {miles}. Whoever has a limit of their own on the record keeps it."
PEOPLE, FROM, NEEDED = "People", "From", "Needed"
ANYWHERE = "where those waiting are from"
AS_WAITING = "as those waiting do"
SURGE_NOTE = (
    "They are invented: each has the needs of somebody who waits today, drawn by chance in the "
    "same way every time. They come last in their priority and are never saved as referrals."
)
LIKE = "What it is like"
PLAIN = "a plain place of its type"
PLAIN_NOTE = (
    "Taken to be licensed, checked, certified, staffed and trained in every course, to take "
    "everybody its beds serve up to a medium risk of running away, and to have no special "
    "services but those chosen here."
)
LIKE_NOTE = (
    "Taken to be as {name} is, but empty, and with its licence, certificate, check and "
    "training in order."
)
SERVICES, NO_SERVICES = "Special services and access", "none"
KIND, COUNTY, GENDERS = "Placement type", "County", "Who can live there"
AS_LIKE = "as the one it is like"
NO_PLACES = "There are no providers on the record. Upload some first."

GENDER_WORDS = {
    Gender.FEMALE: "girls and women",
    Gender.MALE: "boys and men",
    Gender.TRANS_FEMALE: "trans girls and women",
    Gender.TRANS_MALE: "trans boys and men",
    Gender.NONBINARY: "non-binary people",
}
URGENCY_WORDS = {
    Urgency.TONIGHT: "tonight",
    Urgency.WITHIN_72_HOURS: "within 72 hours",
    Urgency.PLANNED: "planned",
}
