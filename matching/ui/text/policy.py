"""Words of the page Policy."""

from __future__ import annotations

from matching.domain.access import Role
from matching.domain.rulebook import Kind, OnUnknown
from matching.domain.words import label
from matching.services.policy_views import ClockLine, PolicyView, RuleLine
from matching.ui.text import common
from matching.ui.text.shell import ROLES

KINDS = {
    Kind.LAW: ("Law", "Nobody waives these here."),
    Kind.SAFETY: ("Safety", "Nobody waives these here."),
    Kind.POLICY: (
        "Policy of the office",
        "Each may be waived for one young person by the role named, with a reason and a last "
        "day, for one provider or for all.",
    ),
}
#: Said once for all, and only the exception at a rule.
ASKED = (
    "If a fact is missing, the place is proposed and asked first, unless the rule says "
    "otherwise."
)
UNKNOWN = {
    OnUnknown.BLOCK: "If a fact is missing, the place is not proposed.",
    OnUnknown.CONFIRM: "",
}
WAIVER = "Who may waive it"
COLUMNS = ("Rule", "What it says", "Settings", WAIVER, "Where it comes from")
CAPTION = "The rules of this kind that are in force today"
OFFICE = "a setting of the office"
NOBODY = "nobody"
OFF = "Not in force"
OFF_NOTE = "These rules are known to the software and do not count today."
OFF_COLUMNS = ("Rule", "What it would say", "Why not")
OFF_CAPTION = "Rules that are not in force"
SWITCHED_OFF = "switched off in this policy"

ORDER = "Who comes first"
ICWA = (
    "The placement preferences of the Indian Child Welfare Act are tried in their order, "
    "before any wish or distance."
)
PREFERENCES = "What is better or worse, and never a bar"
PREFERENCES_NOTE = "Each has 0 to 10 points; the weight says how much one point costs."
PREFERENCE_COLUMNS = ("Preference", "What it says", "Weight")
PREFERENCE_CAPTION = "Preferences by weight"

CLOCKS = "Clocks"
CLOCKS_NOTE = "By when somebody looks at something again. They change no plan."
CLOCK_COLUMNS = ("What", "How long", "Where it comes from")
CLOCK_CAPTION = "How long things may take"
CLOCK_NAMES = {
    "hold": "A bed is held, if nobody says otherwise",
    "longest_hold": "The longest that one press holds a bed",
    "hold_soon": "A hold is shown as ending soon",
    "call_back": "Called again after a call back was asked for",
    "missing_report": "Somebody missing is reported to the police and to NCMEC",
    "screening": "A screening for trafficking begins after the referral",
    "review": "A referral recorded in a hurry is looked at again",
    "bed_hold": "A bed is kept for somebody missing or in hospital",
    "family_first": "Who pays is looked at after moving in",
    "ending": "A licence, certificate or training is shown before it ends",
}
VERSION = "Version and fingerprint"
NAME, STATE, VERSION_OF, FINGERPRINT = "Policy", "For", "Version", "Fingerprint"
UNKNOWN_BEDS = "Proposals where nobody has said how many beds are free"

_UNITS = {"minutes": "minute", "hours": "hour", "days": "day"}


def sentence(view: PolicyView) -> str:
    """Return the page's one sentence."""
    counts = ", ".join(
        f"{len(view.of_kind(kind))} {words}"
        for kind, words in (
            (Kind.LAW, "of law"),
            (Kind.SAFETY, "of safety"),
            (Kind.POLICY, "of the office"),
        )
        if view.of_kind(kind)
    )
    return f"{view.title}: {common.count(len(view.rules), 'rule')} in force today, {counts}."


def length(one: ClockLine) -> str:
    """Return "24 hours"."""
    return common.count(one.number, _UNITS[one.unit])


def waived_by(role: Role | None) -> str:
    """Return who may waive a rule."""
    if role is None:
        return NOBODY
    other = f" or {ROLES[Role.SUPERVISOR]}" if role is Role.WORKER else ""
    return f"{ROLES[role]}{other}"


def effect(one: RuleLine) -> str:
    """Return from when to when a rule counts; nothing if it always does."""
    if one.starts is None and one.ends is None:
        return ""
    start = "" if one.starts is None else f" from {common.day(one.starts)}"
    end = "" if one.ends is None else f" to {common.day(one.ends)}"
    return f"In force{start}{end}."


def order(view: PolicyView) -> tuple[str, ...]:
    """Return who comes first, in sentences."""
    tiers = ", then ".join(label(one) for one in view.ordering.tiers)
    band = common.count(view.ordering.waiting_band_hours, "hour")
    return (
        f"By when the bed is needed: {tiers}. Where nobody has said, it counts as "
        f"{label(view.ordering.unknown_urgency)}.",
        f"Then whoever has waited longest; waits within {band} count as equal.",
        *((ICWA,) if view.ordering.icwa else ()),
    )
