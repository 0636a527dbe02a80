"""What a row says against itself, and rows against each other."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from matching.domain import geography
from matching.domain.records import Provider
from matching.intake.fields import CATALOGUE, SheetKind
from matching.intake.formats.private import without_address
from matching.intake.issues import Code, Severity
from matching.intake.table import Table

#: (smaller, larger): the first may not be more than the second.
_BEDS = (
    ("beds_staffed", "beds_licensed"),
    ("beds_accepting", "beds_staffed"),
    ("beds_accepting", "beds_licensed"),
    ("beds_available", "beds_accepting"),
    ("beds_available", "beds_staffed"),
    ("beds_available", "beds_licensed"),
)
_AGES = (("age_min", "age_max"), ("resident_age_min", "resident_age_max"))
#: The columns of the provider sheet that must agree between a provider's rows.
FACTS = tuple(
    field.column
    for field in CATALOGUE[SheetKind.PROVIDERS]
    if field.record is Provider and field.attribute != "provider_id"
)


def _words(column: str) -> str:
    """Return a column's name as words."""
    return column.replace("_", " ")


def check_providers(table: Table) -> None:
    """Check the rows of a provider sheet, in place.

    Parameters
    ----------
    table : Table
        The sheet; problems are added to it and rows set aside.
    """
    _check_ages(table)
    _check_beds(table)
    _check_state(table)
    _check_confidential(table)
    _check_same_key(table, ("provider_id", "bed_pool"), "bed pool")
    _check_facts(table)
    # A provider's other rows may have added the state or the protection.
    _check_state(table, frozenset(table.bad))
    _check_confidential(table)
    _check_secret_addresses(table)


def check_referrals(table: Table) -> None:
    """Check the rows of a referral sheet, in place.

    Parameters
    ----------
    table : Table
        The sheet; problems are added to it and rows set aside.
    """
    children, status = table.column("children_with"), table.column("pregnant_parenting")
    for k in range(len(table.rows)):
        if children[k] and status[k] == "none":
            table.add(
                Severity.WARNING,
                Code.CONTRADICTION,
                k,
                "children_with",
                str(children[k]),
                f"{children[k]} children come along, but the person is listed as neither "
                "pregnant nor parenting.",
                "Correct one of the two.",
            )
    received, needed = table.column("received_at"), table.column("needed_by")
    for k in range(len(table.rows)):
        if received[k] and needed[k] and needed[k] < received[k].date():
            table.add(
                Severity.WARNING,
                Code.CONTRADICTION,
                k,
                "needed_by",
                needed[k].isoformat(),
                "the bed is needed before the referral was received.",
                "Check both dates.",
            )
    _check_same_key(table, ("referral_id",), "case reference")


def _check_ages(table: Table) -> None:
    """Set rows aside whose youngest age is above the oldest."""
    for low, high in _AGES:
        first, last = table.column(low), table.column(high)
        for k in range(len(table.rows)):
            if first[k] is not None and last[k] is not None and first[k] > last[k]:
                table.add(
                    Severity.ERROR,
                    Code.AGES_REVERSED,
                    k,
                    low,
                    str(first[k]),
                    f"the {_words(low)} {first[k]} is above the {_words(high)} {last[k]}.",
                    "Correct one of the two ages.",
                )


def _check_beds(table: Table) -> None:
    """Lower bed numbers that are above their limit, with a warning.

    A bed that does not exist does more harm than a call too many, so the
    smaller number counts.
    """
    for small, large in _BEDS:
        if small not in table.values or large not in table.values:
            continue
        counts, limits = table.values[small], table.values[large]
        for k in range(len(table.rows)):
            if counts[k] is not None and limits[k] is not None and counts[k] > limits[k]:
                table.add(
                    Severity.WARNING,
                    Code.MORE_THAN_LIMIT,
                    k,
                    small,
                    str(counts[k]),
                    f"{counts[k]} {_words(small)} are more than {limits[k]} {_words(large)}; "
                    f"{limits[k]} was used.",
                    "Correct one of the two numbers.",
                )
                counts[k] = limits[k]
    _warn_overfull(table)


def _warn_overfull(table: Table) -> None:
    """Warn where people and holds are more than the beds there are."""
    occupied, held = table.column("beds_occupied"), table.column("beds_held")
    for name in ("beds_accepting", "beds_staffed", "beds_licensed"):
        if name not in table.values:
            continue
        for k, beds in enumerate(table.values[name]):
            taken = (occupied[k] or 0) + (held[k] or 0)
            if beds is not None and taken > beds and (occupied[k] or held[k]) is not None:
                table.add(
                    Severity.WARNING,
                    Code.MORE_THAN_LIMIT,
                    k,
                    "beds_occupied",
                    str(occupied[k]),
                    f"{taken} beds occupied or held are more than {beds} {_words(name)}; "
                    "none counts as free.",
                    "Check the numbers.",
                )
        return


def _check_state(table: Table, told: frozenset[int] = frozenset()) -> None:
    """Set rows aside whose county is in another state than they say, but those told."""
    geo = geography.load()
    places = list(zip(table.column("state"), table.column("county"), strict=True))
    wrong = {(s, c) for s, c in set(places) if s and c and geo.state_of(c) != s}
    for k, (state, county) in enumerate(places if wrong else ()):
        if (state, county) in wrong and k not in told:
            table.add(
                Severity.ERROR,
                Code.COUNTY_NOT_IN_STATE,
                k,
                "county",
                county,
                f"{geo.name(county)} is not in {state}.",
                "Correct the county or the state.",
            )


def _check_confidential(table: Table) -> None:
    """Treat a domestic-violence or victim service programme as confidential."""
    if "confidential" not in table.values:
        return
    violence, victims = (
        table.column("domestic_violence"),
        table.column("victim_service_provider"),
    )
    for k, secret in enumerate(table.values["confidential"]):
        if secret is False and (violence[k] or victims[k]):
            table.values["confidential"][k] = True
            table.add(
                Severity.WARNING,
                Code.CONTRADICTION,
                k,
                "confidential",
                "no",
                "a domestic-violence or victim service programme is marked as not "
                "confidential; it is treated as confidential.",
                "Change the mark to yes.",
            )


def _check_secret_addresses(table: Table) -> None:
    """Blank names that give the address of a secret place away."""
    marks = [table.column(name) for name in _PROTECTED]
    for name in _TOLD:
        values = table.values.get(name, [])
        telling = {text for text in set(values) if text and without_address(text) is None}
        for k, text in enumerate(values if telling else ()):
            if text in telling and any(mark[k] for mark in marks):
                values[k] = None
                table.add(
                    Severity.WARNING,
                    Code.PERSONAL_TEXT,
                    k,
                    name,
                    None,
                    "an address stood in it, and the location is secret; it was blanked.",
                    "Write the name without the address.",
                )


_PROTECTED = ("confidential", "domestic_violence", "victim_service_provider")
_TOLD = ("name", "agency", "contact", "pool_name", "confirmed_by")


def _check_same_key(table: Table, keys: tuple[str, ...], what: str) -> None:
    """Keep one of identical rows; set all aside that share a key but differ."""
    named = list(zip(*(table.column(name) for name in keys), strict=True))
    if len(set(named)) == len(named):
        return
    places: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for k, key in enumerate(named):
        if None not in key:
            places[key].append(k)
    for key, found in places.items():
        if len(found) < 2:
            continue
        if table.bad.isdisjoint(found) and _alike(table, found):
            _repeated(table, found, keys[-1], str(key[-1]))
            continue
        rows = ", ".join(str(table.rows[k]) for k in found[:5])
        for k in found:
            table.add(
                Severity.ERROR,
                Code.SAME_ID_DIFFERENT_ROWS,
                k,
                keys[-1],
                str(key[-1]),
                f"rows {rows} have the same {what} but differ; keeping one would be a guess.",
                "Keep the right row and remove the others.",
            )


def _repeated(table: Table, found: list[int], column: str, value: str) -> None:
    """Leave out all but the first of identical rows."""
    for k in found[1:]:
        table.left_out.add(k)
        table.add(
            Severity.WARNING,
            Code.DUPLICATE_ROW,
            k,
            column,
            value,
            f"the row is the same as row {table.rows[found[0]]} and is read once.",
            "Remove the repeated row.",
        )


def _alike(table: Table, found: list[int]) -> bool:
    """Tell whether rows are the same in every column."""
    columns = list(table.values.values())
    first = [column[found[0]] for column in columns]
    return all([column[k] for column in columns] == first for k in found[1:])


def _check_facts(table: Table) -> None:
    """Fill a provider's facts from its other rows; set it aside where they differ."""
    places: dict[str, list[int]] = defaultdict(list)
    for k, provider in enumerate(table.column("provider_id")):
        if provider is not None and k not in table.bad and k not in table.left_out:
            places[provider].append(k)
    several = [found for found in places.values() if len(found) > 1]
    firsts = [found[0] for found in several for _ in found[1:]]
    others = [k for found in several for k in found[1:]]
    for name in FACTS:
        values = table.values.get(name)
        if values is None or [values[k] for k in firsts] == [values[k] for k in others]:
            continue
        for found in several:
            first = values[found[0]]
            if all(values[k] == first for k in found):
                continue
            said = {values[k] for k in found if values[k] is not None}
            if len(said) == 1:
                only = said.pop()
                for k in found:
                    values[k] = only
                continue
            rows = ", ".join(str(table.rows[k]) for k in found[:5])
            for k in found:
                table.add(
                    Severity.ERROR,
                    Code.PROVIDER_ROWS_DIFFER,
                    k,
                    name,
                    None,
                    f"rows {rows} are of one provider but differ in {_words(name)}.",
                    "Write the same in all its rows, or in one row only.",
                )
