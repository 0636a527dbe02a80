"""What may never be stored is recognised; what is harmless is not."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.intake import firewall
from matching.intake.fields import CATALOGUE, SheetKind
from matching.intake.firewall import (
    check_reference,
    has_email,
    is_client_list,
    is_name,
    is_personal,
    is_story,
    may_tell_who,
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


@given(st.from_regex(firewall._OPAQUE, fullmatch=True))
def test_what_is_let_through_at_a_glance_stands_up_to_a_closer_look(text: str) -> None:
    assert firewall._looks_like(text) is None


def test_headers_that_are_data_are_not_shown() -> None:
    assert safe_header("Beds open") == "Beds open"
    for text in ("123-45-6789", "jane@example.org", "2009-04-03", "8505550100"):
        assert safe_header(text) == "(a value, not a name)"


def test_a_list_of_people() -> None:
    assert is_client_list(["Case", "First name", "DOB"])
    assert is_client_list(["Name", "Date of birth"])
    assert not is_client_list(["provider_id", "name", "county"])


@pytest.mark.parametrize(
    "header",
    [
        "Birthday", "D.O.B.", "born on", "childs_birthdate",
        "Social security no", "Passport", "Medicaid number", "A-number",
        "last name", "LNAME", "Survivor name", "nickname", "Initials", "alias",
        "mobile", "Telephone 2", "hotline", "eMail", "E-Mail address",
        "Street", "City", "Zip code", "lng", "apt", "GPS coordinates", "location",
        "comments", "REMARKS", "story", "history of abuse", "memo",
        "picture", "Headshot", "ethnicity", "immigration status", "country of origin",
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", list(SheetKind))
def test_personal_columns_in_other_spellings(header: str, kind: SheetKind) -> None:
    for written in (header, header.upper(), f"  {header}* ", header.replace(" ", "_")):
        assert not_kept(written, kind).private


@pytest.mark.parametrize("text", ["123.45.6789", "123–45–6789", "SSN:123-45-6789.",
                                  "tel (850)555-0100", "1-850-555-0100"])  # fmt: skip
def test_numbers_of_people_in_other_spellings(text: str) -> None:
    assert is_personal(text)


@pytest.mark.parametrize(
    "text",
    [
        "04-03-2009", "4.3.2009", "3 Apr 2009", "April 3, 2009", "Jane Roe 2009-04-03",
        "Roe 04/03/2009", "R-1 (2009-04-03)", "Jane.Roe@example.org", "O'Brien, Mary",
        "Jane Roe-Smith", "12 Elm Street",
        "Zoë Müller", "123.45.6789", "DOB 3-APR-2009",
    ],
)  # fmt: skip
def test_references_with_a_birth_date_or_a_name_in_them(text: str) -> None:
    with pytest.raises(CellError) as caught:
        check_reference(text)
    assert caught.value.code is Code.PERSONAL_ID
    assert text not in str(caught.value) + caught.value.fix


@pytest.mark.parametrize("text", ["R-2026-11-22-3", "FL-2026-11", "2026-000417", "12-345-6789A",
                                  "A1-04-03", "case 12/7"])  # fmt: skip
def test_a_number_inside_a_code_is_no_date(text: str) -> None:
    check_reference(text)
    assert not is_personal(text)


@given(st.dates())
def test_no_spelling_of_a_day_passes_as_a_reference(day: date) -> None:
    spelled = [
        day.isoformat(),
        f"{day.month}/{day.day}/{day.year:04}",
        f"{day.day:02}-{day.month:02}-{day.year:04}",
        f"{day.day}.{day.month}.{day.year:04}",
        f"{day.day} {day:%b} {day.year:04}",
        f"{day:%B} {day.day}, {day.year:04}",
    ]
    for text in spelled:
        with pytest.raises(CellError):
            check_reference(text)
        assert may_tell_who(text)
        assert not may_tell_who(text, day=True)


@pytest.mark.parametrize("text", ["a@b.co", "ask jane@example.org!", "<j.r@x.y.org>"])
def test_e_mail_addresses(text: str) -> None:
    assert has_email(text)
    assert may_tell_who(text)


@pytest.mark.parametrize("text", ["@home", "2 @ 3", "a@b", "@", "", "one@ two.org"])
def test_a_sign_is_no_address(text: str) -> None:
    assert not has_email(text)


@pytest.mark.parametrize(
    "text",
    ["Jane Roe", "ROE, JANE", "Mary-Ann O'Neil", "José B.", "12 Elm Street", "4 North Oak ave",
     "call 850-555-0100", "2009-04-03", "she ran away from her aunt last week again"],
)  # fmt: skip
def test_cells_in_a_wrong_place_that_may_tell_who(text: str) -> None:
    assert may_tell_who(text)


@pytest.mark.parametrize(
    "text",
    ["twelve", "two or three", "-1", "old", "not sure", "F", "Girl", "1.5", "2 to 3", ""],
)
def test_cells_in_a_wrong_place_that_may_be_shown(text: str) -> None:
    assert not may_tell_who(text)


def test_a_county_may_have_capitals_but_no_house_number() -> None:
    assert not may_tell_who("Atlantis County, FL", place=True)
    assert may_tell_who("12 Elm, Leon", place=True)
    assert not may_tell_who("99999", place=True)


def test_a_story_is_longer_than_a_code() -> None:
    assert not is_story("unit 4 north night team east")
    assert is_story("she left with the man from the bus")
    assert is_story("x" * 61)
    assert is_name("Jane Roe")
    assert not is_name("C-12")
