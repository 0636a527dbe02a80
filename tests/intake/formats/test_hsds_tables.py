"""Which books are directories, and in which version."""

from __future__ import annotations

from typing import Any

import pytest

from matching.intake.formats import recognise
from matching.intake.formats.hsds_tables import tables
from matching.intake.reader import Book, Sheet, read
from tests.intake.formats.hsds_files import capacity, directory, service, unit
from tests.intake.packages import as_csv, package


def name_of(**changes: Any) -> str | None:
    standard = recognise(read(package(**directory(**changes))))
    return None if standard is None else standard.name


def second(**facts: Any) -> dict[str, Any]:
    """A service as the second version has it."""
    left = {"minimum_age", "maximum_age"}
    old = {"fees": "", "application_process": ""}
    return {**{k: v for k, v in service(**facts).items() if k not in left}, **old}


def test_versions_are_told_by_their_tables_and_columns() -> None:
    assert name_of(services=[second()]) == "hsds-2"
    assert name_of() == "hsds-3"
    assert name_of(service_capacity=[capacity()], units=[unit()]) == "hsds-3.1"


@pytest.mark.parametrize("name", ["services", "service", "Services", "SERVICE"])
def test_tables_are_known_in_any_spelling(name: str) -> None:
    standard = recognise(read(package(**{name: [service()]})))
    assert standard is not None
    assert standard.sheets == (name,)
    assert "HSDS 3 directory" in standard.label


def test_services_alone_without_a_name_are_known_by_their_columns() -> None:
    standard = recognise(read(as_csv([service()])))
    assert standard is not None
    assert standard.name == "hsds-3"


def test_a_workbook_of_its_tables_is_a_directory(make_xlsx) -> None:
    rows = [list(service()), [str(value) for value in service().values()]]
    standard = recognise(read(make_xlsx(services=rows)))
    assert standard is not None


@pytest.mark.parametrize(
    "header",
    [
        ["provider_id", "name", "county", "services"],
        ["id", "name", "organization", "beds"],
        ["ORGANIZATION_ID", "ORGANIZATION_NAME", "PROGRAM_NAME", "OCCUPIED_BEDS"],
        ["PersonalID", "id", "name", "organization_id", "status", "fees"],
    ],
)
def test_other_lists_are_no_directories(header: list[str]) -> None:
    for name in ("", "services", "list"):
        sheet = Sheet(name, [header, ["1"] * len(header)])
        assert tables(Book((sheet,), ())) is None


def test_people_and_other_tables_are_told_apart() -> None:
    contacts = [{"id": "1", "name": "Ann", "organization_id": "o", "service_id": "s"}]
    fees = [{"id": "1", "amount": "5"}]
    found = tables(read(package(**directory(contacts=contacts, cost_options=fees))))
    assert found is not None
    assert found.people == ["contacts"]
    assert found.others == ["cost_options"]
    assert found.get("unit").rows == []
