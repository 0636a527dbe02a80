"""Rules on whether a place is ready: licence, certificate, checks, training.

A licence, certificate or course that ends today still counts today.
"""

from __future__ import annotations

from datetime import date, timedelta

from matching.domain.certification import certificate_valid
from matching.domain.records import Training
from matching.domain.words import (
    FOSTER_FAMILY_TYPES,
    BackgroundCheck,
    Course,
    Identification,
    LicenceStatus,
    PlacementType,
    TraffickingType,
    label,
)
from matching.engine.columns import known
from matching.engine.problem import Problem
from matching.engine.rules.base import Facts, Parameters, Rows
from matching.engine.rules.judged import Judged
from matching.engine.rules.logic import Truth, among, at_least, certain, every, flag
from matching.engine.rules.text import ask, dated, listed, start, who


class Licence(Judged):
    """Licence valid.

    A licence recorded as expired counts only within the days of grace after
    its end date; a revoked one never does.
    """

    code = "licence"
    reads_pool = ("licence_status", "licence_expires")

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Pass while the licence runs, or where none is required."""
        status, ends = problem.pools.licence_status[j], problem.pools.licence_expires[j]
        grace = parameters["grace_days"]
        lapsed = [LicenceStatus.REVOKED] + ([] if grace else [LicenceStatus.EXPIRED])
        running = at_least(ends, problem.today - grace)
        is_known = Truth(known(status), ~known(status))
        valid = ~among(status, lapsed) & running
        needless = among(status, (LicenceStatus.NOT_REQUIRED,))
        return needless | Truth(valid.yes & is_known.yes, valid.no & is_known.yes)

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say until when it runs."""
        status, ends = f.provider.licence_status, f.provider.licence_expires
        if status is LicenceStatus.NOT_REQUIRED:
            return "No licence is required."
        if ends is not None and (ends < f.today or status is LicenceStatus.EXPIRED):
            grace = parameters["grace_days"]
            return f"The licence ended on {dated(ends)}, within the {grace} days of grace."
        probation = " on probation" if status is LicenceStatus.PROBATION else ""
        return f"Licensed{probation} until {dated(ends)}."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say that it was revoked, or when it ended."""
        if f.provider.licence_status is LicenceStatus.REVOKED:
            return "The licence was revoked."
        ends = f.provider.licence_expires
        if ends is None or ends >= f.today:
            return "The licence is recorded as expired."
        return f"The licence ended on {dated(ends)}."

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask for the status or the end date."""
        return ask(
            [
                (f.provider.licence_status is None, "whether the licence is active"),
                (f.provider.licence_expires is None, "until when the licence runs"),
            ]
        )


def identified(problem: Problem, parameters: Parameters, i: Rows) -> Truth:
    """Tell whether a person is identified in one of the ways a rule names."""
    ways = [Identification(way) for way in parameters["identifications"]]
    return among(problem.referrals.identification[i], ways)


class Certified(Judged):
    """Certified for exploited children, or a safe fallback.

    Being identified is enough; the kind of trafficking does not matter.
    """

    code = "certificate"
    reads_referral = ("age", "identification", "behaviour_managed")
    reads_pool = ("certified",)

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Pass with a certificate, or as a fallback where behaviour is managed."""
        minor = ~at_least(problem.referrals.age[i], parameters["minor_age"])
        applies = minor & identified(problem, parameters, i)
        managed = flag(problem.referrals.behaviour_managed[i])
        stands_in = managed if parameters["fallback"] else certain(False)
        return ~applies | flag(problem.pools.certified[j]) | stands_in

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say until when it runs, that it is not needed, or that it is a fallback."""
        if certificate_valid(f.provider, f.today):
            return f"Certified until {dated(f.provider.certificate_expires)}."
        minor, age = parameters["minor_age"], f.referral.age_years
        if age is not None and age >= minor:
            return f"A certificate is needed under {minor} only; {who(f)} is {age}."
        way = f.referral.identification
        if way is not None and way not in parameters["identifications"]:
            return f"{start(who(f))} is identified as {label(way)}: no certificate is needed."
        return (
            "An ordinary place as a recorded fallback: it is confirmed that the behaviour "
            "can be managed there without danger to other children."
        )

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say what the certificate lacks and why it is needed."""
        ends = f.provider.certificate_expires
        lacks = "No certificate for exploited children"
        if ends is not None and ends < f.today:
            lacks = f"The certificate ended on {dated(ends)}"
        if not parameters["fallback"]:
            return f"{lacks}; {who(f)} needs a certified place."
        return (
            f"{lacks}, and it is not confirmed that the behaviour of {who(f)} can be "
            "managed in an ordinary place."
        )

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask for the certificate, the confirmation or who the person is."""
        managed = f.referral.behaviour_managed_confirmed is None
        return ask(
            [
                (f.referral.age_years is None, f"how old {who(f)} is"),
                (
                    f.referral.identification is None,
                    f"whether {who(f)} is identified as exploited",
                ),
                (
                    certificate_valid(f.provider, f.today) is None,
                    "until when a certificate of the place is valid",
                ),
                (
                    managed and bool(parameters["fallback"]),
                    f"whether the behaviour of {who(f)} can be managed in an ordinary place "
                    "without danger to other children",
                ),
            ]
        )


#: Where the adults of a household are checked.
CHECKED_TYPES = FOSTER_FAMILY_TYPES | {PlacementType.KINSHIP, PlacementType.HOST_HOME}


class BackgroundClear(Judged):
    """Background check clear, in family, kinship and host homes."""

    code = "background-check"
    reads_pool = ("placement_type", "background")

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Pass where the check is clear, or the place is none of those homes."""
        family = among(problem.pools.placement_type[j], CHECKED_TYPES)
        return ~family | among(problem.pools.background[j], (BackgroundCheck.CLEAR,))

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say that it is clear, or not asked for here."""
        if f.provider.background_check is BackgroundCheck.CLEAR:
            return "The background check is clear."
        return "Not a family, kinship or host home: this check is not asked for."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say how the check stands."""
        check = f.provider.background_check
        return f"The background check is {'not clear' if check is None else label(check)}."

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask how the check stands, or what kind of home it is."""
        return ask(
            [
                (
                    f.provider.background_check is not BackgroundCheck.CLEAR
                    and f.provider.placement_type is None,
                    "which type of placement it is",
                ),
                (
                    f.provider.background_check is None,
                    "whether the background check of the adults is clear",
                ),
            ]
        )


COURSE_NAMES = {
    Course.TRAFFICKING: "Training for trafficking",
    Course.TRAFFICKING_ANNUAL: "Yearly training for trafficking",
    Course.LABOUR_TRAFFICKING: "Training for labour trafficking",
    Course.COMPLEX_TRAUMA: "Training for complex trauma",
    Course.SUPERVISED_EXPERIENCE: "Supervised experience",
}


class Trained(Judged):
    """Trained for trafficking; the caregiver whose course ends first decides."""

    code = "training"
    reads_referral = ("identification", "trafficking")
    reads_pool = ("training", "training_first_end")

    def met(self, problem: Problem, parameters: Parameters, i: Rows, j: Rows) -> Truth:
        """Pass if every course that is asked for holds for the whole home."""
        labour = among(
            problem.referrals.trafficking[i], (TraffickingType.LABOUR, TraffickingType.BOTH)
        )

        def hold(names: tuple[str, ...]) -> Truth:
            return every(self._holds(problem, parameters, j, Course(name)) for name in names)

        needed = hold(parameters["courses"]) & (~labour | hold(parameters["labour_courses"]))
        return ~identified(problem, parameters, i) | needed

    @staticmethod
    def _holds(problem: Problem, parameters: Parameters, j: Rows, course: Course) -> Truth:
        """Tell whether a course holds.

        A course nobody has lies before every day; one known end in the past
        settles it, whatever the ends of other caregivers turn out to be.
        """
        k = list(Course).index(course)
        last_day = problem.today - parameters["grace_days"]
        ends = problem.pools.training[j][..., k]
        first = problem.pools.training_first_end[j][..., k]
        runs = at_least(ends, last_day)
        lapsed = at_least(first, last_day).no
        return Truth(runs.yes, runs.no | lapsed)

    def passed(self, f: Facts, parameters: Parameters) -> str:
        """Say until when the training holds, or that none is asked for."""
        way = f.referral.identification
        if way is not None and way not in parameters["identifications"]:
            return f"{start(who(f))} is identified as {label(way)}: no course is asked for."
        names = asked_courses(f, parameters)
        if not names:
            return "No course is asked for."
        ends = [first_end(f, name) for name in names]
        shown = [
            f"{COURSE_NAMES[name]} until {dated(end)}"
            for name, end in zip(names, ends, strict=True)
        ]
        return f"{listed(shown)}."

    def failed(self, f: Facts, parameters: Parameters) -> str:
        """Say which course is missing, or when it ended."""
        last_day = f.today - timedelta(days=parameters["grace_days"])
        wrong: list[str] = []
        for name in asked_courses(f, parameters):
            end = first_end(f, name)
            if not held(f, name):
                wrong.append(f"{COURSE_NAMES[name]} is missing")
            elif end is not None and end < last_day:
                wrong.append(f"{COURSE_NAMES[name]} ended on {dated(end)}")
        first, *others = wrong or ["A course that is asked for is missing"]
        return f"{'; '.join([first, *(one[0].lower() + one[1:] for one in others)])}."

    def question(self, f: Facts, parameters: Parameters) -> str:
        """Ask for the training record, an end date or the kind of trafficking."""
        names = asked_courses(f, parameters)
        open_ended = [
            COURSE_NAMES[name]
            for name in names
            if any(t.expires is None for t in held(f, name))
        ]
        until = [f"until when {c[:1].lower()}{c[1:]} holds" for c in open_ended]
        labour = bool(parameters["labour_courses"])
        return ask(
            [
                (
                    f.referral.identification is None,
                    f"whether {who(f)} is identified as a survivor of trafficking",
                ),
                (
                    labour and f.referral.trafficking_type is None,
                    "whether labour trafficking is part of it",
                ),
                (f.provider.trainings is None, "which training the caregivers have"),
                *((True, text) for text in until),
            ]
        )


def asked_courses(f: Facts, parameters: Parameters) -> list[Course]:
    """Return the courses asked for, in order, each once."""
    names = list(parameters["courses"])
    if f.referral.trafficking_type is not TraffickingType.SEX:
        names += parameters["labour_courses"]
    return list(dict.fromkeys(Course(name) for name in names))


def held(f: Facts, course: Course) -> list[Training]:
    """Return the caregivers' records of one course."""
    return [t for t in f.provider.trainings or () if t.course is course]


def first_end(f: Facts, course: Course) -> date | None:
    """Return the earliest known end of a course over the caregivers."""
    return min((t.expires for t in held(f, course) if t.expires is not None), default=None)
