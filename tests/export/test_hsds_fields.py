"""The tables that are written, against what the standard says of them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from matching.export.hsds_fields import RESOURCES

STANDARD = Path(__file__).resolve().parents[3] / "shared" / "data" / "hsds" / "spec_3_1_dev"

#: Required columns and closed lists of the tables that are written, as the
#: standard has them; they hold where its own files are not at hand.
REQUIRED = {
    "organization": {"id", "name", "description"},
    "program": {"id", "organization_id", "name", "description"},
    "service": {"id", "organization_id", "name", "status"},
    "location": {"id", "location_type"},
    "service_at_location": {"id", "service_id", "location_id"},
    "unit": {"id", "name"},
    "service_capacity": {"id", "service_id", "unit_id"},
    "service_area": {"id"},
    "language": {"id"},
    "accessibility": {"id"},
    "taxonomy": {"id", "name", "description"},
    "taxonomy_term": {"id", "name", "description"},
    "attribute": {"id", "link_id", "taxonomy_term_id", "link_entity"},
}
CLOSED = {
    ("service", "status"): {"active", "inactive", "defunct", "temporarily closed"},
    ("location", "location_type"): {"physical", "postal", "virtual"},
}
#: The published description leaves these out; their examples have them.
UNDESCRIBED = {
    "unit": ["id", "name", "scheme", "identifier", "uri"],
    "service_capacity": [
        "id", "service_id", "unit_id", "available", "maximum", "description", "updated",
    ],
}  # fmt: skip


def standard() -> dict[str, dict[str, Any]]:
    """The standard's tables by name, or none where its files are not at hand."""
    path = STANDARD / "datapackage_3.1dev.json"
    if not path.exists():
        return {}
    described = json.loads(path.read_text("utf-8"))
    return {one["name"]: one for one in described["resources"]}


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda one: one.name)
def test_columns_are_the_standards(resource) -> None:
    assert resource.name in REQUIRED
    assert set(resource.fields) >= REQUIRED[resource.name]
    described = standard().get(resource.name)
    if described is None:
        return
    fields = {one["name"]: one for one in described["schema"]["fields"]}
    expected = UNDESCRIBED.get(resource.name) or list(fields)
    assert list(resource.fields) == expected
    assert set(expected) >= fields.keys()
    assert described["path"] == resource.path
    required = {name for name, one in fields.items() if one["constraints"]["required"]}
    assert required <= REQUIRED[resource.name]
    for name, one in fields.items():
        if "enum" in one:
            closed = CLOSED[resource.name, name]
            assert set(one["enum"]) == closed
        if name in resource.numbers:
            assert one["type"] == "number"


@pytest.mark.parametrize("name", sorted(UNDESCRIBED))
def test_tables_that_are_not_described_follow_their_examples(name: str) -> None:
    resource = next(one for one in RESOURCES if one.name == name)
    assert list(resource.fields) == UNDESCRIBED[name]
    example = STANDARD / "examples" / resource.path
    if example.exists():
        with example.open(encoding="utf-8", newline="") as file:
            assert next(csv.reader(file)) == UNDESCRIBED[name]


def test_every_join_leads_to_a_table_that_is_written() -> None:
    names = {resource.name for resource in RESOURCES}
    for resource in RESOURCES:
        described = resource.described()
        assert described["path"] == resource.path
        assert set(resource.joins) <= set(resource.fields)
        assert set(resource.joins.values()) <= names
        assert resource.numbers <= set(resource.fields)
