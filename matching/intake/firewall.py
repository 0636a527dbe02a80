"""Drops what must not be stored before anything is kept (class X).

Only columns of the catalogue are ever kept. The firewall says *why* a column
that looks personal was dropped, refuses case references that are names or
numbers of people, and blanks personal numbers inside kept text.
"""

from __future__ import annotations

import re
from itertools import pairwise

from matching.intake.field_types import SheetKind, plain
from matching.intake.issues import CellError, Code, NotKept, shown

_PERSON = (
    r"client|child|childs|youth|youths|survivor|victim|patient|person|participant|resident"
    r"|mother|father|parent|guardian|caregiver|sibling|trafficker|exploiter|abuser"
)

#: Patterns on a plain header and why a column that fits is not stored.
_REASONS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), why)
    for pattern, why in (
        (r"\b(dob|d o b|birth|birthdate|birthday|born)\b", "birth dates are never stored"),
        (
            r"\b(ssn|ss|social security|passport|medicaid|alien number|a number|driver licence"
            r"|drivers licence|state id)\b",
            "numbers that identify a person are never stored",
        ),
        (
            r"\b(first|last|middle|given|full|legal|maiden|preferred|nick|sur"
            rf"|{_PERSON}) ?name\b"
            r"|\b(surname|nickname|alias|aliases|initials|fname|lname)\b"
            r"|^(trafficker|exploiter)s?$",
            "names of people are never stored",
        ),
        (
            r"\b(phone|phones|telephone|tel|mobile|cell|fax|hotline|email|emails|e mail|mail)\b"
            r"|phonenum|phonenumber|emailaddress",
            "phone numbers and e-mail addresses are never stored",
        ),
        (
            r"\b(address|addresses|address1|address2|addr|addrln1|addrln2|street|city|town|zip"
            r"|zipcode|zip4|postal|postcode|latitude|longitude|lat|lon|lng|long|coordinates"
            r"|geometry|location|apartment|apt)\b",
            "places finer than a county are never stored",
        ),
        (
            r"\b(notes?|comments?|narrative|narratives|description|remarks?|story|summary"
            r"|details|history|free text|memo)\b",
            "free text is never stored, because it may tell who somebody is",
        ),
        (r"\b(photo|photos|picture|image|headshot)\b", "pictures of people are never stored"),
        (
            r"\b(race|ethnicity|ethnic|nationality|citizenship|citizen|immigration|visa"
            r"|religion|faith of client|sexual orientation|sexuality|country of birth"
            r"|country of origin|tribe|skin colour)\b",
            "race, nationality, religion and sexuality are never stored with a referral",
        ),
    )
)  # fmt: skip

_NAME_ONLY = "names of people are never stored"
_SSN = re.compile(r"(?<!\d)\d{3}[-–. ]\d{2}[-–. ]\d{4}(?!\d)")
_PHONE = re.compile(r"(?<!\d)(?:\+?1[-. ]?)?(?:\(\d{3}\)\s?|\d{3}[-. ])\d{3}[-. ]\d{4}(?!\d)")
_FIVE = re.compile(r"\d\d[-–. ]\d{4}")
_EMAIL = re.compile(r"[^\s@;,<>]@[^\s@;,<>]+\.\w")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATE = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|\d{1,2}-\d{1,2}-\d{4}"
    rf"|\d{{1,2}}[ -]{_MONTH},?[ -]\d{{4}}|{_MONTH} \d{{1,2}},? \d{{4}}",
    re.IGNORECASE,
)
#: A date that stands for itself, not as a part of a longer code.
_DATE_ALONE = re.compile(rf"(?<![\w-])(?:{_DATE.pattern})(?![\w-])", re.IGNORECASE)
_STREET = re.compile(
    r"\d+\s+(?:\w+\.?\s+){1,4}?"
    r"(?:st|street|ave|avenue|rd|road|dr|drive|ln|lane|blvd|boulevard|ct|court|way)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
#: One word such as "R-0417" or "ab12": starts with letters, and no sign stands
#: between or behind its digits, so that it is no date, number, address or name.
_OPAQUE = re.compile(r"[A-Za-z]+-?[A-Za-z0-9]+")
_STORY_LENGTH, _STORY_WORDS = 60, 6
_LETTERS = re.compile(
    r"[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_]))+"
    r"(?:,?\s+[^\W\d_]+(?:['’-][^\W\d_]+)*\.?)+"
)


def private_reason(header: str, kind: SheetKind) -> str | None:
    """Return why a column looks personal, or ``None``.

    Parameters
    ----------
    header : str
        The header as it stands in the file.
    kind : SheetKind
        In a referral sheet a bare "name" is a person's.

    Returns
    -------
    str or None
    """
    name = plain(header)
    if kind is SheetKind.REFERRALS and name in {"name", "names"}:
        return _NAME_ONLY
    return next((why for pattern, why in _REASONS if pattern.search(name)), None)


def not_kept(header: str, kind: SheetKind) -> NotKept:
    """Return the entry for a column that no field of the catalogue takes."""
    why = private_reason(header, kind)
    name = safe_header(header)
    if why is None:
        return NotKept(name, "no field of the record has this name", private=False)
    return NotKept(name, why, private=True)


def safe_header(header: str) -> str:
    """Return a header that may be shown, even where it is data in disguise."""
    text = shown(header, 40)
    return "(a value, not a name)" if is_value(text) else text


def is_value(header: str) -> bool:
    """Tell whether what stands where a header belongs is data that may be personal."""
    return bool(
        is_personal(header)
        or _DATE.search(header)
        or "@" in header
        or re.search(r"\d{6,}", header)
    )


def is_personal(text: str) -> bool:
    """Tell whether a text holds what looks like a social security or phone number."""
    return bool(_FIVE.search(text) and (_SSN.search(text) or _PHONE.search(text)))


def has_social_security_number(text: str) -> bool:
    """Tell whether a text holds what looks like a social security number."""
    return bool(_FIVE.search(text) and _SSN.search(text))


def has_email(text: str) -> bool:
    """Tell whether a text holds what looks like an e-mail address."""
    return "@" in text and _EMAIL.search(text) is not None


def is_name(text: str) -> bool:
    """Tell whether a whole text looks like a person's name: several words, no number."""
    return _LETTERS.fullmatch(text) is not None


def is_story(text: str) -> bool:
    """Tell whether a text is too long for a code, so that it may tell a story."""
    return len(text) > _STORY_LENGTH or len(text.split()) > _STORY_WORDS


def may_tell_who(text: str, *, place: bool = False, day: bool = False) -> bool:
    """Tell whether a cell that could not be read may say who somebody is.

    Parameters
    ----------
    text : str
        The cell of a referral sheet, in a column where it does not belong.
    place : bool
        Whether a county or state belongs there, so that capitals are no sign.
    day : bool
        Whether a date belongs there.

    Returns
    -------
    bool
    """
    if is_personal(text) or has_email(text) or is_story(text) or _STREET.search(text):
        return True
    if not day and _DATE.search(text):
        return True
    if place:
        return any(map(str.isdigit, text)) and any(map(str.isalpha, text))
    words = _WORD.findall(text)
    return any(
        one[0].isupper() and other[0].isupper() and len(one) + len(other) > 2
        for one, other in pairwise(words)
    )


def check_reference(text: str) -> None:
    """Refuse a case reference that would tell who the person is.

    Parameters
    ----------
    text : str
        The reference.

    Raises
    ------
    CellError
        If it looks like a name, a birth date, a number of a person or an
        e-mail address. The error never repeats the value.
    """
    looks = None if _OPAQUE.fullmatch(text) else _looks_like(text)
    if looks:
        raise CellError(
            Code.PERSONAL_ID,
            f"the case reference looks like {looks}, and is not shown or kept.",
            "Use an opaque case reference, such as R-0417.",
            show=False,
        )


def _looks_like(reference: str) -> str | None:
    """Return what personal thing a case reference looks like."""
    if is_personal(reference) or re.fullmatch(r"\d{9}", reference):
        return "a social security or phone number"
    if "@" in reference:
        return "an e-mail address"
    if _DATE_ALONE.search(reference):
        return "a date"
    if _STREET.search(reference):
        return "an address"
    return "a name" if is_name(reference) else None


def is_client_list(headers: list[str]) -> bool:
    """Tell whether headers are those of a list of people: names and birth dates."""
    reasons = {private_reason(header, SheetKind.REFERRALS) for header in headers if header}
    named = _NAME_ONLY in reasons or any(_ONE_PERSON.fullmatch(plain(one)) for one in headers)
    return named and "birth dates are never stored" in reasons


_ONE_PERSON = re.compile(rf"(?:{_PERSON})s?")
