"""What would lift a rule that fails: the records as they would be, and in words.

Each remedy is the smallest that lifts the rule for the people asked about. It
holds for everybody: a home that is trained is trained for all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from matching.domain.certification import certificate_valid
from matching.domain.records import BedPool, Provider, Training
from matching.domain.words import (
    FOSTER_FAMILY_TYPES,
    WITHOUT_CERTIFICATE,
    BackgroundCheck,
    Capability,
    Certificate,
    Course,
    FamilyFirstCategory,
    Gender,
    Household,
    LicenceStatus,
    label,
)
from matching.engine.rules import BY_CODE
from matching.engine.rules.base import Facts, Parameters
from matching.engine.rules.needs import Need
from matching.engine.rules.readiness import asked_courses, first_end, held
from matching.engine.rules.text import GENDERS, counted, listed

#: For how long a new licence, certificate or course is taken to run.
NEW_TERM = timedelta(days=365)

#: Days of a year, as the rule on age over the stay counts them.
_YEAR = 365


@dataclass(frozen=True, slots=True)
class Remedy:
    """A provider and a bed pool as they would be.

    Attributes
    ----------
    provider : Provider or None
        ``None`` if it stays as it is.
    pool : BedPool or None
    words : str
        What it is, to be followed by ``at`` and the name of the place.
    at : str
    """

    provider: Provider | None
    pool: BedPool | None
    words: str
    at: str = "for"


#: Makes a remedy for some people at one pool of one provider, or none.
Maker = Callable[[Sequence[Facts]], Remedy | None]


def _home(about: Sequence[Facts]) -> Provider:
    return about[0].provider


def _new_end(about: Sequence[Facts]) -> date:
    return about[0].today + NEW_TERM


COURSES = {
    Course.TRAFFICKING: "a trafficking course",
    Course.TRAFFICKING_ANNUAL: "a yearly trafficking course",
    Course.LABOUR_TRAFFICKING: "a course on labour trafficking",
    Course.COMPLEX_TRAUMA: "a course on complex trauma",
    Course.SUPERVISED_EXPERIENCE: "supervised experience",
}


def _training(about: Sequence[Facts], parameters: Parameters) -> Remedy | None:
    """Add each course that is missing and renew those that ended, for every caregiver."""
    home, last_day = _home(about), about[0].today - timedelta(days=parameters["grace_days"])
    if home.trainable is False:
        return None
    asked = dict.fromkeys(course for f in about for course in asked_courses(f, parameters))
    trainings, lacking = list(home.trainings or ()), []
    for course in asked:
        end = first_end(about[0], course)
        if held(about[0], course) and (end is None or end >= last_day):
            continue
        lacking.append(COURSES[course])
        if not held(about[0], course):
            trainings.append(Training(course=course, expires=_new_end(about)))
        trainings = [
            replace(t, expires=_new_end(about))
            if t.course is course and t.expires is not None and t.expires < last_day
            else t
            for t in trainings
        ]
    return Remedy(replace(home, trainings=tuple(trainings)), None, listed(lacking))


def _capabilities(home: Provider, added: set[Capability]) -> Remedy:
    there = (home.capabilities or frozenset()) | added
    words = listed([_SAID.get(one, label(one)) for one in Capability if one in added])
    return Remedy(replace(home, capabilities=there), None, words, "at")


def _need(code: str) -> Maker:
    rule = BY_CODE[code]
    if not isinstance(rule, Need):
        raise TypeError(f"{code} is no rule on a need")

    def make(about: Sequence[Facts]) -> Remedy | None:
        values = {value for f in about if (value := rule.value(f)) is not None}
        added = {rule.served[value][0] for value in values if value in rule.served}
        return _capabilities(_home(about), added) if added else None

    return make


def _access(about: Sequence[Facts]) -> Remedy:
    home = _home(about)
    needs = {need for f in about for need in f.referral.access_needs or ()}
    return _capabilities(home, needs - (home.capabilities or frozenset()))


def _affirming(about: Sequence[Facts]) -> Remedy:
    home = replace(_home(about), lgbtq_affirming=True)
    return Remedy(home, None, "training to be LGBTQ+ affirming")


def _licence(about: Sequence[Facts]) -> Remedy | None:
    """Renew the licence; where it was revoked, that is no small change."""
    home = _home(about)
    if home.licence_status is LicenceStatus.REVOKED:
        return None
    status = home.licence_status
    if status is LicenceStatus.EXPIRED:
        status = LicenceStatus.ACTIVE
    renewed = replace(home, licence_status=status, licence_expires=_new_end(about))
    return Remedy(renewed, None, "a renewed licence")


def _certificate(about: Sequence[Facts]) -> Remedy | None:
    home = _home(about)
    if certificate_valid(home, about[0].today) is not False:
        return None
    kind, words = home.certificate, "a renewed certificate"
    if kind in (None, Certificate.NONE):
        family = home.placement_type in FOSTER_FAMILY_TYPES
        kind = Certificate.SAFE_FOSTER_HOME if family else Certificate.SAFE_HOUSE
        words = "a certificate for exploited children"
    certified = replace(home, certificate=kind, certificate_expires=_new_end(about))
    return Remedy(certified, None, words)


def certificate_decides(home: Provider, today: date) -> bool:
    """Tell whether a place would be of another type if its certificate were valid."""
    lapsed = certificate_valid(home, today) is False
    return lapsed and home.placement_type in WITHOUT_CERTIFICATE


def _background(about: Sequence[Facts]) -> Remedy:
    home = replace(_home(about), background_check=BackgroundCheck.CLEAR)
    return Remedy(home, None, "a clear background check of the adults")


def _age(about: Sequence[Facts]) -> Remedy | None:
    """Widen the limits of age so that they hold over the whole stay."""
    pool = about[0].pool
    low, high = pool.age_min, pool.age_max
    for f in about:
        age = f.referral.age_years
        if age is None:
            return None
        low = None if low is None else min(low, age)
        high = None if high is None else max(high, age + _years_of_stay(f))
    window = f"ages {low} to {high}"
    if low is None or high is None:
        window = f"ages up to {high}" if low is None else f"ages from {low}"
    return Remedy(
        None, replace(pool, age_min=low, age_max=high), f"a licence for {window}", "at"
    )


def _years_of_stay(f: Facts) -> int:
    """Return how many birthdays the stay might reach; a year is put at 365 days."""
    stay, birthday = f.referral.stay_days, f.referral.days_to_birthday or 0
    return 0 if stay is None else max(0, -(-(stay - birthday) // _YEAR))


def _gender(about: Sequence[Facts]) -> Remedy | None:
    """Serve one more gender; whoever refuses the setting is not to be taken in for that."""
    pool = about[0].pool
    added = {f.referral.gender for f in about}
    if not added <= {Gender.FEMALE, Gender.MALE}:
        return None
    genders = (pool.genders or frozenset()) | {g for g in added if g is not None}
    words = listed([text for gender, text in GENDERS.items() if gender in added])
    return Remedy(None, replace(pool, genders=genders), f"a licence for {words}", "at")


def _household(about: Sequence[Facts]) -> Remedy:
    pool = about[0].pool
    added = {
        Household.WITH_CHILDREN if f.referral.children_with else Household.ALONE for f in about
    }
    words = listed([label(one) for one in Household if one in added])
    households = (pool.households or frozenset()) | added
    return Remedy(None, replace(pool, households=households), f"beds for people {words}", "at")


def _family_first(about: Sequence[Facts]) -> Remedy:
    category = FamilyFirstCategory.TRAFFICKING_SETTING
    home = replace(_home(about), family_first=category)
    return Remedy(home, None, "a Title IV-E category that is paid for longer")


def _opening(about: Sequence[Facts]) -> Remedy:
    opened = replace(about[0].pool, available_from=about[0].today)
    return Remedy(None, opened, "beds that are open now", "at")


_MAKERS: dict[str, Maker] = {
    "need-developmental": _need("need-developmental"),
    "need-parenting": _need("need-parenting"),
    "affirming": _affirming,
    "licence": _licence,
    "certificate": _certificate,
    "background-check": _background,
    "age": _age,
    "age-stay": _age,
    "gender": _gender,
    "household": _household,
    "need-substance": _need("need-substance"),
    "need-mental-health": _need("need-mental-health"),
    "need-medical": _need("need-medical"),
    "need-access": _access,
    "family-first": _family_first,
    "opening": _opening,
}

#: Codes of the rules that a remedy can lift.
LIFTED = frozenset({"training", *_MAKERS})

#: Rules whose remedy is one bed pool's, not the whole provider's.
OF_A_POOL = frozenset({"age", "age-stay", "gender", "household", "opening"})


_SAID = {
    Capability.SERVICE_ANIMAL: "room for a service animal",
    Capability.DETOX: "detoxification",
    Capability.INPATIENT_SUBSTANCE: "inpatient treatment for substance use",
    Capability.INPATIENT_MENTAL_HEALTH: "inpatient mental-health care",
    Capability.INPATIENT_MEDICAL: "inpatient medical care",
}


def remedy(code: str, about: Sequence[Facts], parameters: Parameters) -> Remedy | None:
    """Return what would lift a rule for some people at one pool.

    Parameters
    ----------
    code : str
        One of :data:`LIFTED`.
    about : sequence of Facts
        The people whom the rule bars there, all about the same pool.
    parameters : Mapping
        The rule's settings in the policy.

    Returns
    -------
    Remedy or None
        ``None`` where no small change would do: a licence that was revoked, a
        home that cannot be trained, a setting that the person refuses.
    """
    if code == "training":
        return _training(about, parameters)
    return _MAKERS[code](about)


def with_staff(home: Provider, number: int) -> Remedy:
    """Return a provider with so many more staff on shift."""
    words = counted(number, "more member of staff", "more members of staff") + " on shift"
    staffed = replace(home, staff_on_shift=(home.staff_on_shift or 0) + number)
    return Remedy(staffed, None, words, "at")


def with_beds(pool: BedPool, number: int) -> BedPool:
    """Return a pool of known vacancy with so many more free beds."""
    free = (pool.free or 0) + number
    accepting, staffed = pool.beds_accepting, pool.beds_staffed
    if accepting is not None:
        used = (pool.beds_occupied or 0) + (pool.beds_held or 0)
        accepting = max(accepting + number, used + free)
    return replace(
        pool,
        beds_available=free,
        beds_accepting=accepting,
        beds_staffed=None if staffed is None else staffed + number,
    )


def with_licence(
    home: Provider, pool: BedPool, residents: int, number: int, cap: int
) -> tuple[Provider, BedPool, str]:
    """Return a provider and a pool licensed for so many more than can live there now.

    Parameters
    ----------
    home : Provider
    pool : BedPool
        With the beds that are to be licensed.
    residents : int
        People living there, 0 if nobody has counted them.
    number : int
    cap : int
        Foster children that a family home takes without an exception.

    Returns
    -------
    home, pool : records
    words : str
        What is needed besides the beds; empty if nothing is.
    """
    said = []
    licensed, free, capacity = pool.beds_licensed, pool.free or 0, home.licensed_capacity
    if capacity is not None:
        capacity = max(capacity, residents) + number
    if (licensed is not None and free > licensed) or capacity is not None:
        said.append("a licence for that")
    if licensed is not None:
        pool = replace(pool, beds_licensed=max(licensed, free))
    family = home.placement_type in FOSTER_FAMILY_TYPES and not home.foster_cap_exception
    if family and (capacity is None or capacity > cap):
        home = replace(home, foster_cap_exception=True)
        said.append(f"an exception to the cap of {cap} foster children")
    return replace(home, licensed_capacity=capacity), pool, listed(said) if said else ""
