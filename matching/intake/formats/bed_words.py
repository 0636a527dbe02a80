"""Which words of a directory plainly say that a service is a bed for a night."""

from __future__ import annotations

import re

from matching.domain.words import PlacementType
from matching.intake.field_types import plain

#: Words that make a service something else, whatever stands beside them.
_NOT_A_BED = re.compile(
    r"\b(referrals?|hotlines?|helplines?|lines?|advoca\w+|legal|law|lawyers?|assistance|counsel\w*"
    r"|navigat\w+|vouchers?|applications?|search|prevention|rights?|clinics?|training|education"
    r"|outreach|information|day|animals?|pets?|dogs?|cats?|donations?|volunteer\w*|drop in"
    r"|coordinated entry|case management|financial|rent|rental|evictions?|transport\w*"
    r"|plus care|tax|permanent|supportive housing|after ?care|meals?|food|pantry|showers?"
    r"|kitchen|home care|child care|daycare|preschool|finder|find|locator|lists?"
    r"|waitlist|placement|recruitment|licensing|agency|agencies|nonresidential"
    r"|non residential|outpatient)\b"
)

#: Words that say so, the most telling first, and what kind of place it is. A
#: "safe house" may be of several kinds, so its kind stays unknown.
_BEDS: tuple[tuple[re.Pattern[str], PlacementType | None], ...] = (
    (re.compile(r"\bsafe havens?\b"), PlacementType.SAFE_HAVEN),
    (re.compile(r"\btransitional (housing|living|shelters?|residence)\b"),
     PlacementType.TRANSITIONAL),
    (re.compile(r"\bhost homes?\b"), PlacementType.HOST_HOME),
    (re.compile(r"\b(foster (family )?(homes?|care))\b"), PlacementType.FOSTER_HOME),
    (re.compile(r"\b(group homes?|residential (treatment|programmes?|care|rehabilitation|home)"
                r"|maternity homes?)\b"), PlacementType.RESIDENTIAL),
    (re.compile(r"\bsafe (houses?|homes?|housing)\b|\bsafehouses?\b"), None),
    (re.compile(r"\bshelters?\b"), PlacementType.EMERGENCY_SHELTER),
    (re.compile(r"\b((crisis|emergency|respite|overnight|shelter) beds?"
                r"|emergency housing)\b"), PlacementType.EMERGENCY_SHELTER),
)  # fmt: skip
_VIOLENCE = re.compile(r"\b(domestic violence|dv|battered|intimate partner violence)\b")
_MENTION = re.compile(r"\b(shelters?|beds?|transitional housing|safe ?houses?)\b")

_BED_UNITS = frozenset({"bed", "beds", "bed space", "bed spaces", "bedspace",
                        "bedspaces", "cot", "cots", "bunk", "bunks", "shelter bed",
                        "shelter beds"})  # fmt: skip
_ROOM_UNITS = frozenset({"room", "rooms", "bedroom", "bedrooms", "family room",
                         "family rooms", "apartment", "apartments", "housing unit",
                         "housing units"})  # fmt: skip


def says_bed(name: str) -> tuple[bool, PlacementType | None]:
    """Tell whether a name plainly is a bed for a night, and of what kind.

    Parameters
    ----------
    name : str
        Of a service, or of a term it is classified under.

    Returns
    -------
    bool
    PlacementType or None
        ``None`` if the name does not tell the kind.
    """
    text = plain(name)
    if _NOT_A_BED.search(text):
        return False, None
    return next(((True, kind) for words, kind in _BEDS if words.search(text)), (False, None))


def denies_bed(name: str) -> bool:
    """Tell whether a name plainly is something else: a hotline, advice, a day centre."""
    return bool(_NOT_A_BED.search(plain(name)))


def about_violence(name: str) -> bool:
    """Tell whether a name is that of a domestic-violence programme."""
    return bool(_VIOLENCE.search(plain(name)))


def mentions_bed(text: str) -> bool:
    """Tell whether a longer text speaks of beds or shelter at all."""
    return bool(_MENTION.search(plain(text)))


def unit(*names: str) -> str:
    """Return what a capacity counts: "beds", "rooms", "other", or "" if nobody says.

    Parameters
    ----------
    *names : str
        Name and identifier of the unit.
    """
    words = [plain(name) for name in names if name.strip()]
    if any(word in _BED_UNITS for word in words):
        return "beds"
    if any(word in _ROOM_UNITS for word in words):
        return "rooms"
    return "other" if words else ""
