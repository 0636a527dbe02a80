"""What may never be stored is recognised; what is harmless is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.intake.fields import CATALOGUE, SheetKind
from matching.intake.firewall import (
    check_reference,
    is_client_list,
    is_personal,
    not_kept,
    private_reason,
    safe_header,
)
from matching.intake.issues import CellError, Code

R, P = SheetKind.REFERRALS, SheetKind.PROVIDERS


@pytest.mark.parametrize(
    ("header", "word"),
    [
        ("Date of birth", "birth dates"),
        ("DOB", "birth dates"),
        ("SSN", "numbers that identify"),
        ("Social Security #", "numbers that identify"),
        ("First Name", "names of people"),
        ("client_name", "names of people"),
        ("ChildName", "names of people"),
        ("Name", "names of people"),
        ("Trafficker", "names of people"),
        ("Cell phone", "phone numbers"),
        ("E-mail", "phone numbers"),
        ("Home Address", "finer than a county"),
        ("ZIP", "finer than a county"),
        ("address1", "finer than a county"),
        ("Latitude", "finer than a county"),
        ("Case notes", "free text"),
        ("Narrative", "free text"),
        ("Photo", "pictures"),
        ("Race/Ethnicity", "race"),
        ("Nationality", "race"),
        ("Sexual orientation", "race"),
        ("Religion", "race"),
    ],
)
def test_personal_columns(header: str, word: str) -> None:
    reason = private_reason(header, R)
    assert reason is not None
    assert word in reason
    assert not_kept(header, R).private
    assert str(not_kept(header, R)).startswith(f"not kept: column '{header}': ")


@pytest.mark.parametrize(
    "header", ["Regional office", "Shoe size", "Certificate class", "Grid"]
)
def test_harmless_columns_are_listed_without_alarm(header: str) -> None:
    found = not_kept(header, R)
    assert not found.private
    assert "no field" in found.why


def test_a_provider_may_have_a_name() -> None:
    assert private_reason("Name", P) is None
    assert private_reason("Name", R) is not None


@pytest.mark.parametrize("kind", list(SheetKind))
def test_no_column_of_the_template_looks_personal(kind: SheetKind) -> None:
    allowed = {"days_to_birthday"}  # days, not a date
    found = {f.column for f in CATALOGUE[kind] if private_reason(f.column, kind)}
    assert found <= allowed


@pytest.mark.parametrize("text", ["123-45-6789", "call 123 45 6789", "(850) 555-0100",
                                  "850-555-0100",
                                  "+1 850.555.0100"])  # fmt: skip
def test_numbers_of_people(text: str) -> None:
    assert is_personal(text)


@pytest.mark.parametrize(
    "text", ["R-0417", "2026-11-22", "12345", "C-12; C-13", "555-0100", ""]
)
def test_other_numbers(text: str) -> None:
    assert not is_personal(text)


@pytest.mark.parametrize(
    "text",
    ["Jane Doe", "Doe, Jane", "Jane van Doe", "123-45-6789", "123456789", "jane@example.org",
     "2009-04-03", "4/3/2009", "850-555-0100", "María José"],
)  # fmt: skip
def test_references_that_tell_who_it_is(text: str) -> None:
    with pytest.raises(CellError) as caught:
        check_reference(text)
    assert caught.value.code is Code.PERSONAL_ID
    assert not caught.value.show
    assert text not in caught.value.sentence + caught.value.fix
    assert "opaque" in caught.value.fix


@pytest.mark.parametrize("text", ["R-0417", "case 4417", "4417", "XA", "a1b2c3d4",
                                  "TX-2026-000417",
                                  "0e4a0c1e-7ad1-4d7c-9d20-9c0e0e3f5a11"])  # fmt: skip
def test_opaque_references(text: str) -> None:
    check_reference(text)
    assert text


@given(st.from_regex(r"[A-Z]{1,3}-\d{1,6}", fullmatch=True))
def test_letters_and_a_number_are_always_opaque(text: str) -> None:
    assert not is_personal(text)
    check_reference(text)


def test_headers_that_are_data_are_not_shown() -> None:
    assert safe_header("Beds open") == "Beds open"
    for text in ("123-45-6789", "jane@example.org", "2009-04-03", "8505550100"):
        assert safe_header(text) == "(a value, not a name)"


def test_a_list_of_people() -> None:
    assert is_client_list(["Case", "First name", "DOB"])
    assert is_client_list(["Name", "Date of birth"])
    assert not is_client_list(["provider_id", "name", "county"])
