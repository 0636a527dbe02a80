"""The numbers behind the region and the referrals of the sample."""

from __future__ import annotations

from matching.domain import words as w
from matching.intake.sample_number import Number
from matching.intake.sample_number import guess as _guess

_T, _G, _C, _B = w.PlacementType, w.Gender, w.Capability, w.Behaviour

REGION: dict[str, Number] = {
    "providers_per_county": _guess(10, "Providers for each county of the region"),
    "fewest_counties": _guess(8, "Counties of the smallest region"),
    "county_kinds": _guess({"city": 0.12, "town": 0.33, "country": 0.55}, "Kinds of county"),
    "county_people": _guess(
        {"city": 14.0, "town": 4.0, "country": 0.7},
        "People in a county of each kind, as parts of one measure",
        bare=True,
    ),
    "provider_urban": _guess(
        0.75, "Power of a county's people with which providers cluster in it", bare=True
    ),
    "referral_urban": _guess(
        0.95, "Power of a county's people with which referrals come from it", bare=True
    ),
    "hurried": _guess(0.08, "Records that somebody filled in a hurry"),
    "unknown_hurried": _guess(0.30, "Facts that a record filled in a hurry leaves unknown"),
    "unknown_careful": _guess(0.006, "Facts that any other record leaves unknown"),
}

#: The kinds of place that suit, by the name of a pattern.
FAMILY = frozenset(
    {
        _T.KINSHIP,
        _T.FOSTER_HOME,
        _T.HOST_HOME,
        _T.SPECIALISED_FOSTER_HOME,
        _T.SAFE_FOSTER_HOME,
    }
)
PATTERNS: dict[str, frozenset[w.PlacementType]] = {
    "family": FAMILY,
    "specialised": frozenset(
        {_T.SPECIALISED_FOSTER_HOME, _T.SAFE_FOSTER_HOME, _T.SAFE_HOUSE}
    ),
    "family or shelter": FAMILY | {_T.EMERGENCY_SHELTER, _T.SAFE_HOUSE},
    "residential": frozenset({_T.SAFE_HOUSE, _T.RESIDENTIAL, _T.QRTP}),
    "inpatient": frozenset({_T.INPATIENT}),
    "towards independence": FAMILY | {_T.SUPERVISED_INDEPENDENT, _T.TRANSITIONAL},
    "independent": frozenset({_T.SUPERVISED_INDEPENDENT}),
    "adult": frozenset(
        {_T.TRANSITIONAL, _T.SAFE_HOUSE, _T.EMERGENCY_SHELTER, _T.SAFE_HAVEN, _T.HOST_HOME,
         _T.SUPERVISED_INDEPENDENT}
    ),
}  # fmt: skip

REFERRALS: dict[str, Number] = {
    "ages": _guess(
        {"5 to 11": 0.06, "12 to 14": 0.24, "15 to 17": 0.5, "18 to 20": 0.11,
         "21 to 24": 0.06, "25 to 40": 0.03},
        "Referrals by age in years",
    ),
    "female": Number(
        0.86, "Connecticut 2021", "Referrals of girls and women, trans girls and women included"
    ),
    "genders": _guess(
        {_G.FEMALE: 0.83, _G.TRANS_FEMALE: 0.03, _G.MALE: 0.085, _G.TRANS_MALE: 0.03,
         _G.NONBINARY: 0.025},
        "Referrals by the gender they state",
    ),
    "settings_trans": _guess(
        {"own gender": 0.5, "own gender or mixed": 0.3, "any": 0.2},
        "Settings in which trans young people say they can live",
    ),
    "affirming_asked": _guess(
        {"binary": 0.05, "other": 0.7}, "Referrals that ask for an affirming place"
    ),
    "urgency": _guess(
        {w.Urgency.TONIGHT: 0.3, w.Urgency.WITHIN_72_HOURS: 0.4, w.Urgency.PLANNED: 0.3},
        "Referrals by urgency",
    ),
    "waiting_hours": _guess(
        {w.Urgency.TONIGHT: 30, w.Urgency.WITHIN_72_HOURS: 96, w.Urgency.PLANNED: 480},
        "Longest wait so far, in hours, by urgency",
    ),
    "trigger": _guess(
        {w.Trigger.REMOVAL: 0.25, w.Trigger.DISCHARGE_NOTICE: 0.2, w.Trigger.SAFETY_MOVE: 0.2,
         w.Trigger.RECOVERED_FROM_MISSING: 0.2, w.Trigger.COURT_ORDER: 0.08,
         w.Trigger.KIN_REQUEST: 0.05, w.Trigger.SELF_REFERRAL: 0.02},
        "Referrals by what led to them",
    ),
    "source": _guess(
        {w.ReferralSource.AGENCY: 0.83, w.ReferralSource.POLICE: 0.13,
         w.ReferralSource.SELF: 0.04},
        "Referrals by who asks",
    ),
    "presence": _guess(
        {w.Presence.PRESENT: 0.95, w.Presence.MISSING: 0.03, w.Presence.HOSPITAL: 0.02},
        "Referrals by where the person is",
    ),
    "trafficking": _guess(
        {w.TraffickingType.SEX: 0.82, w.TraffickingType.LABOUR: 0.09,
         w.TraffickingType.BOTH: 0.09},
        "Referrals by kind of trafficking",
    ),
    "identification": _guess(
        {w.Identification.VERIFIED: 0.45, w.Identification.SUSPECTED: 0.4,
         w.Identification.AT_RISK: 0.15},
        "Referrals by how far the person is identified",
    ),
    "run_risk": _guess(
        {w.Level.LOW: 0.4, w.Level.MEDIUM: 0.38, w.Level.HIGH: 0.22}, "Risk of running"
    ),
    "recruitment_risk": _guess(
        {w.Level.LOW: 0.65, w.Level.MEDIUM: 0.25, w.Level.HIGH: 0.1}, "Risk of recruiting"
    ),
    "levels": _guess(
        {w.Level.LOW: 0.25, w.Level.MEDIUM: 0.4, w.Level.HIGH: 0.35},
        "Attachment to the exploiter, and level of trauma",
    ),
    "police": _guess(
        {w.LawEnforcementContact.NONE: 0.3, w.LawEnforcementContact.COOPERATIVE: 0.35,
         w.LawEnforcementContact.PENDING: 0.2, w.LawEnforcementContact.HOSTILE: 0.15},
        "Contact with police",
    ),
    "duration": _guess(
        {w.ExploitationDuration.UNDER_1_MONTH: 0.15, w.ExploitationDuration.MONTHS_1_TO_6: 0.35,
         w.ExploitationDuration.MONTHS_6_TO_24: 0.35,
         w.ExploitationDuration.OVER_24_MONTHS: 0.15},
        "Length of exploitation",
    ),
    "patterns": _guess(
        {
            "child": {"family": 0.8, "specialised": 0.2},
            "youth": {"family": 0.4, "specialised": 0.17, "family or shelter": 0.28,
                      "residential": 0.11, "inpatient": 0.04},
            "older youth": {"family": 0.24, "specialised": 0.14, "family or shelter": 0.28,
                            "towards independence": 0.17, "residential": 0.09,
                            "inpatient": 0.03, "independent": 0.05},
            "adult": {"adult": 0.75, "towards independence": 0.08, "independent": 0.17},
        },
        "Kinds of place found suitable: to 11, 12 to 15, 16 and 17, and 18 or over",
    ),
    "shelter_tonight": _guess(
        0.5, "Urgent referrals for which an emergency shelter suits as well"
    ),
    "stay_days": _guess(
        {
            w.Urgency.TONIGHT: {5: 0.2, 14: 0.25, 30: 0.35, 60: 0.2},
            w.Urgency.WITHIN_72_HOURS: {30: 0.35, 60: 0.25, 90: 0.25, 180: 0.15},
            w.Urgency.PLANNED: {90: 0.4, 180: 0.4, 270: 0.2},
        },
        "Expected stay in days, by urgency",
    ),
    "substance": _guess(
        {w.SubstanceNeed.NONE: 0.74, w.SubstanceNeed.OUTPATIENT: 0.22,
         w.SubstanceNeed.DETOX: 0.03, w.SubstanceNeed.INPATIENT: 0.01},
        "Treatment needed for substance use",
    ),
    "mental_health": _guess(
        {w.CareNeed.NONE: 0.2, w.CareNeed.STANDARD: 0.6, w.CareNeed.INTENSIVE: 0.17,
         w.CareNeed.INPATIENT: 0.03},
        "Mental-health care needed",
    ),
    "medical": _guess(
        {w.CareNeed.NONE: 0.74, w.CareNeed.STANDARD: 0.22, w.CareNeed.INTENSIVE: 0.03,
         w.CareNeed.INPATIENT: 0.01},
        "Medical care needed",
    ),
    "fragile": _guess(0.04, "Medically fragile"),
    "developmental": _guess(
        {w.DevelopmentalNeed.NONE: 0.78, w.DevelopmentalNeed.MILD: 0.15,
         w.DevelopmentalNeed.MODERATE: 0.05, w.DevelopmentalNeed.SEVERE: 0.02},
        "Developmental support needed",
    ),
    "pregnant": _guess(0.05, "Girls and women from 13 to 40 who are pregnant"),
    "parenting": _guess(0.05, "People from 15 on who are parents"),
    "bring_children": _guess(0.02, "Referrals that bring a child of their own"),
    "behaviours": _guess(
        {_B.AGGRESSION: 0.14, _B.SELF_HARM: 0.22, _B.SEXUALISED: 0.1, _B.FIRE_SETTING: 0.02},
        "Behaviours a home must manage",
    ),
    "behaviour_managed": _guess(
        0.65, "Referrals whose behaviour is confirmed as managed in an ordinary home"
    ),
    "access": _guess(
        {_C.WHEELCHAIR: 0.02, _C.SENSORY: 0.02, _C.SERVICE_ANIMAL: 0.01,
         _C.SIGN_LANGUAGE: 0.008, _C.LOW_VISION: 0.008},
        "Access needs",
    ),
    "languages": _guess(
        {("en",): 0.8, ("es", "en"): 0.1, ("es",): 0.05, ("ht", "en"): 0.015, ("zh",): 0.01,
         ("vi", "en"): 0.01, ("ar",): 0.008, ("ase", "en"): 0.007},
        "Languages, best first",
    ),
    "interpreter_ok": _guess(0.85, "Referrals for whom an interpreter will do"),
    "icwa": _guess(
        {w.IcwaStatus.NO: 0.93, w.IcwaStatus.YES: 0.04, w.IcwaStatus.INQUIRY: 0.03},
        "Referrals by whether the Indian Child Welfare Act applies",
    ),
    "icwa_reordered": _guess(0.3, "Tribes with an order of their own"),
    "otip": _guess(
        {w.OtipStatus.NONE: 0.95, w.OtipStatus.REFERRED: 0.02, w.OtipStatus.INTERIM: 0.02,
         w.OtipStatus.ELIGIBLE: 0.01},
        "Minors by help for foreign nationals",
    ),
    "payers": _guess(
        {"federal and state": 0.55, "state": 0.23, "federal": 0.08,
         "state and victim funds": 0.1, "victim funds": 0.03, "nobody": 0.01},
        "Who can pay",
    ),
    "school_at_home": _guess(0.88, "Minors whose school is in the home county"),
    "sibling": _guess(0.25, "Minors with a brother or sister in a known county"),
    "avoid": _guess(
        {"nothing": 0.78, "home": 0.12, "next county": 0.1}, "Counties to keep away from"
    ),
    "own_limit": _guess(
        {15: 0.25, 30: 0.4, 60: 0.35}, "Farthest miles, where a limit of their own is recorded"
    ),
    "own_limit_share": _guess(0.25, "Referrals with a limit of their own"),
    "limit_reasons": _guess(
        {"school": 0.4, "court": 0.3, "safety": 0.3}, "Reasons for a limit of their own"
    ),
    "sibling_at_home": _guess(0.5, "Of those, brothers and sisters in the home county"),
    "devices": _guess(
        {w.DevicePolicy.OPEN: 0.8, w.DevicePolicy.SUPERVISED: 0.2},
        "Wishes about telephones",
    ),
    "consent_dated": _guess(0.6, "Referrals with a last day of the consent"),
    "vetoes": _guess(0.06, "Referrals that refuse one or two providers"),
    "ruled_out": _guess(0.04, "Referrals for which a provider is ruled out"),
    "declines": _guess(0.12, "Referrals that one to three providers have declined"),
    "wishes": _guess(0.15, "Referrals that wish for one or two providers"),
    "wished_types": _guess(0.15, "Referrals that wish for a kind of place"),
    "faith": _guess(
        {w.FaithCharacter.SECULAR: 0.5, w.FaithCharacter.FAITH_FRIENDLY: 0.2,
         w.FaithCharacter.FAITH_BASED: 0.2, w.FaithCharacter.RELIGIOUS: 0.1},
        "Faith preference, where there is one",
    ),
    "faith_asked": _guess(0.12, "Referrals with a faith preference"),
    "devices_asked": _guess(0.2, "Referrals with a wish about telephones"),
    "kept_apart": _guess(
        0.05, "Referrals to be kept apart from somebody who lives somewhere"
    ),
    "pairs": _guess(
        1 / 30, "Sibling pairs, and pairs to be kept apart, for each referral"
    ),
    "most_pairs": _guess(10, "Most pairs of each kind, whatever the size"),
    "most_children": _guess(20, "Most referrals that bring a child, whatever the size"),
    "consent": _guess(
        {w.Consent.GIVEN: 0.75, w.Consent.NONE: 0.18, w.Consent.EXPIRED: 0.07},
        "Consent to share",
    ),
}  # fmt: skip
