"""Places that must stay secret: the flags that say so, and names that give them away."""

from __future__ import annotations

import re

from matching.intake.field_types import plain

_SECRET = re.compile(r"\b(private|confidential|undisclosed|secret|hidden)\b")
_PLACE = re.compile(r"\b(address|location|site|place|facility|shelter)\b")
#: A flag ends with one of the two; "ConfidentialAddress_city" is a part of an address.
_ENDS = re.compile(
    r"\b(private|confidential|undisclosed|secret|hidden|address|location|site|place|facility"
    r"|shelter)$"
)
_PARTS = re.compile(
    r"\b(private|confidential|undisclosed) (address|location|site) "
    r"(address|address 1|address 2|street|city|town|county|zip|zipcode|postal code)$"
)
_POST = re.compile(r"\b(mailing|postal|billing|remittance)\b")
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
    if _POST.search(name) or not _ENDS.search(name):
        return False
    return bool(_SECRET.search(name) and _PLACE.search(name))


def is_secret_part(header: str) -> bool:
    """Tell whether a column is a part of an address that must stay secret.

    Parameters
    ----------
    header : str
        Such as "ConfidentialAddress_city"; whoever fills it in has a secret place.

    Returns
    -------
    bool
    """
    name = plain(header)
    return bool(_PARTS.search(name)) and not _POST.search(name)


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
