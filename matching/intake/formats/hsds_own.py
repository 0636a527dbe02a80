"""Facts of the record that HSDS has no columns for, as attributes under a taxonomy of our own.

An attribute's term is a column of the provider sheet and its value a cell as
the sheet has it, so that an export comes in again with the same facts.
"""

from __future__ import annotations

from typing import Any

from matching.intake.column_reader import read_column
from matching.intake.fields import CATALOGUE, Field, SheetKind
from matching.intake.formats.hsds_tables import Tables
from matching.intake.formats.tables import Row

#: The taxonomy whose terms are columns of the provider sheet.
OWN_TAXONOMY = "Provider record"

#: What may leave the agency: what a place is and whom it serves. Nothing about
#: the people who live there, the staff on shift or whom to call.
PROVIDER_COLUMNS = (
    "provider_id", "placement_type", "confidential", "victim_service_provider",
    "domestic_violence", "licence_status", "licence_expires", "certificate",
    "certificate_expires", "family_first", "licensed_capacity", "capabilities", "excludes",
    "trafficking_types", "identifications", "referral_sources", "awake_night", "intake_24_7",
    "max_stay_days", "funding", "lgbtq_affirming", "faith_character", "device_policy",
    "icwa_tier", "data_origin",
)  # fmt: skip
POOL_COLUMNS = ("bed_pool", "pool_name", "genders", "households", "reserved_for")

_FIELDS: dict[str, Field] = {
    field.column: field
    for field in CATALOGUE[SheetKind.PROVIDERS]
    if field.column in (*PROVIDER_COLUMNS, *POOL_COLUMNS)
}


def field_of(column: str) -> Field:
    """Return the catalogue's entry of one of the columns that are exported."""
    return _FIELDS[column]


def own_terms(tables: Tables) -> dict[str, str]:
    """Return the terms of our own taxonomy: their id and the column they stand for."""
    return {
        row.get("id"): row.get("code")
        for row in tables.get("taxonomy_term").rows
        if row.get("taxonomy") == OWN_TAXONOMY and row.get("code") in _FIELDS
    }


def read_own(rows: list[Row], terms: dict[str, str]) -> dict[str, Any]:
    """Read the attributes of one service.

    Parameters
    ----------
    rows : list of Row
        Its attributes, of any taxonomy.
    terms : dict of str to str
        From :func:`own_terms`.

    Returns
    -------
    dict of str to value
        By column; what cannot be read is unknown.
    """
    found: dict[str, Any] = {}
    for row in rows:
        column = terms.get(row.get("taxonomytermid"))
        if column is None:
            continue
        text = row.written("value")
        row.table.used.add("value")
        values, _ = read_column(_FIELDS[column], [text])
        if values.get(text) is not None:
            found[column] = values[text]
    return found
