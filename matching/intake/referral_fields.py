"""The columns of the referral sheet: one row for each person."""

from __future__ import annotations

from matching.domain import words as w
from matching.domain.records import Referral
from matching.intake.field_types import Field, Kind


def _plain(
    attribute: str, kind: Kind, label: str, example: str, text: str, *names: str
) -> Field:
    """Declare a column named like its attribute."""
    return Field(
        record=Referral,
        attribute=attribute,
        column=attribute,
        label=label,
        kind=kind,
        help=text,
        example=example,
        synonyms=names,
    )


def _listed(
    kind: Kind, attribute: str, words: type, label: str, example: str, text: str, *names: str
) -> Field:
    """Declare a column of a closed vocabulary."""
    return Field(
        record=Referral,
        attribute=attribute,
        column=attribute,
        label=label,
        kind=kind,
        words=words,
        help=text,
        example=example,
        synonyms=names,
    )


def _one(
    attribute: str, words: type, label: str, example: str, text: str, *names: str
) -> Field:
    """Declare a column with one word of a vocabulary."""
    return _listed(Kind.ONE_OF, attribute, words, label, example, text, *names)


def _set(
    attribute: str, words: type, label: str, example: str, text: str, *names: str
) -> Field:
    """Declare a column with several words of a vocabulary."""
    return _listed(Kind.SET_OF, attribute, words, label, example, text, *names)


def _number(
    attribute: str, high: int, label: str, example: str, text: str, *names: str
) -> Field:
    """Declare a whole number from 0 to a limit."""
    return Field(
        record=Referral,
        attribute=attribute,
        column=attribute,
        label=label,
        kind=Kind.NUMBER,
        high=high,
        help=text,
        example=example,
        synonyms=names,
    )


REFERRAL: tuple[Field, ...] = (
    Field(record=Referral, attribute="referral_id", column="referral_id",
          label="case reference", kind=Kind.IDENTIFIER, required=True, example="R-0417",
          help="An opaque case reference; never a name, birth date or social security number.",
          synonyms=("referral", "referral number", "referral no", "case id", "case number",
                    "case no", "case ref", "case token", "client id", "person id", "youth id",
                    "child id", "unique id")),
    _plain("received_at", Kind.MOMENT, "received", "2026-11-22T18:30",
           "When the referral came in; universal time unless a zone is written.",
           "referral date", "date received", "received on", "referred at", "date of referral",
           "referral received", "request time"),
    _one("urgency", w.Urgency, "urgency", "tonight", "When the bed is needed.",
         "priority", "how urgent", "timeframe"),
    _plain("needed_by", Kind.DATE, "needed by", "2026-11-24",
           "Last day by which a bed is needed.",
           "need by", "needed by date", "placement needed by", "deadline"),
    _one("trigger", w.Trigger, "why a place is sought", "removal",
         "What led to the referral.", "reason for referral", "referral reason"),
    _one("referral_source", w.ReferralSource, "who refers", "agency",
         "Who asks for the place.", "source", "referred by", "referral from"),
    _plain("worker", Kind.TEXT, "worker", "unit 4",
           "Account or unit of the worker in charge.",
           "caseworker", "case worker", "assigned worker", "placement worker"),
    _one("presence", w.Presence, "where the person is", "present",
         "Present, missing or in hospital.", "whereabouts", "current status"),
    _number("age_years", 120, "age", "15", "Age in completed years; never a birth date.",
            "age in years", "current age"),
    _number("days_to_birthday", 366, "days to the next birthday", "120",
            "Days until the next birthday.", "days until birthday"),
    _one("gender", w.Gender, "gender", "female", "Gender as the person states it.",
         "gender identity", "stated gender", "sex"),
    _set("acceptable_settings", w.Setting, "settings the person can live in", "female; mixed",
         "Kinds of setting the person says they can live in; any if all.",
         "acceptable setting", "settings accepted", "placement gender"),
    _plain("lgbtq_affirming_requested", Kind.YES_NO, "asks for an affirming place", "yes",
           "Whether the person asks for an LGBTQ-affirming place.",
           "affirming requested", "lgbtq affirming"),
    _one("trafficking_type", w.TraffickingType, "kind of trafficking", "sex",
         "Kind of trafficking experienced.", "type of trafficking", "exploitation type"),
    _one("identification", w.Identification, "identification", "verified",
         "How far the person is identified as a survivor.",
         "identification status", "victim status", "status", "verification"),
    _plain("screening_date", Kind.DATE, "screened on", "2026-11-20",
           "Day of the trafficking screening.", "date of screening", "screened"),
    _one("run_risk", w.Level, "risk of running", "medium", "Risk of running away.",
         "runaway risk", "awol risk", "flight risk"),
    _one("recruitment_risk", w.Level, "risk of recruiting", "low",
         "Risk of drawing others into exploitation.", "risk of recruitment"),
    _one("exploiter_attachment", w.Level, "attachment to the exploiter", "high",
         "Attachment to the exploiter.", "attachment", "trauma bond"),
    _one("trauma_level", w.Level, "trauma", "high", "Level of trauma.", "trauma severity"),
    _one("law_enforcement_contact", w.LawEnforcementContact, "contact with police",
         "cooperative", "Kind of contact with law enforcement.",
         "law enforcement", "police contact", "le interaction"),
    _one("exploitation_duration", w.ExploitationDuration, "length of exploitation",
         "6 to 24 months", "Length of exploitation, in bands.",
         "duration of exploitation", "exploitation length"),
    _set("acceptable_types", w.PlacementType, "suitable placement types",
         "safe foster home; safe house", "Placement types that suit; any if all.",
         "placement types", "level of care", "acceptable placement types",
         "recommended placement", "placement type needed"),
    _number("stay_days", 36_500, "expected stay in days", "90", "Expected stay, in days.",
            "length of stay", "expected length of stay", "days needed"),
    _one("substance_need", w.SubstanceNeed, "substance treatment needed", "outpatient",
         "Treatment needed for substance use; none if none.",
         "substance use", "substance treatment", "substance abuse"),
    _one("mental_health_need", w.CareNeed, "mental-health care needed", "standard",
         "Mental-health care needed; none if none.", "mental health", "psychiatric need"),
    _one("medical_need", w.CareNeed, "medical care needed", "none",
         "Medical care needed; none if none.", "medical", "medical needs"),
    _plain("medically_fragile", Kind.YES_NO, "medically fragile", "no",
           "Whether the person is medically fragile.", "medical fragility"),
    _one("developmental_need", w.DevelopmentalNeed, "developmental support needed", "mild",
         "Developmental support needed; none if none.",
         "developmental", "developmental disability", "iq id support"),
    _one("pregnant_parenting", w.Parenting, "pregnant or parenting", "none",
         "Pregnant, parenting or none.", "pregnant", "parenting status", "pregnancy status"),
    _number("children_with", 20, "children who come along", "0",
            "Own children who come along; each needs a bed.",
            "children", "number of children", "accompanying children", "dependents"),
    _set("behaviours", w.Behaviour, "behaviours", "self harm",
         "Behaviours a home must be able to manage; none if none.",
         "behaviour", "behaviour flags", "behaviour concerns"),
    _plain("behaviour_managed_confirmed", Kind.YES_NO, "behaviours confirmed as managed", "yes",
           "Whether a professional confirmed that the behaviours are managed.",
           "behaviours managed"),
    _set("access_needs", w.Capability, "access needs", "wheelchair",
         "Services and access the place must have; none if none.",
         "accessibility needs", "accommodations", "special needs"),
    _plain("languages", Kind.RANKED_LANGUAGES, "languages", "Spanish; English",
           "Languages the person speaks, best first.",
           "language", "primary language", "preferred language", "languages spoken"),
    _plain("interpreter_ok", Kind.YES_NO, "an interpreter will do", "yes",
           "Whether an interpreter will do.", "interpreter", "interpreter acceptable"),
    _plain("group_id", Kind.IDENTIFIER, "group", "G-07",
           "Code shared by people who must be placed together.",
           "sibling group", "sibling group id", "group", "family group"),
    _plain("separate_from", Kind.TOKENS, "conflict codes", "C-12",
           "Codes shared by people who must not live at the same site; none if none.",
           "conflict tokens", "conflicts", "keep apart", "separation"),
    _plain("vetoed_providers", Kind.TOKENS, "providers the person refuses", "P-021",
           "Providers the person will not go to; none if none.",
           "veto", "refused providers", "vetoes"),
    _plain("avoid_providers", Kind.TOKENS, "providers to avoid", "P-022",
           "Providers that must not be used; none if none.",
           "do not place", "avoid", "avoid sites"),
    _plain("declined_by", Kind.TOKENS, "providers that declined", "P-023",
           "Providers that said no; none if none.", "declined providers", "declines"),
    _one("icwa_status", w.IcwaStatus, "Indian Child Welfare Act applies", "no",
         "Yes, no or inquiry.", "icwa", "indian child", "icwa eligible"),
    _listed(Kind.RANKED, "icwa_order", w.IcwaTier, "order of the tribe",
            "extended family; tribe licensed", "The tribe's own order, best first.",
            "tribe order", "icwa preference order"),
    _one("otip_status", w.OtipStatus, "help for foreign-national minors", "none",
         "None, referred, interim or eligible; never an immigration status.",
         "otip", "otip assistance"),
    _plain("home_county", Kind.COUNTY, "home county", "Leon, FL", "County of home.",
           "county", "county of origin", "county of residence", "home region",
           "residence county"),
    _plain("school_county", Kind.COUNTY, "school county", "Leon, FL", "County of the school.",
           "county of school", "school region"),
    _plain("sibling_county", Kind.COUNTY, "sibling county", "Leon, FL",
           "County where a brother or sister lives.", "county of siblings"),
    _plain("avoid_counties", Kind.COUNTIES, "counties to avoid", "Duval, FL",
           "Counties that are dangerous for the person; none if none.",
           "danger counties", "danger zones", "avoid regions", "unsafe counties"),
    _number("max_distance_miles", 5_000, "farthest in miles", "50",
            "Farthest a place may be from home or school, in miles.",
            "max distance", "maximum distance", "distance limit", "max miles"),
    _plain("distance_reason", Kind.TEXT, "reason for the distance", "school",
           "A short code for why near or far is right; no story.",
           "away reason", "near reason"),
    _plain("preferred_providers", Kind.RANKED_TOKENS, "wished providers", "P-014; P-003",
           "Providers the person wishes for, best first.",
           "preferred provider", "provider wishes"),
    _listed(Kind.RANKED, "preferred_types", w.PlacementType, "wished placement types",
            "host home; foster home", "Placement types the person wishes for, best first.",
            "preferred placement types", "preferred placement type"),
    _one("faith_preference", w.FaithCharacter, "faith preference", "secular",
         "Faith character of a programme the person wishes for.", "faith wish"),
    _one("device_preference", w.DevicePolicy, "telephone wish", "open",
         "Rule on telephones the person wishes for.", "phone preference"),
    _set("funding", w.Funding, "payers", "state; Title IV-E",
         "Who can pay; none if nobody can.",
         "funding source", "funding eligible", "payer", "funding sources"),
    _one("consent", w.Consent, "consent to share", "given",
         "Written release to share outside the agency.", "consent status", "release"),
    _plain("consent_expires", Kind.DATE, "consent ends", "2027-02-01",
           "Last day of the release.", "consent expiry", "release expires"),
    _one("data_origin", w.DataOrigin, "origin of the facts", "sample",
         "Where the facts come from; shown as a banner.", "source of data"),
)  # fmt: skip
