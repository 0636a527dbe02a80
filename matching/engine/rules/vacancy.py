"""Rules on beds: enough of them, in time, and lately confirmed."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from matching.domain.words import FOSTER_FAMILY_TYPES, Parenting, Urgency
from matching.engine.columns import known
from matching.engine.problem import Problem
from matching.engine.rules.base import Facts, Parameters, Rows
from matching.engine.rules.judged import Judged
from matching.engine.rules.logic import Truth, at_least, flag, position
from matching.engine.rules.person import children_question, with_children
from matching.engine.rules.text import ask, counted, dated, start, who


class BedsEnough(Judged):
    """Beds enough.

    The news that counts is how many beds are free. Licensed beds and the
    provider's licensed capacity, less the people living there, can only make
    it fewer; where they are not known they change nothing. The cap on a foster
    family home asks whether the home holds an exception when nothing else
    stands in the way. A parent may bring more children than nobody has said,
    so an unknown number of them is asked about.
    """

    code = "beds"
    reads_referral = ("children", "parenting")
    reads_pool = (
        "free",
        "beds_licensed",
        "licensed_capacity",
        "residents",
        "foster_family",
        "foster_exception",
    )

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Compare the beds needed with the beds free and the room there is."""
        person, pools = problem.referrals, problem.pools
        children, free = person.children[i], pools.free[j]
        least = 1 + np.where(known(children), np.maximum(children, 0), 0).astype(np.int32)
        counted_up = known(children) | with_children(person, i).no
        lived_in = pools.residents[j]
        residents = np.where(known(lived_in), lived_in, 0)
        capacity, licensed = pools.licensed_capacity[j], pools.beds_licensed[j]
        short = (known(capacity) & (capacity - residents < least)) | (
            known(licensed) & (licensed < least)
        )
        capped = flag(pools.foster_family[j]) & ~flag(pools.foster_exception[j])
        over_cap = parameters["foster_cap"] - residents < least
        enough = at_least(free, least)
        no = enough.no | short | (capped.yes & over_cap)
        yes = enough.yes & counted_up & ~short & (capped.no | ~over_cap)
        return Truth(np.asarray(yes), np.asarray(no))

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say how many are free and how many are needed."""
        return f"{start(_free(f))}; {_needed(f)}."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say what is short: beds free, licensed beds, or room under a cap."""
        needed, free = f.referral.beds_needed, f.pool.free
        if free is not None and free < needed:
            return f"{start(_free(f))}; {_needed(f)}."
        if f.pool.beds_licensed is not None and f.pool.beds_licensed < needed:
            return f"Licensed for {counted(f.pool.beds_licensed, 'bed')}; {_needed(f)}."
        lives = f.provider.residents
        there = "" if lives is None else f" and {_people(lives)} there"
        capacity = f.provider.licensed_capacity
        if capacity is not None and capacity - (lives or 0) < needed:
            return f"Licensed for {capacity}{there}; {_needed(f)}."
        cap = parameters["foster_cap"]
        if lives is None:
            return f"The room under its licence or the cap of {cap} is taken; {_needed(f)}."
        return f"A family home takes {cap} at most{there}; {_needed(f)}."

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask for the vacancy, the children or the exception."""
        over_cap = (
            parameters["foster_cap"] - (f.provider.residents or 0) < f.referral.beds_needed
        )
        kind = f.provider.placement_type
        family = kind is None or kind in FOSTER_FAMILY_TYPES
        return ask(
            [
                (f.pool.free is None, "how many beds are free"),
                (_children_open(f), children_question(f)),
                (
                    over_cap and family and f.provider.foster_cap_exception is not True,
                    f"whether the home holds an exception to the cap of "
                    f"{parameters['foster_cap']}",
                ),
            ]
        )


def _free(f: Facts) -> str:
    free = f.pool.free
    if free is None:
        return "an unknown number of beds is free"
    return f"{'no' if free == 0 else free} {'bed is' if free == 1 else 'beds are'} free"


def _needed(f: Facts) -> str:
    needed = f.referral.beds_needed
    if needed == 1:
        return f"{who(f)} needs 1"
    children = counted(needed - 1, "child", "children")
    return f"{who(f)} needs {needed}, with {children}"


def _children_open(f: Facts) -> bool:
    known_alone = f.referral.pregnant_parenting in (Parenting.NONE, Parenting.PREGNANT)
    return f.referral.children_with is None and not known_alone


def _people(number: int) -> str:
    return "1 person lives" if number == 1 else f"{number} people live"


class StaffEnough(Judged):
    """Staff enough; where nothing is recorded of the staff there is no limit.

    No staff at all look after nobody, whatever each could do.

    Residents whom nobody has counted are left to the vacancies, as they are
    with licensed beds, and an unknown number of children to the rule on beds.
    """

    code = "staffing"
    reads_referral = ("children",)
    reads_pool = ("staff_on_shift", "staff_ratio", "residents")

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Compare those who live there and those who come with the staff there is."""
        children, pools = problem.referrals.children[i], problem.pools
        staff, ratio, residents = (
            column[j] for column in (pools.staff_on_shift, pools.staff_ratio, pools.residents)
        )
        come = 1 + np.where(known(children), np.maximum(children, 0), 0)
        lived_in = np.where(known(residents), residents, 0)
        told, neither = known(staff) & known(ratio), ~known(staff) & ~known(ratio)
        short = staff.astype(np.int64) * ratio - lived_in < come
        no = (told & short) | (staff == 0)
        return Truth(np.asarray(neither | (told & ~no)), np.asarray(no))

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say for how many there is staff."""
        if f.provider.staff_on_shift is None or f.provider.staff_ratio is None:
            return "No number of staff on shift is recorded."
        return f"{start(_staff(f))}; {_needed_of_staff(f)}."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say for how many there is staff, and who lives there."""
        lives = f.provider.residents
        there = "" if lives is None else f" and {_people(lives)} there"
        return f"{start(_staff(f))}{there}; {_needed_of_staff(f)}."

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask for the staff, or for how many each looks after."""
        return ask(
            [
                (
                    f.provider.staff_on_shift is None,
                    "how many members of direct-care staff are on shift",
                ),
                (
                    f.provider.staff_ratio is None,
                    "how many residents each member of staff may look after",
                ),
            ]
        )


def _staff(f: Facts) -> str:
    staff, ratio = f.provider.staff_on_shift, f.provider.staff_ratio
    if staff == 0:
        return "no staff are on shift"
    most = "an unknown number" if None in (staff, ratio) else (staff or 0) * (ratio or 0)
    return f"{counted(staff, 'member')} of staff on shift can look after {most}"


def _needed_of_staff(f: Facts) -> str:
    needed = f.referral.beds_needed
    if needed == 1:
        return f"{who(f)} would be 1 more"
    children = counted(needed - 1, "child", "children")
    return f"{who(f)} would be {needed} more, with {children}"


_DAYS = {
    Urgency.TONIGHT: "tonight_days",
    Urgency.WITHIN_72_HOURS: "soon_days",
    Urgency.PLANNED: "planned_days",
}


class OpenInTime(Judged):
    """Open in time.

    Beds with no later opening on record are open now. A bed is needed by the
    recorded day, or else as soon as the urgency says (an unknown urgency is
    tonight), but a day already past is today.
    """

    code = "opening"
    reads_referral = ("urgency", "needed_by")
    reads_pool = ("available_from",)

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Pass if the beds open on the day they are needed, or before."""
        person, opens = problem.referrals, problem.pools.available_from[j]
        urgency, needed = person.urgency[i], person.needed_by[i]
        waits = np.array([parameters[_DAYS[u]] for u in Urgency], dtype=np.int32)
        row = np.where(known(urgency), urgency, position(Urgency.TONIGHT))
        by = np.where(
            known(needed), np.maximum(needed, problem.today), problem.today + waits[row]
        )
        late = known(opens) & (opens > by)
        return Truth(~late, late)

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say when the beds open."""
        opens = f.pool.available_from
        if opens is None or opens <= f.today:
            return "No later opening is recorded: the beds are open."
        return f"Opens on {dated(opens)}; needed by {dated(needed_by(f, parameters))}."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say when the beds open and when one is needed."""
        opens = dated(f.pool.available_from)
        return f"Opens on {opens}; {who(f)} needs a bed by {dated(needed_by(f, parameters))}."

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask when the beds open and when one is needed."""
        return ask(
            [
                (f.pool.available_from is None, "whether the beds are open now"),
                (f.referral.needed_by is None, f"when {who(f)} needs a bed"),
            ]
        )


def needed_by(f: Facts, parameters: Parameters) -> date:
    """Return the last day on which a bed must be open."""
    if f.referral.needed_by is not None:
        return max(f.referral.needed_by, f.today)
    wait = parameters[_DAYS[f.referral.urgency or Urgency.TONIGHT]]
    return f.today + timedelta(days=wait)


class Fresh(Judged):
    """Vacancy confirmed lately; old news is never a no."""

    code = "freshness"
    reads_pool = ("news_hours",)

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Pass up to the limit, both in whole hours; never fail."""
        hours = problem.pools.news_hours[j]
        fresh = known(hours) & (hours <= parameters["stale_hours"])
        return Truth(fresh, np.zeros_like(fresh))

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say how old the news is."""
        return f"The vacancy was confirmed {_news(f)}."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say how old the news is; the rule itself never fails."""
        return f"The vacancy was confirmed {_news(f)}."

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask whether the vacancy still holds."""
        beds = f"whether {_free(f)} still"
        if f.pool.free is None:
            beds = "how many beds are free"
        if f.pool.as_of is None:
            return f"Ask {beds}: nobody has said when the vacancy was confirmed."
        return f"Ask {beds}: the vacancy was last confirmed {_news(f)}."


def _news(f: Facts) -> str:
    if f.pool.as_of is None:
        return "at a time that nobody has said"
    hours = max(0, int((f.as_of - f.pool.as_of).total_seconds() // 3600))
    if hours == 0:
        return "within the last hour"
    if hours < 48:
        return f"{counted(hours, 'hour')} ago"
    return f"on {dated(f.pool.as_of.date())}"
