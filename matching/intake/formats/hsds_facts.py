"""Facts of HSDS rows: ages, genders, languages and counties. What is not plain is unknown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from matching.domain import geography
from matching.domain.words import Gender, Household
from matching.intake.field_types import plain
from matching.intake.formats.tables import Row, age
from matching.intake.values import is_unknown
from matching.intake.vocabulary import STATES, language, lookup

#: Nobody is older; directories write 200 or 999 for "no upper limit".
OLDEST = 120
_LANGUAGE_LENGTH = 40
_RANGE = re.compile(
    r"(?:ages? )?(\d{1,3}) (?:to |through |thru )?(\d{1,3})(?: years?(?: old)?)?"
)
_FROM = re.compile(r"(?:ages? )?(\d{1,3}) ?(?:years? )?(?:and|or) (?:over|older|up|above)")
_UNDER = re.compile(r"under (?:age )?(\d{1,3})")
_UP_TO = re.compile(r"(?:ages? )?(?:up to|through) (?:age )?(\d{1,3})")
_ADULTS = frozenset({"adult", "adults"})
_MINORS = frozenset({"child", "children", "minor", "minors"})


@dataclass(frozen=True, slots=True)
class Served:
    """Whom a service is for.

    Attributes
    ----------
    age_min, age_max : int or None
    genders : frozenset of Gender or None
    households : frozenset of Household or None
    """

    age_min: int | None = None
    age_max: int | None = None
    genders: frozenset[Gender] | None = None
    households: frozenset[Household] | None = None

    def with_(self, other: Served) -> Served:
        """Return this with what only the other says, and both their sets."""
        return Served(
            other.age_min if self.age_min is None else self.age_min,
            other.age_max if self.age_max is None else self.age_max,
            _union(self.genders, other.genders),
            _union(self.households, other.households),
        )


def _union(first: frozenset | None, second: frozenset | None) -> frozenset | None:  # type: ignore[type-arg]
    if first is None or second is None:
        return second if first is None else first
    return first | second


def read_ages(row: Row) -> tuple[Served, bool, bool]:
    """Read the ages of a service.

    Returns
    -------
    served : Served
    open : bool
        Whether the oldest age is one that nobody has.
    bad : bool
        Whether an age is no number, or the youngest is above the oldest.
    """
    low_text = row.get("minimumage", "serviceminage", "minage", "agemin")
    high_text = row.get("maximumage", "servicemaxage", "maxage", "agemax")
    low, high = age(low_text, oldest=False), age(high_text, oldest=True)
    bad = bool((low_text and low is None) or (high_text and high is None))
    endless = high is not None and high > OLDEST
    high = min(high, OLDEST) if high is not None else None
    if low is not None and (low > OLDEST or (high is not None and low > high)):
        return Served(), False, True
    return Served(low, high), endless, bad


def read_group(text: str) -> Served:
    """Read one entry of eligibility: "adult", "women", "18+", "12-17", "families".

    Parameters
    ----------
    text : str
        A whole entry. Longer sentences say nothing here; they are not guessed at.

    Returns
    -------
    Served
    """
    words = plain(text.replace("+", " and over "))
    if words in _ADULTS:
        return Served(age_min=18)
    if words in _MINORS:
        return Served(age_max=17)
    if match := _RANGE.fullmatch(words):
        low, high = int(match[1]), int(match[2])
        return Served(low, min(high, OLDEST)) if low <= high else Served()
    if match := _FROM.fullmatch(words):
        return Served(age_min=int(match[1])) if int(match[1]) <= OLDEST else Served()
    if match := _UNDER.fullmatch(words):
        return Served(age_max=int(match[1]) - 1) if 0 < int(match[1]) <= OLDEST else Served()
    if match := _UP_TO.fullmatch(words):
        return Served(age_max=min(int(match[1]), OLDEST))
    found = Served()
    if isinstance(gender := lookup(Gender).get(words), Gender):
        found = replace(found, genders=frozenset({gender}))
    if isinstance(household := lookup(Household).get(words), Household):
        found = replace(found, households=frozenset({household}))
    return found


def read_languages(texts: Iterable[str]) -> frozenset[str] | None:
    """Read languages; ``None`` if none is named.

    Parameters
    ----------
    texts : iterable of str
        Names or codes, several in one text separated by commas or semicolons.

    Returns
    -------
    frozenset of str or None
    """
    found = set()
    for text in texts:
        for part in re.split(r"[,;|]", re.sub(r"\(.*?\)", "", text)):
            name = part.strip()
            if re.fullmatch(r"[A-Za-z]{2,3}[-_][A-Za-z]{2,4}", name):
                name = name[:3].strip("-_")
            if name and len(name) <= _LANGUAGE_LENGTH and not is_unknown(name):
                found.add(language(name))
    return frozenset(found) or None


def county_of_location(row: Row) -> str | None:
    """Return the county that a location names by its code."""
    if "fips" not in row.get("externalidentifiertype").lower():
        return None
    found = geography.load().find(row.get("externalidentifier"))
    return found[0] if len(found) == 1 else None


def state_of_location(row: Row) -> str | None:
    """Return the state that a location names by its code, where it gives no county."""
    if row.get("externalidentifiertype").lower() != "state":
        return None
    return _state(row.get("externalidentifier"))


def place_of_address(row: Row) -> tuple[str | None, str | None, bool]:
    """Return state and county of an address, and whether a ZIP code gave the county.

    Nothing of the address itself is kept; what contradicts its state is not used.
    """
    geo = geography.load()
    state = _state(row.get("stateprovince", "state"))
    named = row.get("county") or _county_name(row.get("region"))
    found = geo.find(named, state) if named and state else ()
    from_zip = False
    county = found[0] if len(found) == 1 else None
    if county is None:
        county = geo.county_of_zip(row.peek("postalcode", "zip", "zipcode"))
        from_zip = county is not None
    if county is not None and state is not None and geo.state_of(county) != state:
        return state, None, False
    return state or geo.state_of(county), county, from_zip


def _county_name(region: str) -> str:
    """Return a region that plainly is a county."""
    return region if re.search(r"\b(county|parish|borough)$", region.strip().lower()) else ""


def _state(text: str) -> str | None:
    code = text.strip().upper()
    return code if code in geography.load().states else STATES.get(plain(text))
