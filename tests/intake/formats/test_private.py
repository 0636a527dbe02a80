"""Flags of secret places, and names that give a place away."""

from __future__ import annotations

import pytest

from matching.intake.formats.private import (
    is_private_flag,
    is_secret_part,
    without_address,
)


@pytest.mark.parametrize(
    "header",
    [
        "PhysicalAddressIsPrivate",
        "physical_address_is_private",
        "ConfidentialAddress",
        "Confidential location",
        "Confidential",
        "Address is undisclosed",
        "Hidden Site",
    ],
)
def test_flags(header: str) -> None:
    assert is_private_flag(header)


@pytest.mark.parametrize(
    "header",
    [
        "MailingAddressIsPrivate",
        "Address",
        "Private pay",
        "Private room",
        "Funding",
        "ConfidentialAddress_id",
        "AgencyAddressus_ConfidentialAddress_country",
        "ConfidentialMailingAddress",
    ],
)
def test_columns_that_are_no_flags(header: str) -> None:
    assert not is_private_flag(header)


@pytest.mark.parametrize(
    "name",
    [
        "12 Elm Street",
        "1200 N. Oak Ave",
        "Shelter, 4830 Highland Drive",
        "PO Box 77",
        "9b Mill Rd",
    ],
)
def test_names_with_an_address(name: str) -> None:
    assert without_address(name) is None


@pytest.mark.parametrize(
    "name",
    ["Oak House", "Sanctuary on 5th Street", "24 hour shelter", "Project 1", "Way Home 2"],
)
def test_names_without_one(name: str) -> None:
    assert without_address(name) == name


def test_no_name_is_unknown() -> None:
    assert without_address("") is None


@pytest.mark.parametrize(
    "header",
    ["AgencyAddressus_ConfidentialAddress_address_1", "ConfidentialAddress_city",
     "Confidential location county"],
)  # fmt: skip
def test_parts_of_a_secret_address(header: str) -> None:
    assert is_secret_part(header)
    assert not is_private_flag(header)


@pytest.mark.parametrize(
    "header",
    ["ConfidentialAddress_id", "ConfidentialAddress_country", "address_1",
     "ConfidentialMailingAddress_city"],
)  # fmt: skip
def test_columns_that_are_no_parts_of_one(header: str) -> None:
    assert not is_secret_part(header)
