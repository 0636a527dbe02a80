"""Places that must stay secret: the flags that say so, and names that give them away."""

from __future__ import annotations

import re

from matching.intake.field_types import plain

_SECRET = re.compile(r"\b(private|confidential|undisclosed|secret|hidden)\b")
_PLACE = re.compile(r"\b(address|location|site|place|facility|shelter)\b")
_POST = re.compile(r"^(mailing|postal|billing|remittance)\b")
_ALONE = frozenset({"confidential", "is confidential", "confidentiality", "undisclosed"})
#: A number and a street, or a post-office box.
_STREET = re.compile(
    r"\b\d+[a-z]?\s+(?:[\w.']+\s+){0,4}?"
    r"(?:st|street|ave|avenue|rd|road|dr|drive|ln|lane|blvd|boulevard|ct|court|way|hwy|highway"
    r"|pl|place|pkwy|parkway|ter|terrace|cir|circle|sq|square)\b"
    r"|\bp\.?\s?o\.?\s?box\s+\d",
    re.IGNORECASE,
)


def is_private_flag(header: str) -> bool:
    """Tell whether a column says that places must stay secret.

    Parameters
    ----------
    header : str
        Such as "PhysicalAddressIsPrivate" or "ConfidentialAddress". A private
        postal address says nothing about where people live.

    Returns
    -------
    bool
    """
    name = plain(header)
    if name in _ALONE:
        return True
    return bool(_SECRET.search(name) and _PLACE.search(name) and not _POST.search(name))


def without_address(name: str) -> str | None:
    """Return a name, or ``None`` if an address stands in it.

    Parameters
    ----------
    name : str
        Of a programme or an agency.

    Returns
    -------
    str or None
    """
    return None if _STREET.search(name) else name or None
