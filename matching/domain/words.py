"""The closed vocabularies of the field, spelled once.

Every value is the word as it stands in files, in the record and in exports.
A field that is not known is ``None`` everywhere; no vocabulary has an
"unknown" member, so that unknown can never be mistaken for a value.
"""

from __future__ import annotations

from enum import StrEnum


class Urgency(StrEnum):
    """When the bed is needed, from most to least urgent."""

    TONIGHT = "tonight"
    WITHIN_72_HOURS = "72h"
    PLANNED = "planned"


class Trigger(StrEnum):
    """Why a place is sought."""

    REMOVAL = "removal"
    DISCHARGE_NOTICE = "discharge_notice"
    SAFETY_MOVE = "safety_move"
    KIN_REQUEST = "kin_request"
    COURT_ORDER = "court_order"
    RECOVERED_FROM_MISSING = "recovered_from_missing"
    SELF_REFERRAL = "self_referral"


class ReferralSource(StrEnum):
    """Who asks for the place."""

    AGENCY = "agency"
    POLICE = "police"
    SELF = "self"


class Presence(StrEnum):
    """Where the person is now; a missing person stays in demand."""

    PRESENT = "present"
    MISSING = "missing"
    HOSPITAL = "hospital"


class Gender(StrEnum):
    """Gender as the survivor states it, and genders a bed pool serves."""

    FEMALE = "female"
    MALE = "male"
    TRANS_FEMALE = "trans_female"
    TRANS_MALE = "trans_male"
    NONBINARY = "nonbinary"


class Setting(StrEnum):
    """Kinds of setting a person says they can live in."""

    FEMALE = "female"
    MALE = "male"
    MIXED = "mixed"


class TraffickingType(StrEnum):
    """Kind of trafficking experienced."""

    SEX = "sex"
    LABOUR = "labour"
    BOTH = "both"


class Identification(StrEnum):
    """How far the person is identified as a survivor of trafficking."""

    VERIFIED = "verified"
    SUSPECTED = "suspected"
    AT_RISK = "at_risk"


class Level(StrEnum):
    """A professional's coarse judgement, with the rule used recorded elsewhere."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class SubstanceNeed(StrEnum):
    """Treatment needed for substance use."""

    NONE = "none"
    OUTPATIENT = "outpatient"
    DETOX = "detox"
    INPATIENT = "inpatient"


class CareNeed(StrEnum):
    """Mental-health or medical care needed."""

    NONE = "none"
    STANDARD = "standard"
    INTENSIVE = "intensive"
    INPATIENT = "inpatient"


class DevelopmentalNeed(StrEnum):
    """Developmental support needed; an access need, never a penalty."""

    NONE = "none"
    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"


class Parenting(StrEnum):
    """Pregnant or parenting status."""

    NONE = "none"
    PREGNANT = "pregnant"
    PARENTING = "parenting"


class Behaviour(StrEnum):
    """Behaviours a home must be able to manage."""

    AGGRESSION = "aggression"
    FIRE_SETTING = "fire_setting"
    SEXUALISED = "sexualised"
    SELF_HARM = "self_harm"


class Exclusion(StrEnum):
    """Groups a programme states that it does not take."""

    PREGNANCY = "pregnancy"
    PARENTING = "parenting"
    MEDICAL_FRAGILITY = "medical_fragility"
    DEVELOPMENTAL = "developmental"
    AGGRESSION = "aggression"
    FIRE_SETTING = "fire_setting"
    SEXUALISED = "sexualised"
    SELF_HARM = "self_harm"
    SUBSTANCE_USE = "substance_use"


class Capability(StrEnum):
    """Services and access features a provider has."""

    DETOX = "detox"
    INPATIENT_SUBSTANCE = "inpatient_substance"
    INPATIENT_MENTAL_HEALTH = "inpatient_mental_health"
    THERAPY = "therapy"
    NURSING = "nursing"
    INPATIENT_MEDICAL = "inpatient_medical"
    DEVELOPMENTAL_SUPPORT = "developmental_support"
    PRENATAL_CARE = "prenatal_care"
    PARENTING_SUPPORT = "parenting_support"
    WHEELCHAIR = "wheelchair"
    SIGN_LANGUAGE = "sign_language"
    LOW_VISION = "low_vision"
    SENSORY = "sensory"
    SERVICE_ANIMAL = "service_animal"
    ON_SITE_SCHOOL = "on_site_school"
    LEGAL_ADVOCACY = "legal_advocacy"
    SURVIVOR_MENTOR = "survivor_mentor"
    SECURITY_STAFF = "security_staff"


class PlacementType(StrEnum):
    """Placement types, from least to most restrictive."""

    KINSHIP = "kinship"
    FOSTER_HOME = "foster_home"
    HOST_HOME = "host_home"
    SPECIALISED_FOSTER_HOME = "specialised_foster_home"
    SAFE_FOSTER_HOME = "safe_foster_home"
    SUPERVISED_INDEPENDENT = "supervised_independent"
    TRANSITIONAL = "transitional"
    EMERGENCY_SHELTER = "emergency_shelter"
    SAFE_HAVEN = "safe_haven"
    SAFE_HOUSE = "safe_house"
    RESIDENTIAL = "residential"
    QRTP = "qrtp"
    INPATIENT = "inpatient"


#: 1 (most family-like) to 9 (most restrictive). Source: notes on s. 39.523, Fla.
#: Stat. (least restrictive setting); the numbers themselves are this software's.
RESTRICTIVENESS: dict[PlacementType, int] = {
    PlacementType.KINSHIP: 1,
    PlacementType.FOSTER_HOME: 2,
    PlacementType.HOST_HOME: 2,
    PlacementType.SPECIALISED_FOSTER_HOME: 3,
    PlacementType.SAFE_FOSTER_HOME: 3,
    PlacementType.SUPERVISED_INDEPENDENT: 4,
    PlacementType.TRANSITIONAL: 5,
    PlacementType.EMERGENCY_SHELTER: 6,
    PlacementType.SAFE_HAVEN: 6,
    PlacementType.SAFE_HOUSE: 7,
    PlacementType.RESIDENTIAL: 7,
    PlacementType.QRTP: 8,
    PlacementType.INPATIENT: 9,
}

#: Types that exist only on top of a certificate, and what the same place is
#: when only its base licence holds (a safe foster home without its certificate
#: is an ordinary foster home; a safe house without one is a residential home).
WITHOUT_CERTIFICATE: dict[PlacementType, PlacementType] = {
    PlacementType.SAFE_FOSTER_HOME: PlacementType.FOSTER_HOME,
    PlacementType.SAFE_HOUSE: PlacementType.RESIDENTIAL,
}

#: Homes of a family, where the cap on foster children applies (42 U.S.C. 672(c)).
FOSTER_FAMILY_TYPES = frozenset(
    {
        PlacementType.FOSTER_HOME,
        PlacementType.SPECIALISED_FOSTER_HOME,
        PlacementType.SAFE_FOSTER_HOME,
    }
)


class Certificate(StrEnum):
    """Certificate on top of the base licence."""

    NONE = "none"
    SAFE_FOSTER_HOME = "safe_foster_home"
    SAFE_HOUSE = "safe_house"
    SAFE_HOUSE_TIER_1 = "safe_house_tier_1"
    SAFE_HOUSE_TIER_2 = "safe_house_tier_2"
    TRAFFICKING_SERVICE = "trafficking_service"


class LicenceStatus(StrEnum):
    """State of the base licence."""

    ACTIVE = "active"
    PROBATION = "probation"
    EXPIRED = "expired"
    REVOKED = "revoked"
    NOT_REQUIRED = "not_required"


class FamilyFirstCategory(StrEnum):
    """Title IV-E payment category under the Family First Act."""

    FAMILY = "family"
    QRTP = "qrtp"
    TRAFFICKING_SETTING = "trafficking_setting"
    PARENTING_SETTING = "parenting_setting"
    INDEPENDENT_LIVING = "independent_living"
    OTHER = "other"


class Funding(StrEnum):
    """Who pays."""

    IV_E = "iv_e"
    STATE = "state"
    VOCA = "voca"
    PRIVATE = "private"
    NONE = "none"


class FaithCharacter(StrEnum):
    """A programme's faith character; a survivor's participation is voluntary."""

    RELIGIOUS = "religious"
    FAITH_BASED = "faith_based"
    FAITH_FRIENDLY = "faith_friendly"
    SECULAR = "secular"


class DevicePolicy(StrEnum):
    """Whether residents may use telephones and the internet."""

    OPEN = "open"
    SUPERVISED = "supervised"
    NONE = "none"


class IcwaStatus(StrEnum):
    """Whether the Indian Child Welfare Act applies."""

    YES = "yes"
    NO = "no"
    INQUIRY = "inquiry"


class IcwaTier(StrEnum):
    """Foster placement preferences, in the order of 25 CFR 23.131(b)."""

    EXTENDED_FAMILY = "extended_family"
    TRIBE_LICENSED = "tribe_licensed"
    INDIAN_HOME = "indian_home"
    TRIBAL_INSTITUTION = "tribal_institution"
    NONE = "none"


class OtipStatus(StrEnum):
    """Help for foreign-national minors; never an immigration status."""

    NONE = "none"
    REFERRED = "referred"
    INTERIM = "interim"
    ELIGIBLE = "eligible"


class ExploitationDuration(StrEnum):
    """Length of exploitation, in bands."""

    UNDER_1_MONTH = "under_1_month"
    MONTHS_1_TO_6 = "1_to_6_months"
    MONTHS_6_TO_24 = "6_to_24_months"
    OVER_24_MONTHS = "over_24_months"


class LawEnforcementContact(StrEnum):
    """Kind of contact with law enforcement."""

    NONE = "none"
    COOPERATIVE = "cooperative"
    HOSTILE = "hostile"
    PENDING = "pending"


class Household(StrEnum):
    """Household a bed is meant for."""

    ALONE = "alone"
    WITH_CHILDREN = "with_children"


class BackgroundCheck(StrEnum):
    """State of the background check of the adults in a home."""

    CLEAR = "clear"
    PENDING = "pending"
    EXPIRED = "expired"


class Course(StrEnum):
    """Training courses a rule may ask for."""

    TRAFFICKING = "trafficking"
    TRAFFICKING_ANNUAL = "trafficking_annual"
    LABOUR_TRAFFICKING = "labour_trafficking"
    COMPLEX_TRAUMA = "complex_trauma"
    SUPERVISED_EXPERIENCE = "supervised_experience"


class Consent(StrEnum):
    """Written, time-limited release to share outside the agency."""

    NONE = "none"
    GIVEN = "given"
    EXPIRED = "expired"


class DataOrigin(StrEnum):
    """Where facts come from; shown as a banner."""

    SAMPLE = "sample"
    PUBLIC = "public"
    REAL = "real"


_LABELS: tuple[tuple[StrEnum, str], ...] = (
    (Urgency.WITHIN_72_HOURS, "within 72 hours"),
    (Gender.TRANS_FEMALE, "trans girl or woman"),
    (Gender.TRANS_MALE, "trans boy or man"),
    (Gender.NONBINARY, "non-binary"),
    (PlacementType.QRTP, "qualified residential treatment programme"),
    (PlacementType.SPECIALISED_FOSTER_HOME, "specialised foster home"),
    (PlacementType.RESIDENTIAL, "residential home"),
    (PlacementType.TRANSITIONAL, "transitional housing"),
    (PlacementType.SUPERVISED_INDEPENDENT, "supervised independent living"),
    (PlacementType.INPATIENT, "inpatient care"),
    (PlacementType.KINSHIP, "kinship home"),
    (FamilyFirstCategory.QRTP, "qualified residential treatment programme"),
    (Funding.IV_E, "Title IV-E"),
    (Funding.VOCA, "VOCA"),
    (Certificate.TRAFFICKING_SERVICE, "trafficking victim services"),
    (Capability.LOW_VISION, "low-vision access"),
    (Capability.SENSORY, "sensory access"),
    (Capability.WHEELCHAIR, "wheelchair access"),
    (Capability.THERAPY, "intensive therapy"),
    (Exclusion.DEVELOPMENTAL, "developmental support needs"),
    (Exclusion.SEXUALISED, "sexualised behaviour"),
    (Behaviour.SEXUALISED, "sexualised behaviour"),
)
#: By vocabulary and word: equal words of two vocabularies are equal as dict keys.
_BY_WORD = {(type(word), word.value): text for word, text in _LABELS}


def label(value: StrEnum) -> str:
    """Return the plain words for a vocabulary value.

    Parameters
    ----------
    value : StrEnum
        A member of one of this module's vocabularies.

    Returns
    -------
    str
        Lower-case words to be used inside a sentence.
    """
    return _BY_WORD.get((type(value), value.value), value.value.replace("_", " "))
