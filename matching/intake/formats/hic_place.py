"""State and county of a project in the Housing Inventory Count."""

from __future__ import annotations

import re
from functools import cache

from matching.domain import geography

_ONE_COUNTY = re.compile(
    r"(?:^|/)\s*([^/,]+?)(?:\s+City)?(?:\s*(?:&|and))?\s+County(?:\s+CoC)?$"
)


def from_geo_code(text: str) -> str | None:
    """Return the county of HUD's geographic code, or ``None`` if it is a city's.

    Parameters
    ----------
    text : str
        Six digits, of which a spreadsheet may have lost the leading zero. A
        third digit of 9 means the first two and the last three are the
        county's FIPS code; anything else is a city or another place.

    Returns
    -------
    str or None
    """
    code = text.split(".")[0]
    if not code.isdigit() or len(code) not in (5, 6):
        return None
    code = code.zfill(6)
    fips = code[:2] + code[3:]
    return fips if code[2] == "9" and fips in geography.load().index else None


@cache
def from_coc_name(name: str, state: str) -> str | None:
    """Return the county of a continuum of care that is named after one.

    Parameters
    ----------
    name : str
        Such as "Columbus/Franklin County CoC"; a name with several counties
        says nothing.
    state : str
        Postal code.

    Returns
    -------
    str or None
    """
    match = _ONE_COUNTY.search(name.strip())
    if not match or "," in name or "counties" in name.lower():
        return None
    found = geography.load().find(f"{match[1]} County", state)
    return found[0] if len(found) == 1 else None
