"""Cells that cannot be read, or that tell who or where somebody is: told, never kept."""

from __future__ import annotations

from collections.abc import Set

from matching.domain.records import Referral
from matching.intake import firewall
from matching.intake.fields import WRITTEN, Field, Kind, SheetKind
from matching.intake.issues import CellError, Code, Severity, shown
from matching.intake.table import Table
from matching.intake.values import entries, is_unknown
from matching.intake.vocabulary import NONE


def is_written(field_: Field, kind: SheetKind) -> bool:
    """Tell whether people write freely in a column, so that it may tell who somebody is."""
    if kind is SheetKind.PROVIDERS:
        return field_.attribute in _SHARED or field_.kind is Kind.TEXT
    return field_.kind in WRITTEN or field_.kind is Kind.RANKED_LANGUAGES


def report(table: Table, field_: Field, k: int, text: str, problem: CellError) -> None:
    """List a cell's problem; personal text is blanked, all else sets the row aside."""
    table.values[field_.column][k] = None
    hidden = problem.show and tells_who(field_, text)
    table.add(
        Severity.WARNING if problem.code is Code.PERSONAL_TEXT else Severity.ERROR,
        problem.code,
        k,
        field_.column,
        shown(text) if problem.show and not hidden else None,
        HIDDEN if hidden else problem.sentence,
        problem.fix,
    )


HIDDEN = (
    "what the cell holds does not belong here. It may tell who somebody is, "
    "so it is not shown or kept."
)


def tells_who(field_: Field, text: str) -> bool:
    """Tell whether a cell that could not be read must not be shown."""
    if field_.record is not Referral:
        return firewall.is_personal(text)
    place = field_.kind in (Kind.COUNTY, Kind.COUNTIES, Kind.STATE)
    return firewall.may_tell_who(text, place=place, day=field_.kind in (Kind.DATE, Kind.MOMENT))


#: Codes that two people share; as names they would tell who they are.
_SHARED = frozenset({"group_id", "separate_from", "resident_tokens"})


def personal(field_: Field, distinct: Set[str]) -> dict[str, CellError]:
    """Return the cells that can be read but tell who somebody is."""
    found: dict[str, CellError] = {}
    for text in distinct:
        if is_unknown(text):
            continue
        if field_.attribute == "referral_id":
            try:
                firewall.check_reference(text.strip())
            except CellError as problem:
                found[text] = problem
        elif field_.attribute in _SHARED and _names_somebody(text):
            found[text] = _NAMED
        elif what := _personal_part(field_, text):
            found[text] = CellError(
                Code.PERSONAL_TEXT,
                f"the cell held what looks like {what}; it was blanked.",
                "Use a code instead.",
                show=False,
            )
    return found


def _names_somebody(text: str) -> bool:
    """Tell whether one of several codes looks like a name."""
    return text.strip().lower() not in NONE and any(map(firewall.is_name, entries(text)))


#: An error, not a warning: without its code a conflict would go unseen.
_NAMED = CellError(
    Code.PERSONAL_ID,
    "the code looks like a name, and is not shown or kept.",
    "Use an opaque code, such as C-12.",
    show=False,
)


def _personal_part(field_: Field, text: str) -> str | None:
    """Return what personal thing a written cell holds.

    A worker's account may be an e-mail address, and a desk's work number is what
    the contact of a provider is for. Names of programmes may be long.
    """
    desk = field_.attribute == "contact"
    if firewall.has_social_security_number(text):
        return "a social security number"
    if firewall.is_personal(text) and not desk:
        return "a phone or social security number"
    if firewall.has_email(text) and not desk and field_.attribute != "worker":
        return "an e-mail address"
    if field_.kind is Kind.TEXT and field_.attribute not in _NAMES and firewall.is_story(text):
        return "free text"
    return None


#: Names of places and agencies, as long as they may be.
_NAMES = frozenset({"name", "agency"})
