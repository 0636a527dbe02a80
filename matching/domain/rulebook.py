"""The catalogue of rules and preferences: what each is, in words.

A rule is a reason why a person may not use a bed pool. This module says what
every rule means, which settings it takes and at which stage of a gap it
counts; how it is computed stands in ``matching.engine.rules``. The order is
the order of the funnel: what is wanted, what is ready, what is free, what
fits, and what people have said.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """How binding a rule is."""

    LAW = "law"  #: from a statute or regulation; never waived here
    SAFETY = "safety"  #: protects somebody; never waived here
    POLICY = "policy"  #: waivable by a named role, with a reason and an end date


class OnUnknown(StrEnum):
    """What a missing fact does to a pair."""

    BLOCK = "block"  #: not offered until the fact is known
    CONFIRM = "confirm"  #: offered, and flagged "ask before placing"


class Stage(StrEnum):
    """First stage at which a person without a place lost the chance."""

    NO_SUITABLE_PLACE = "a"
    NOT_READY = "b"
    NO_FREE_BED = "c"
    EXCLUDED = "d"
    PROVIDER_DECLINED = "e"
    PERSON = "f"
    FUNDING = "g"
    UNKNOWN_FACT = "h"


class Remedy(StrEnum):
    """What would lift a failing rule."""

    RECRUIT = "recruit"
    WIDEN = "widen"
    RELICENSE = "relicense"
    TRAIN = "train"
    ADD_BED = "add_bed"
    STAFF = "staff"
    WAIVE = "waive"
    CONFIRM = "confirm"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One setting of a rule or a preference.

    Attributes
    ----------
    default : object
        Value when a policy says nothing. Its type is the required type.
    help : str
        What it does, with its unit.
    low, high : int or None
        Bounds of a whole number, both included.
    choices : frozenset of str or None
        Values allowed for texts, or for the members of a list.
    """

    default: Any
    help: str
    low: int | None = None
    high: int | None = None
    choices: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """What a rule is.

    Attributes
    ----------
    code : str
        Stable short name, used in policy files, funnels and exports.
    title : str
        A few plain words.
    meaning : str
        When it fails and when it cannot be told, in a sentence or two.
    stage : Stage
        Where a failure counts in the gaps.
    remedy : Remedy
        What would lift it.
    parameters : dict
        Settings by name.
    """

    code: str
    title: str
    meaning: str
    stage: Stage
    remedy: Remedy
    parameters: dict[str, Parameter] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PreferenceSpec:
    """What a preference is; ``points`` run from 0 (best) to 10 (worst)."""

    code: str
    title: str
    meaning: str
    parameters: dict[str, Parameter] = field(default_factory=dict)


_IDENTIFICATIONS = frozenset({"verified", "suspected", "at_risk"})
_COURSES = frozenset(
    {
        "trafficking",
        "trafficking_annual",
        "labour_trafficking",
        "complex_trauma",
        "supervised_experience",
    }
)
_URGENCIES = frozenset({"tonight", "72h", "planned"})
_A, _B, _C, _D = (
    Stage.NO_SUITABLE_PLACE,
    Stage.NOT_READY,
    Stage.NO_FREE_BED,
    Stage.EXCLUDED,
)

RULES: tuple[RuleSpec, ...] = (
    RuleSpec(
        "presence",
        "Here to be placed",
        "Fails while the person is recorded as missing or in hospital: they stay in "
        "demand, but no bed is proposed. Only a recorded absence fails.",
        Stage.PERSON,
        Remedy.NONE,
    ),
    RuleSpec(
        "service-area",
        "Serves the home area",
        "Fails if the provider names the states or counties it serves and the home is "
        "in none of them, or names none and is in another state. Cannot be told if "
        "the home county is unknown, or the provider's state and area are.",
        _A,
        Remedy.WAIVE,
    ),
    RuleSpec(
        "distance",
        "Within reach of home",
        "Fails if the provider's county is farther from the home county than the "
        "limit, or than the person's own limit where one is recorded. Cannot be told "
        "if either county is unknown.",
        _A,
        Remedy.WIDEN,
        {"max_miles": Parameter(100, "miles between county centres", 0, 5000)},
    ),
    RuleSpec(
        "placement-type",
        "Suitable placement type",
        "Fails if the provider's type is none of those found suitable for the person, "
        "or is independent living and the person is too young. A safe foster home or "
        "safe house whose certificate has ended counts as what it is without it: a "
        "foster home or a residential home. Cannot be told if the suitable types, the "
        "provider's type, or a certificate that decides it are unknown.",
        _A,
        Remedy.RECRUIT,
        {
            "independent_min_age": Parameter(
                16, "youngest age for supervised independent living, in years", 0, 25
            )
        },
    ),
    RuleSpec(
        "licence",
        "Licence valid",
        "Fails if the licence has expired or was revoked. Cannot be told if the status "
        "or the end date is unknown. Holds if no licence is required.",
        _B,
        Remedy.RELICENSE,
        {"grace_days": Parameter(0, "days a lapsed licence still counts", 0, 365)},
    ),
    RuleSpec(
        "certificate",
        "Certified for exploited children, or a safe fallback",
        "For a minor identified as exploited: fails if the place holds no valid "
        "certificate and it is not confirmed that the behaviour can be managed in an "
        "ordinary setting without danger to other children; with that confirmation an "
        "ordinary place is a recorded fallback. Cannot be told if the certificate or "
        "the confirmation is unknown.",
        _B,
        Remedy.RELICENSE,
        {
            "minor_age": Parameter(18, "the rule is for people younger than this", 0, 25),
            "identifications": Parameter(
                ["verified", "suspected"],
                "which identified people need it",
                choices=_IDENTIFICATIONS,
            ),
            "fallback": Parameter(True, "whether an ordinary place may stand in"),
        },
    ),
    RuleSpec(
        "background-check",
        "Background check clear",
        "Fails if the check of the adults in a family, kinship or host home is pending "
        "or expired. Cannot be told if nobody has said.",
        _B,
        Remedy.CONFIRM,
    ),
    RuleSpec(
        "training",
        "Trained for trafficking",
        "Fails if a course that the policy asks for is missing, or has ended for any "
        "caregiver of the home. Labour trafficking can ask for courses of its own. "
        "Cannot be told if the training record or an end date is unknown.",
        _B,
        Remedy.TRAIN,
        {
            "courses": Parameter(["trafficking"], "courses every home needs", choices=_COURSES),
            "labour_courses": Parameter(
                [], "courses needed as well for labour trafficking", choices=_COURSES
            ),
            "identifications": Parameter(
                ["verified", "suspected", "at_risk"],
                "which identified people need it",
                choices=_IDENTIFICATIONS,
            ),
            "grace_days": Parameter(0, "days a lapsed course still counts", 0, 365),
        },
    ),
    RuleSpec(
        "beds",
        "Beds enough",
        "Fails if fewer beds are free than the person and the children with them need, "
        "in the pool or under the provider's licensed capacity. Cannot be told if the "
        "vacancy is unknown, or how many children come along.",
        _C,
        Remedy.ADD_BED,
        {
            "foster_cap": Parameter(
                6,
                "foster children in a family home, unless it holds an exception",
                1,
                20,
            )
        },
    ),
    RuleSpec(
        "staffing",
        "Staff enough",
        "Fails if the staff on shift, at so many residents for each as is recorded, "
        "cannot look after the person and the children with them besides those who live "
        "there; all who are placed there count together. Cannot be told if only one of "
        "the two numbers is recorded. Holds if neither is.",
        _C,
        Remedy.STAFF,
    ),
    RuleSpec(
        "opening",
        "Open in time",
        "Fails if the beds open after the person needs one.",
        _C,
        Remedy.ADD_BED,
        {
            "tonight_days": Parameter(0, "days an urgent referral can wait", 0, 30),
            "soon_days": Parameter(3, "days a 72-hour referral can wait", 0, 60),
            "planned_days": Parameter(14, "days a planned referral can wait", 0, 365),
        },
    ),
    RuleSpec(
        "freshness",
        "Vacancy confirmed lately",
        "Cannot be told if the vacancy was last confirmed longer ago than the limit, "
        "or nobody has said when: ask before placing.",
        _C,
        Remedy.CONFIRM,
        {"stale_hours": Parameter(24, "hours after which a vacancy is stale", 1, 8760)},
    ),
    RuleSpec(
        "age",
        "Age at move-in",
        "Fails if the person is younger or older than the bed pool takes. Cannot be "
        "told if the age or the limits are unknown.",
        _D,
        Remedy.RELICENSE,
    ),
    RuleSpec(
        "age-stay",
        "Age over the stay",
        "Fails if the person would pass the oldest age during the stay. Cannot be told "
        "if the person is at the oldest age and the birthday or the stay is unknown.",
        _D,
        Remedy.RELICENSE,
    ),
    RuleSpec(
        "gender",
        "Gender served",
        "Fails if the bed pool does not serve the person's gender. Transgender and "
        "non-binary people are placed by the settings they themselves say they can "
        "live in; a pool that has not said whether it serves them is asked.",
        _D,
        Remedy.RELICENSE,
    ),
    RuleSpec(
        "household",
        "Alone or with children",
        "Fails if the bed is for families and the person comes alone, or the other way "
        "round. Cannot be told if either is unknown.",
        _D,
        Remedy.RELICENSE,
    ),
    RuleSpec(
        "trafficking-type",
        "Takes survivors of this trafficking",
        "Fails if the provider takes survivors of the other kind only.",
        _D,
        Remedy.WAIVE,
    ),
    RuleSpec(
        "identification",
        "Takes people so identified",
        "Fails if the provider takes only people identified otherwise (verified, "
        "suspected, at risk).",
        _D,
        Remedy.WAIVE,
    ),
    RuleSpec(
        "referral-source",
        "Takes referrals from this source",
        "Fails if the provider does not take referrals from who is asking.",
        _D,
        Remedy.WAIVE,
    ),
    RuleSpec(
        "reserved",
        "Not reserved for others",
        "Fails if the beds are reserved for people identified otherwise.",
        _D,
        Remedy.WAIVE,
    ),
    RuleSpec(
        "excludes-pregnancy",
        "Takes pregnant people",
        "Fails if the person is pregnant and the programme excludes pregnancy.",
        _D,
        Remedy.WAIVE,
    ),
    RuleSpec(
        "excludes-parenting",
        "Takes parents with a child",
        "Fails if a child comes along and the programme excludes parents.",
        _D,
        Remedy.WAIVE,
    ),
    RuleSpec(
        "excludes-medical",
        "Takes medically fragile people",
        "Fails if the person is medically fragile and the programme excludes that.",
        _D,
        Remedy.WAIVE,
    ),
    RuleSpec(
        "excludes-developmental",
        "Takes people with developmental needs",
        "Fails if the person has moderate or severe developmental needs and the "
        "programme excludes them.",
        _D,
        Remedy.WAIVE,
    ),
    RuleSpec(
        "excludes-behaviour",
        "Takes people with these behaviours",
        "Fails if the programme excludes a behaviour that the person has.",
        _D,
        Remedy.WAIVE,
    ),
    RuleSpec(
        "excludes-substance",
        "Takes people who use substances",
        "Fails if the person needs treatment for substance use and the programme "
        "excludes that.",
        _D,
        Remedy.WAIVE,
    ),
    RuleSpec(
        "need-substance",
        "Substance-use treatment",
        "Fails if the person needs detoxification or inpatient treatment and the "
        "provider has none.",
        _D,
        Remedy.RELICENSE,
    ),
    RuleSpec(
        "need-mental-health",
        "Mental-health care",
        "Fails if the person needs intensive or inpatient mental-health care and the "
        "provider has none.",
        _D,
        Remedy.RELICENSE,
    ),
    RuleSpec(
        "need-medical",
        "Medical care",
        "Fails if the person needs nursing or inpatient medical care and the provider "
        "has none.",
        _D,
        Remedy.RELICENSE,
    ),
    RuleSpec(
        "need-developmental",
        "Developmental support",
        "Fails if the person needs moderate or severe developmental support and the "
        "provider has none.",
        _D,
        Remedy.TRAIN,
    ),
    RuleSpec(
        "need-parenting",
        "Care for pregnant or parenting people",
        "Fails if the person is pregnant or parenting and the provider has no such care.",
        _D,
        Remedy.TRAIN,
    ),
    RuleSpec(
        "need-access",
        "Access needs met",
        "Fails if an access need of the person is not met by the provider.",
        _D,
        Remedy.RELICENSE,
    ),
    RuleSpec(
        "language",
        "A shared language or an interpreter",
        "Fails if nobody there speaks a language of the person and an interpreter will "
        "not do for the person.",
        _D,
        Remedy.RECRUIT,
    ),
    RuleSpec(
        "run-risk",
        "Can keep safe someone likely to run",
        "Fails if the person's run risk is higher than the provider accepts.",
        _D,
        Remedy.WAIVE,
    ),
    RuleSpec(
        "supervision",
        "Awake staff where recruitment is a risk",
        "Fails if the person may recruit others or be recruited (high risk) and a "
        "congregate setting has no staff awake at night.",
        _D,
        Remedy.WAIVE,
    ),
    RuleSpec(
        "stay",
        "Stay long enough",
        "Fails if the longest stay is shorter than the stay needed, for referrals of "
        "the urgencies named.",
        _D,
        Remedy.WAIVE,
        {"urgencies": Parameter(["planned"], "urgencies the rule is for", choices=_URGENCIES)},
    ),
    RuleSpec(
        "intake-hours",
        "Takes people in at this hour",
        "Fails if the bed is needed now and the provider does not take people in round "
        "the clock.",
        _D,
        Remedy.WAIVE,
        {"urgencies": Parameter(["tonight"], "urgencies the rule is for", choices=_URGENCIES)},
    ),
    RuleSpec(
        "danger-zone",
        "Away from danger zones",
        "Fails if the provider's county is nearer than the limit to a county that the "
        "person must avoid, or is that county. Cannot be told if nobody has asked "
        "where the danger is, or the provider's county is unknown.",
        _D,
        Remedy.WAIVE,
        {"min_miles": Parameter(25, "miles between county centres", 0, 5000)},
    ),
    RuleSpec(
        "compromised",
        "Site not compromised",
        "Fails until the recorded date while a site is marked compromised, unless two "
        "people have cleared it.",
        _D,
        Remedy.NONE,
    ),
    RuleSpec(
        "kept-apart",
        "Apart from people already there",
        "Fails if the person must be kept apart from somebody who lives there. Cannot "
        "be told if nobody has said who must be kept apart, or who lives there.",
        _D,
        Remedy.NONE,
    ),
    RuleSpec(
        "resident-gender",
        "Fits the gender of the residents",
        "Fails if the beds are locked to the gender of the people living there and the "
        "person does not fit it. Empty beds that serve several genders take that of the "
        "first to move in: all who are placed there must fit it. Cannot be told if the "
        "gender, or for some people the settings they can live in, are unknown.",
        _D,
        Remedy.ADD_BED,
        {
            "empty_pools_lock": Parameter(
                True, "whether the first to move into empty beds decides who else may"
            )
        },
    ),
    RuleSpec(
        "resident-age",
        "Fits the ages of the residents",
        "Fails if the person would widen the spread of ages in the home beyond its "
        "limit. All who are placed there must lie within it together. Cannot be told if "
        "the age, or those of the residents, are unknown.",
        _D,
        Remedy.WAIVE,
    ),
    RuleSpec(
        "acuity",
        "Room for one more with high needs",
        "Fails if the person has high needs and the provider already has as many "
        "residents with high needs as it can keep safe; those placed there count "
        "together. Cannot be told if the needs, or how many live there, are unknown.",
        _D,
        Remedy.ADD_BED,
    ),
    RuleSpec(
        "affirming",
        "Affirming, where asked for",
        "Fails if the person asks for an LGBTQ+ affirming place and this one says that "
        "it is not.",
        _D,
        Remedy.TRAIN,
    ),
    RuleSpec(
        "do-not-place",
        "Not ruled out for this person",
        "Fails if a worker has recorded that the person must not be placed there.",
        _D,
        Remedy.WAIVE,
    ),
    RuleSpec(
        "declined",
        "Provider has not declined",
        "Fails if the provider has declined this person.",
        Stage.PROVIDER_DECLINED,
        Remedy.NONE,
    ),
    RuleSpec(
        "veto",
        "The person has not refused it",
        "Fails if the person has said that they will not go there.",
        Stage.PERSON,
        Remedy.NONE,
    ),
    RuleSpec(
        "funding",
        "Payment possible",
        "Fails if no payer of the person is accepted by the provider.",
        Stage.FUNDING,
        Remedy.WAIVE,
    ),
    RuleSpec(
        "family-first",
        "Family First category",
        "Fails if federal payment is the only payer, the stay is longer than the limit "
        "and the provider is in no category that may be paid for so long.",
        Stage.FUNDING,
        Remedy.RELICENSE,
        {
            "max_days": Parameter(14, "days paid in any child-care institution", 0, 365),
            "minor_age": Parameter(18, "the rule is for people younger than this", 0, 25),
        },
    ),
    RuleSpec(
        "together",
        "The group can stay together",
        "Fails where the person could live but somebody of the group that stays together "
        "could not, and everywhere if two of the group must be kept apart.",
        _D,
        Remedy.WAIVE,
    ),
)

PREFERENCES: tuple[PreferenceSpec, ...] = (
    PreferenceSpec(
        "certainty",
        "Facts known",
        "Points for every fact that must be asked before placing, more for more urgent "
        "people, so that confirmed beds go to those who need one soonest.",
        {"points_per_fact": Parameter(2, "points for each open question", 0, 10)},
    ),
    PreferenceSpec(
        "least-restrictive",
        "Most family-like setting",
        "Points for a more restrictive setting than the least restrictive one found "
        "suitable for the person.",
    ),
    PreferenceSpec(
        "distance",
        "Close to home",
        "Points for each band of distance from the home county.",
        {
            "bands_miles": Parameter(
                [10, 25, 50, 75, 100], "upper ends of the bands, in miles", 0, 5000
            )
        },
    ),
    PreferenceSpec(
        "school",
        "School kept",
        "Points if the place is outside the county of the school.",
    ),
    PreferenceSpec(
        "siblings",
        "Near brothers and sisters",
        "Points if the place is outside the county where brothers or sisters live.",
    ),
    PreferenceSpec(
        "training",
        "Specialised training beyond the minimum",
        "Points where the home has none of the courses that help but are not required.",
    ),
    PreferenceSpec(
        "language",
        "Own language spoken",
        "Points where the first language of the person is not spoken.",
    ),
    PreferenceSpec(
        "wishes",
        "The person's own wishes",
        "Points for a place that is lower on, or not on, the person's own list.",
    ),
    PreferenceSpec(
        "faith",
        "Faith preference",
        "Points where the faith character is not the one the person asked for.",
    ),
    PreferenceSpec(
        "devices",
        "Telephone and internet",
        "Points where the rules on telephones are stricter than the person asked for.",
    ),
    PreferenceSpec(
        "freshness",
        "Vacancy news fresh",
        "Points for each day since the vacancy was last confirmed.",
    ),
    PreferenceSpec(
        "scarce",
        "Specialised beds kept for those who need them",
        "Points for using a certified or specialised bed for a person who does not need it.",
    ),
)

RULE_BY_CODE: dict[str, RuleSpec] = {spec.code: spec for spec in RULES}
PREFERENCE_BY_CODE: dict[str, PreferenceSpec] = {spec.code: spec for spec in PREFERENCES}
