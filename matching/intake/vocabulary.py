"""How the words of the closed vocabularies are written in real files."""

from __future__ import annotations

from enum import StrEnum
from functools import cache

from matching.domain import words as w
from matching.intake.field_types import plain

#: Cells that mean "nobody has said".
UNKNOWN = frozenset(
    {
        "", "unknown", "n/a", "na", "-", "--", "?", "#n/a", "null", "nan", "not known", "tbd",
        "not reported", "not asked", "unk", "–", "—", "n.a.", "not available", ".",
    }
)  # fmt: skip

#: Those among them that say in so many words that nobody knows. Only they make
#: unknown what is on record; all others say nothing.
SAID_UNKNOWN = frozenset({"unknown", "unk", "not known"})

#: Cells that mean "known to be none".
NONE = frozenset({"none", "no one", "nobody", "nothing"})

#: Cells that mean the whole vocabulary, where that makes sense.
ANY = frozenset({"any", "all", "everyone", "everybody", "no preference", "all genders"})

#: How a set is written whose only member is the vocabulary's own "none", since
#: the cell "none" is the empty set.
ONLY_NONE: dict[type[StrEnum], str] = {w.Funding: "no payer", w.IcwaTier: "no tier"}

YES = frozenset({"yes", "y", "true", "t", "1", "x", "✓", "✔"})
NO = frozenset({"no", "n", "false", "f", "0"})

#: A list, not a mapping: members of different vocabularies with the same word
#: ("female" of Gender and of Setting) are equal and would overwrite each other.
_ALIASES: tuple[tuple[StrEnum, str], ...] = (
    (w.Urgency.TONIGHT, "now|today|immediate|immediately|emergency|same day|urgent"),
    (w.Urgency.WITHIN_72_HOURS, "72|72 hours|72 hrs|within 72h|3 days|within 3 days"),
    (w.Urgency.PLANNED, "routine|scheduled|non urgent|not urgent"),
    (w.Trigger.RECOVERED_FROM_MISSING, "recovered|return from missing"),
    (w.Trigger.SELF_REFERRAL, "self"),
    (w.ReferralSource.AGENCY, "child welfare|cps|dcf|dss|county agency"),
    (w.ReferralSource.POLICE, "law enforcement|le"),
    (w.ReferralSource.SELF, "self referral|walk in"),
    (w.Presence.PRESENT, "here|in care|with worker"),
    (w.Presence.MISSING, "awol|runaway|on run|missing from care"),
    (w.Presence.HOSPITAL, "in hospital|hospitalised|hospitalized"),
    (
        w.Gender.FEMALE,
        "f|girl|girls|woman|women|females|female only|females only|girls only"
        "|women only|f only|cis female",
    ),
    (
        w.Gender.MALE,
        "m|boy|boys|man|men|males|male only|males only|boys only|men only|m only|cis male",
    ),
    (
        w.Gender.TRANS_FEMALE,
        "trans f|transgender female|trans girl|trans girls|trans woman"
        "|trans women|mtf|transfeminine",
    ),
    (
        w.Gender.TRANS_MALE,
        "trans m|transgender male|trans boy|trans boys|trans man|trans men|ftm|transmasculine",
    ),
    (w.Gender.NONBINARY, "nb|enby|genderqueer|gender non conforming|non binary people"),
    (w.Setting.FEMALE, "f|girls|women|all female|female only"),
    (w.Setting.MALE, "m|boys|men|all male|male only"),
    (w.Setting.MIXED, "coed|co ed|mixed gender"),
    (w.TraffickingType.SEX, "sex trafficking|csec|cse|commercial sexual exploitation"),
    (w.TraffickingType.LABOUR, "labour trafficking|forced labour"),
    (w.TraffickingType.BOTH, "sex and labour|labour and sex"),
    (w.Identification.VERIFIED, "confirmed|identified|substantiated"),
    (w.Identification.SUSPECTED, "possible|probable"),
    (w.Identification.AT_RISK, "risk"),
    (w.Level.LOW, "l|mild|minimal"),
    (w.Level.MEDIUM, "med|m|moderate|mid"),
    (w.Level.HIGH, "h|severe|very high"),
    (w.Household.ALONE, "single|singles|individual|individuals|without children"),
    (w.Household.WITH_CHILDREN, "family|families|parent with children|parents with children"),
    (w.PlacementType.KINSHIP, "kin|relative|relative home|kinship care|kinship home"),
    (
        w.PlacementType.FOSTER_HOME,
        "foster|foster care|foster family|foster family home"
        "|family foster home|resource home|resource family",
    ),
    (w.PlacementType.HOST_HOME, "host|host family"),
    (
        w.PlacementType.SPECIALISED_FOSTER_HOME,
        "specialised foster|therapeutic foster home"
        "|therapeutic foster care|treatment foster home|treatment foster care|tfc",
    ),
    (w.PlacementType.SAFE_FOSTER_HOME, "safe foster|csec foster home"),
    (
        w.PlacementType.SUPERVISED_INDEPENDENT,
        "independent|sil|ilp|independent living|supervised independent living programme",
    ),
    (w.PlacementType.TRANSITIONAL, "th|transitional living|tlp|transitional programme"),
    (w.PlacementType.EMERGENCY_SHELTER, "es|emergency|shelter|receiving centre"),
    (w.PlacementType.SAFE_HAVEN, "sh"),
    (
        w.PlacementType.RESIDENTIAL,
        "group home|residential treatment|congregate care"
        "|residential facility|residential programme|rtc",
    ),
    (w.PlacementType.INPATIENT, "hospital|psychiatric inpatient"),
    (w.Certificate.SAFE_HOUSE_TIER_1, "safe house t1|tier 1"),
    (w.Certificate.SAFE_HOUSE_TIER_2, "safe house t2|tier 2"),
    (w.Certificate.NONE, "no|not certified"),
    (w.LicenceStatus.ACTIVE, "licensed|current|valid|in good standing"),
    (w.LicenceStatus.PROBATION, "probationary|on probation"),
    (w.LicenceStatus.EXPIRED, "lapsed|closed"),
    (w.LicenceStatus.REVOKED, "suspended"),
    (w.LicenceStatus.NOT_REQUIRED, "exempt|licence exempt"),
    (w.BackgroundCheck.CLEAR, "cleared|passed|complete|completed"),
    (w.FamilyFirstCategory.FAMILY, "family home|foster family home"),
    (w.FamilyFirstCategory.INDEPENDENT_LIVING, "ilp"),
    (w.Funding.IV_E, "iv e|title 4e|4e|title ive|ive"),
    (w.Funding.NONE, "no payer|free of charge"),
    (w.IcwaTier.NONE, "no tier"),
    (w.Funding.STATE, "state funds|state funding"),
    (w.Funding.PRIVATE, "donation|donations|private pay"),
    (w.FaithCharacter.SECULAR, "none|no|non religious|not religious"),
    (w.DevicePolicy.OPEN, "allowed|yes"),
    (w.DevicePolicy.NONE, "no|not allowed"),
    (w.DevicePolicy.SUPERVISED, "limited|restricted"),
    (w.Parenting.NONE, "no|neither"),
    (w.SubstanceNeed.NONE, "no"),
    (w.CareNeed.NONE, "no"),
    (w.DevelopmentalNeed.NONE, "no"),
    (w.IcwaStatus.YES, "y|true"),
    (w.IcwaStatus.NO, "n|false"),
    (w.IcwaStatus.INQUIRY, "pending|inquiry pending"),
    (w.ExploitationDuration.UNDER_1_MONTH, "less than 1 month|1m"),
    (w.ExploitationDuration.MONTHS_1_TO_6, "1 6 months|1 6m"),
    (w.ExploitationDuration.MONTHS_6_TO_24, "6 24 months|6 24m"),
    (w.ExploitationDuration.OVER_24_MONTHS, "more than 24 months|24m"),
    (w.Consent.GIVEN, "yes|signed"),
    (w.Consent.NONE, "no|not given"),
    (w.Capability.WHEELCHAIR, "ada|accessible|wheelchair accessible"),
    (w.Capability.SIGN_LANGUAGE, "asl"),
    (w.Exclusion.MEDICAL_FRAGILITY, "medically fragile|medical"),
    (w.Exclusion.PREGNANCY, "pregnant"),
    (w.Exclusion.DEVELOPMENTAL, "developmental disability|iq below 70"),
    (w.Exclusion.AGGRESSION, "aggressive|violence"),
    (w.Behaviour.AGGRESSION, "aggressive|violence"),
    (w.Exclusion.FIRE_SETTING, "fire|arson"),
    (w.Behaviour.FIRE_SETTING, "fire|arson"),
    (w.Course.TRAFFICKING, "trafficking initial|initial trafficking"),
    (w.Course.TRAFFICKING_ANNUAL, "annual trafficking|trafficking refresher"),
)

#: Languages by ISO 639-1 code; any other is kept as it is written, in lower case.
_LANGUAGES = {
    "am": "amharic", "ar": "arabic", "bn": "bengali", "de": "german", "en": "english",
    "es": "spanish", "fa": "farsi", "fr": "french", "gu": "gujarati", "ha": "hausa",
    "he": "hebrew", "hi": "hindi", "hmn": "hmong", "ht": "haitian creole", "id": "indonesian",
    "it": "italian", "ja": "japanese", "km": "khmer", "ko": "korean", "lo": "lao",
    "my": "burmese", "ne": "nepali", "nv": "navajo", "pa": "punjabi", "pl": "polish",
    "ps": "pashto", "pt": "portuguese", "ru": "russian", "so": "somali", "sw": "swahili",
    "ta": "tamil", "te": "telugu", "th": "thai", "ti": "tigrinya", "tl": "tagalog",
    "tr": "turkish", "uk": "ukrainian", "ur": "urdu", "vi": "vietnamese", "zh": "chinese",
    "ase": "american sign language",
}  # fmt: skip
#: Their codes, by name.
LANGUAGES = tuple(sorted(_LANGUAGES, key=_LANGUAGES.__getitem__))
_LANGUAGE_CODES = {name: code for code, name in _LANGUAGES.items()} | {
    "creole": "ht", "mandarin": "zh", "cantonese": "zh", "persian": "fa", "filipino": "tl",
    "dari": "fa", "asl": "ase", "kreyol": "ht", "espanol": "es",
}  # fmt: skip

_STATE_NAMES = """
Alabama=AL,Alaska=AK,Arizona=AZ,Arkansas=AR,California=CA,Colorado=CO,Connecticut=CT
Delaware=DE,District of Columbia=DC,Florida=FL,Georgia=GA,Hawaii=HI,Idaho=ID,Illinois=IL
Indiana=IN,Iowa=IA,Kansas=KS,Kentucky=KY,Louisiana=LA,Maine=ME,Maryland=MD,Massachusetts=MA
Michigan=MI,Minnesota=MN,Mississippi=MS,Missouri=MO,Montana=MT,Nebraska=NE,Nevada=NV
New Hampshire=NH,New Jersey=NJ,New Mexico=NM,New York=NY,North Carolina=NC,North Dakota=ND
Ohio=OH,Oklahoma=OK,Oregon=OR,Pennsylvania=PA,Puerto Rico=PR,Rhode Island=RI
South Carolina=SC,South Dakota=SD,Tennessee=TN,Texas=TX,Utah=UT,Vermont=VT,Virginia=VA
Washington=WA,West Virginia=WV,Wisconsin=WI,Wyoming=WY,Guam=GU,American Samoa=AS
Virgin Islands=VI,Northern Mariana Islands=MP
"""
#: Postal codes by the plain name of the state.
STATES: dict[str, str] = {
    plain(name): code
    for name, code in (
        pair.split("=") for line in _STATE_NAMES.split("\n") if line for pair in line.split(",")
    )
}


@cache
def lookup(words: type[StrEnum]) -> dict[str, StrEnum]:
    """Return every plain spelling of a vocabulary's values.

    Parameters
    ----------
    words : type of StrEnum
        A vocabulary of :mod:`matching.domain.words`.

    Returns
    -------
    dict of str to StrEnum
    """
    found: dict[str, StrEnum] = {}
    for member, aliases in _ALIASES:
        if type(member) is words:
            found.update((plain(alias), member) for alias in aliases.split("|"))
    for member in words:
        found[plain(w.label(member))] = member
        found[plain(member.value)] = member
    return found


def language_name(code: str) -> str:
    """Return the name of a language: "Spanish" for "es", an unlisted code as it is."""
    return _LANGUAGES.get(code, code).title()


def language(text: str) -> str:
    """Return the ISO 639 code of a language, or its name in lower case."""
    name = plain(text) or text.strip().lower()
    return name if name in _LANGUAGES else _LANGUAGE_CODES.get(name, name)
