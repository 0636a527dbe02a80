"""The numbers behind the providers of the sample."""

from __future__ import annotations

from matching.domain import words as w
from matching.intake.sample_number import Number
from matching.intake.sample_number import guess as _guess

_T, _C, _X = w.PlacementType, w.Capability, w.Exclusion
_SURVEY = "bed survey 2019"

PROVIDERS: dict[str, Number] = {
    "types": _guess(
        {
            _T.FOSTER_HOME: 0.59,
            _T.SPECIALISED_FOSTER_HOME: 0.09,
            _T.SAFE_FOSTER_HOME: 0.05,
            _T.EMERGENCY_SHELTER: 0.05,
            _T.TRANSITIONAL: 0.045,
            _T.SAFE_HOUSE: 0.045,
            _T.RESIDENTIAL: 0.044,
            _T.HOST_HOME: 0.035,
            _T.SUPERVISED_INDEPENDENT: 0.016,
            _T.KINSHIP: 0.015,
            _T.QRTP: 0.017,
            _T.INPATIENT: 0.003,
        },
        "Providers of each type",
    ),
    "beds": _guess(
        {
            _T.FOSTER_HOME: (1, 4),
            _T.SPECIALISED_FOSTER_HOME: (1, 2),
            _T.SAFE_FOSTER_HOME: (1, 2),
            _T.EMERGENCY_SHELTER: (6, 18),
            _T.TRANSITIONAL: (4, 12),
            _T.SAFE_HOUSE: (4, 10),
            _T.RESIDENTIAL: (6, 14),
            _T.HOST_HOME: (1, 2),
            _T.SUPERVISED_INDEPENDENT: (3, 8),
            _T.KINSHIP: (1, 2),
            _T.QRTP: (6, 14),
            _T.INPATIENT: (4, 10),
        },
        "Fewest and most beds of one bed pool, by type",
    ),
    "two_pools": _guess(0.4, "Programmes with a separate floor for each of two groups"),
    "specialised_adult": Number(
        0.626, _SURVEY, "Specialised beds for adults only; the others are for minors"
    ),
    "specialised_genders": Number(
        {"female": 0.867, "male": 0.008, "mixed": 0.125},
        _SURVEY,
        "Specialised beds by gender served (for boys and men only: published as under 1%)",
    ),
    "genders": _guess(
        {
            "family": {"female": 0.24, "male": 0.14, "mixed": 0.37, "all": 0.25},
            "programme": {"female": 0.42, "male": 0.18, "mixed": 0.18, "all": 0.22},
        },
        "Other bed pools by gender served",
    ),
    "trans_named": _guess(
        {"not named": 0.5, "trans": 0.32, "trans and non-binary": 0.18},
        "Bed pools of one gender that name trans or non-binary people as well",
    ),
    "ages": _guess(
        {
            _T.FOSTER_HOME: {(0, 11): 0.28, (0, 17): 0.35, (12, 17): 0.25, (14, 20): 0.12},
            _T.SPECIALISED_FOSTER_HOME: {(5, 17): 0.4, (10, 17): 0.4, (12, 20): 0.2},
            _T.SAFE_FOSTER_HOME: {(10, 17): 0.6, (12, 17): 0.25, (9, 18): 0.15},
            _T.EMERGENCY_SHELTER: {(12, 17): 0.45, (16, 24): 0.2, (18, 99): 0.35},
            _T.TRANSITIONAL: {(16, 21): 0.35, (18, 24): 0.4, (18, 99): 0.25},
            _T.SAFE_HOUSE: {(12, 17): 0.6, (10, 17): 0.4},
            _T.RESIDENTIAL: {(12, 17): 0.7, (10, 17): 0.3},
            _T.HOST_HOME: {(14, 20): 0.4, (16, 21): 0.4, (18, 24): 0.2},
            _T.SUPERVISED_INDEPENDENT: {(16, 21): 0.7, (18, 24): 0.3},
            _T.KINSHIP: {(0, 17): 0.8, (0, 20): 0.2},
            _T.QRTP: {(12, 17): 0.8, (6, 17): 0.2},
            _T.INPATIENT: {(5, 17): 0.6, (12, 24): 0.4},
        },
        "Ages taken, by type (a safe house that is not for minors takes adults)",
    ),
    "occupied": _guess(
        {"family": 0.54, "programme": 0.78}, "Beds open to referrals that are taken"
    ),
    "held": _guess(0.06, "Beds neither taken nor free because they are held for somebody"),
    "short_staffed": _guess(0.3, "Programmes that cannot staff all of their beds"),
    "closed_beds": _guess(0.1, "Bed pools that keep one staffed bed closed"),
    "vacancy_known": _guess(
        {"counted": 0.77, "free beds only": 0.16, "unknown": 0.07},
        "What is known of a vacancy",
    ),
    "news": _guess(
        {"within a day": 0.79, "older": 0.15, "nobody knows": 0.06},
        "When a vacancy was last confirmed",
    ),
    "news_days": _guess(9, "Oldest news of a vacancy, in days"),
    "opens_later": _guess(0.06, "Bed pools whose beds open only later"),
    "gender_lock": _guess(
        0.2, "Occupied mixed bed pools bound to the gender of the people there"
    ),
    "age_spread": _guess(
        {"family": {18: 0.6, 8: 0.25, 5: 0.15}, "programme": {5: 0.5, 6: 0.35, 4: 0.15}},
        "Most years between residents, by kind of place (99 in places for adults)",
    ),
    "with_children": _guess(
        {"family": 0.12, "programme": 0.25}, "Bed pools that take a parent with a child"
    ),
    "reserved": _guess(0.12, "Bed pools of safe houses reserved for verified survivors"),
    "licence": _guess(
        {"active": 0.92, "probation": 0.025, "expired": 0.045, "revoked": 0.01},
        "Providers by state of the licence",
    ),
    "certificate_lapsed": _guess(0.1, "Certificates that have lapsed"),
    "safe_house_tiers": _guess(
        {
            w.Certificate.SAFE_HOUSE: 0.4,
            w.Certificate.SAFE_HOUSE_TIER_2: 0.5,
            w.Certificate.SAFE_HOUSE_TIER_1: 0.1,
        },
        "Certificates of safe houses",
    ),
    "trafficking_service": _guess(
        0.12, "Shelters and residential programmes certified for trafficking"
    ),
    "background": _guess(
        {
            w.BackgroundCheck.CLEAR: 0.94,
            w.BackgroundCheck.PENDING: 0.04,
            w.BackgroundCheck.EXPIRED: 0.02,
        },
        "Homes by state of the background check",
    ),
    "trained": _guess(
        {
            "ordinary home": {"valid": 0.46, "lapsed": 0.14, "none": 0.4},
            "specialised home": {"valid": 0.78, "lapsed": 0.12, "none": 0.1},
            "programme": {"valid": 0.74, "lapsed": 0.13, "none": 0.13},
            "independent": {"valid": 0.12, "lapsed": 0.38, "none": 0.5},
        },
        "Providers by training for trafficking (the share of foster homes trained is "
        "published nowhere)",
    ),
    "caregivers": _guess(
        {"family": {1: 0.45, 2: 0.55}, "programme": {2: 0.3, 3: 0.4, 4: 0.3}},
        "Caregivers on record",
    ),
    "other_courses": _guess(
        {
            w.Course.TRAFFICKING_ANNUAL: 0.7,
            w.Course.COMPLEX_TRAUMA: 0.45,
            w.Course.LABOUR_TRAFFICKING: 0.3,
            w.Course.SUPERVISED_EXPERIENCE: 0.25,
        },
        "Trained caregivers with each further course",
    ),
    "trainable": _guess(0.65, "Homes that would take the training they lack"),
    "foster_cap": Number(6, "Family First", "Most foster children in a family home"),
    "staff_ratio": Number(
        4, "Florida standards", "Young people for each member of direct-care staff"
    ),
    "staff_counted": _guess(0.6, "Programmes that count the staff on shift"),
    "staff_short": _guess(0.2, "Of them, with one fewer on shift than their staffed beds need"),
    "receiving_stay": Number(
        90, "Georgia centre", "Longest stay in a receiving centre, in days"
    ),
    "receiving_excludes": Number(
        frozenset({_X.PREGNANCY, _X.MEDICAL_FRAGILITY, _X.DEVELOPMENTAL}),
        "Georgia centre",
        "What a receiving centre does not take",
    ),
    "receiving_share": _guess(
        0.4, "Emergency shelters for minors and safe houses that exclude as that centre does"
    ),
    "excludes": _guess(
        {
            "family": {
                _X.FIRE_SETTING: 0.22,
                _X.SEXUALISED: 0.16,
                _X.AGGRESSION: 0.14,
                _X.PREGNANCY: 0.06,
                _X.PARENTING: 0.1,
                _X.MEDICAL_FRAGILITY: 0.06,
                _X.SUBSTANCE_USE: 0.14,
                _X.SELF_HARM: 0.03,
            },
            "programme": {
                _X.FIRE_SETTING: 0.3,
                _X.AGGRESSION: 0.1,
                _X.SEXUALISED: 0.08,
                _X.PARENTING: 0.3,
                _X.MEDICAL_FRAGILITY: 0.12,
                _X.DEVELOPMENTAL: 0.08,
                _X.SUBSTANCE_USE: 0.12,
            },
        },
        "What other providers do not take",
    ),
    "capabilities": _guess(
        {
            "ordinary home": {
                _C.PRENATAL_CARE: 0.4,
                _C.PARENTING_SUPPORT: 0.4,
                _C.WHEELCHAIR: 0.2,
                _C.SENSORY: 0.3,
                _C.SERVICE_ANIMAL: 0.2,
                _C.DEVELOPMENTAL_SUPPORT: 0.12,
                _C.THERAPY: 0.12,
            },
            "specialised home": {
                _C.THERAPY: 0.75,
                _C.PRENATAL_CARE: 0.4,
                _C.PARENTING_SUPPORT: 0.4,
                _C.WHEELCHAIR: 0.15,
                _C.SENSORY: 0.25,
                _C.SERVICE_ANIMAL: 0.2,
                _C.DEVELOPMENTAL_SUPPORT: 0.35,
                _C.SURVIVOR_MENTOR: 0.4,
            },
            "programme": {
                _C.THERAPY: 0.75,
                _C.NURSING: 0.45,
                _C.PRENATAL_CARE: 0.35,
                _C.PARENTING_SUPPORT: 0.35,
                _C.WHEELCHAIR: 0.45,
                _C.SIGN_LANGUAGE: 0.1,
                _C.LOW_VISION: 0.1,
                _C.SENSORY: 0.25,
                _C.SERVICE_ANIMAL: 0.35,
                _C.ON_SITE_SCHOOL: 0.35,
                _C.LEGAL_ADVOCACY: 0.45,
                _C.SURVIVOR_MENTOR: 0.4,
                _C.SECURITY_STAFF: 0.5,
                _C.DETOX: 0.1,
                _C.INPATIENT_SUBSTANCE: 0.06,
                _C.DEVELOPMENTAL_SUPPORT: 0.3,
            },
        },
        "Services and access features",
    ),
    "languages_spoken": _guess(
        {"es": 0.3, "ht": 0.05, "zh": 0.04, "vi": 0.03, "ar": 0.03, "ase": 0.02},
        "Providers where a language other than English is spoken",
    ),
    "trafficking_served": _guess(
        {"all": 0.68, "sex, also with labour": 0.12, "sex only": 0.16, "labour": 0.04},
        "Providers by kind of trafficking served",
    ),
    "identified_served": _guess(
        {"all": 0.84, "verified or suspected": 0.11, "verified": 0.05},
        "Providers by how far a person must be identified",
    ),
    "sources_served": _guess(
        {"all": 0.45, "agency or police": 0.35, "agency": 0.2},
        "Providers by who may refer",
    ),
    "run_tolerance": _guess(
        {
            "family": {w.Level.LOW: 0.2, w.Level.MEDIUM: 0.5, w.Level.HIGH: 0.3},
            "programme": {w.Level.LOW: 0.05, w.Level.MEDIUM: 0.35, w.Level.HIGH: 0.6},
        },
        "Highest risk of running that a place can keep safe",
    ),
    "awake_night": _guess(
        {"family": 0.04, "programme": 0.85}, "Places with staff awake at night"
    ),
    "intake_24_7": _guess(
        {"family": 0.62, "programme": 0.75}, "Places that take people in round the clock"
    ),
    "stay": _guess(
        {
            "family": {365: 0.6, 730: 0.3, 90: 0.1},
            "programme": {180: 0.35, 365: 0.45, 90: 0.2},
            "shelter": {30: 0.45, 60: 0.25, 90: 0.3},
        },
        "Longest stay, in days",
    ),
    "payers": _guess(
        {
            "family": {"federal and state": 0.85, "state": 0.1, "private": 0.05},
            "programme": {"all public": 0.7, "victim funds and private": 0.15, "state": 0.15},
        },
        "Payers accepted",
    ),
    "affirming": _guess(0.68, "Providers that declare themselves LGBTQ+ affirming"),
    "faith": _guess(
        {
            w.FaithCharacter.SECULAR: 0.6,
            w.FaithCharacter.FAITH_FRIENDLY: 0.2,
            w.FaithCharacter.FAITH_BASED: 0.13,
            w.FaithCharacter.RELIGIOUS: 0.07,
        },
        "Providers by faith character",
    ),
    "devices": _guess(
        {
            w.DevicePolicy.SUPERVISED: 0.6,
            w.DevicePolicy.OPEN: 0.3,
            w.DevicePolicy.NONE: 0.1,
        },
        "Providers by rule on telephones",
    ),
    "icwa_homes": _guess(
        {
            w.IcwaTier.NONE: 0.94,
            w.IcwaTier.TRIBE_LICENSED: 0.025,
            w.IcwaTier.INDIAN_HOME: 0.025,
            w.IcwaTier.TRIBAL_INSTITUTION: 0.01,
        },
        "Providers by tier of the Indian Child Welfare Act",
    ),
    "violence": _guess(0.3, "Shelters and transitional programmes for domestic violence"),
    "area_named": _guess(0.3, "Providers that name the counties they serve"),
    "area_miles": _guess(60, "Farthest county such a provider serves, in miles"),
    "compromised": _guess(0.015, "Sites marked as compromised"),
    "cleared": _guess(0.5, "Of those, sites that two people have cleared"),
    "spare_licence": _guess(0.3, "Homes licensed for one more than their beds"),
    "open_recorded": _guess(0.9, "Other places recorded as not confidential"),
    "contacts": _guess({"intake desk": 0.7, "placement desk": 0.3}, "Whom to call"),
    "confirmed_by": _guess(
        {"intake desk": 0.6, "placement desk": 0.25, "provider portal": 0.15},
        "Who confirmed a vacancy",
    ),
    "locked_to": _guess(
        {w.Gender.FEMALE: 0.7, w.Gender.MALE: 0.3}, "Gender to which such beds are bound"
    ),
    "resident_tokens": _guess(0.05, "Providers with a resident somebody must be kept from"),
    "high_acuity": _guess(0.2, "Residents with high needs"),
}
