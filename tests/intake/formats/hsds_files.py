"""HSDS directories made on the spot."""

from __future__ import annotations

from datetime import date
from typing import Any

from matching.intake.formats import Found, recognise
from matching.intake.reader import read
from tests.intake.packages import package

TODAY = date(2026, 11, 22)
Rows = list[dict[str, Any]]


def service(
    name: str = "Emergency shelter", number: str = "s1", **facts: Any
) -> dict[str, Any]:
    return {
        "id": number,
        "organization_id": "o1",
        "program_id": "",
        "name": name,
        "description": "",
        "status": "active",
        "minimum_age": "",
        "maximum_age": "",
        **facts,
    }


def capacity(available: Any = 2, maximum: Any = 6, number: str = "s1", **facts: Any) -> dict:
    moment = "2026-11-20T10:00:00+01:00"
    known = {"id": "c1", "service_id": number, "unit_id": "u1", "updated": moment}
    return {**known, "available": available, "maximum": maximum, "description": "", **facts}


def unit(name: str = "Bed", number: str = "u1", **facts: Any) -> dict[str, Any]:
    return {"id": number, "name": name, "scheme": "", "identifier": "", **facts}


def address(**facts: Any) -> dict[str, Any]:
    known = {
        "id": "a1",
        "location_id": "l1",
        "address_1": "12 Elm Street",
        "city": "Tallahassee",
    }
    return {
        **known,
        "region": "",
        "state_province": "FL",
        "postal_code": "32301",
        "country": "US",
        "address_type": "physical",
        **facts,
    }


def located(number: str = "l1", service_id: str = "s1") -> dict[str, Rows]:
    """A service at a place with an address."""
    return {
        "locations": [{"id": number, "name": "12 Elm Street", "latitude": "30.4"}],
        "service_at_location": [
            {"id": "x1", "service_id": service_id, "location_id": number, "description": ""}
        ],
        "addresses": [address(location_id=number)],
    }


def directory(**changes: Any) -> dict[str, Rows]:
    """The tables of a small directory; ``None`` leaves one out."""
    every = {
        "organizations": [{"id": "o1", "name": "Harbor", "legal_status": "", "tax_id": "12"}],
        "services": [service()],
        **changes,
    }
    return {name: rows for name, rows in every.items() if rows is not None}


def load(**changes: Any) -> Found:
    book = read(package(**directory(**changes)))
    standard = recognise(book)
    assert standard is not None
    assert standard.name.startswith("hsds-")
    return standard.load(book, TODAY)
