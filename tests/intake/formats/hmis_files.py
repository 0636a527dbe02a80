"""HMIS exports made on the spot."""

from __future__ import annotations

from datetime import date
from typing import Any

from matching.intake.formats import Found, recognise
from matching.intake.reader import read
from tests.intake.packages import package

TODAY = date(2026, 11, 22)


def project(number: str = "1", **facts: Any) -> dict[str, Any]:
    return {
        "ProjectID": number,
        "OrganizationID": "9",
        "ProjectName": f"Project {number}",
        "OperatingStartDate": "2010-01-01",
        "OperatingEndDate": "",
        "ProjectType": 0,
        "TargetPopulation": 4,
        "DateDeleted": "",
        "ExportID": "7",
        **facts,
    }


def inventory(number: str = "1", beds: Any = 5, household: Any = 1, **facts: Any) -> dict:
    return {
        "InventoryID": f"{number}-{household}-{beds}",
        "ProjectID": number,
        "HouseholdType": household,
        "Availability": "",
        "BedInventory": beds,
        "YouthBedInventory": 0,
        "ESBedType": 1,
        "InventoryStartDate": "2020-01-01",
        "InventoryEndDate": "",
        "DateDeleted": "",
        **facts,
    }


def agency(**facts: Any) -> dict[str, Any]:
    named = {"OrganizationID": "9", "OrganizationName": "Harbor", "VictimServiceProvider": 0}
    return {**named, **facts}


def place(number: str = "1", **facts: Any) -> dict[str, Any]:
    known = {"ProjectID": number, "CoCCode": "FL-500", "Geocode": "129073", "State": "FL"}
    return {**known, "Address1": "12 Elm St", "City": "Tallahassee", "ZIP": "32301", **facts}


def export(**facts: Any) -> dict[str, Any]:
    dates = {"ExportDate": "2026-10-01 08:00:00", "ExportEndDate": "2026-09-30"}
    return {"ExportID": "7", "SourceID": "CoC7", **dates, "SoftwareName": "Some", **facts}


def tables(**changes: Any) -> dict[str, Any]:
    """The five tables of a small export; ``None`` leaves one out."""
    every = {
        "Project": [project()],
        "Inventory": [inventory()],
        "Organization": [agency()],
        "ProjectCoC": [place()],
        "Export": [export()],
        **changes,
    }
    return {name: rows for name, rows in every.items() if rows is not None}


def load(today: date = TODAY, **changes: Any) -> Found:
    book = read(package(**tables(**changes)))
    standard = recognise(book)
    assert standard is not None
    assert standard.name == "hmis-csv"
    return standard.load(book, today)
