"""Cells become values, or a sentence that says what is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain import words as w
from matching.intake.column_reader import read_column
from matching.intake.fields import CATALOGUE, SEVERAL, Kind, SheetKind, by_column
from matching.intake.issues import Code
from matching.intake.values import entries
from matching.intake.vocabulary import UNKNOWN, language, lookup

P, R = by_column(SheetKind.PROVIDERS), by_column(SheetKind.REFERRALS)
EVERY = [field for kind in SheetKind for field in CATALOGUE[kind]]


def value(field: Any, text: str) -> Any:
    values, problems = read_column(field, [text])
    assert problems == {}
    return values[text]


def problem(field: Any, text: str) -> Any:
    values, problems = read_column(field, [text])
    assert text not in values
    return problems[text]


@pytest.mark.parametrize("field", EVERY, ids=lambda field: field.column)
def test_unknown_is_unknown_in_every_column(field: Any) -> None:
    for text in [*sorted(UNKNOWN), " Unknown ", "N/A"]:
        assert value(field, text) is None


@pytest.mark.parametrize(
    "field", [f for f in EVERY if f.kind in SEVERAL], ids=lambda field: field.column
)
def test_none_is_the_empty_set_where_there_may_be_several(field: Any) -> None:
    found = value(field, "None")
    assert found is not None
    assert len(found) == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [("12", 12), ("12.0", 12), ("1,200", 1200), (" 7 ", 7), ("0", 0), ("+3", 3)],
)
def test_numbers(text: str, expected: int) -> None:
    assert value(P["beds_licensed"], text) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("twelve", Code.NOT_A_NUMBER),
        ("two or three", Code.NOT_A_NUMBER),
        ("32 for families, 80 singles", Code.NOT_A_NUMBER),
        ("1,2", Code.NOT_A_NUMBER),
        ("none", Code.NOT_A_NUMBER),
        ("1e3", Code.NOT_A_NUMBER),
        ("٣", Code.NOT_A_NUMBER),
        ("2.5", Code.NOT_WHOLE),
        ("-1", Code.OUT_OF_RANGE),
        ("10001", Code.OUT_OF_RANGE),
        ("9" * 400, Code.OUT_OF_RANGE),
    ],
)
def test_what_is_no_number_of_beds(text: str, code: Code) -> None:
    found = problem(P["beds_available"], text)
    assert found.code is code
    assert found.fix


@given(st.integers(-50, 200))
def test_ages_are_read_within_their_limits(age: int) -> None:
    values, problems = read_column(R["age_years"], [str(age)])
    assert (str(age) in values) == (0 <= age <= 120)
    assert (str(age) in problems) != (str(age) in values)


@pytest.mark.parametrize("text", ["yes", "Y", "TRUE", "1", "x"])
def test_yes(text: str) -> None:
    assert value(P["confidential"], text) is True


@pytest.mark.parametrize("text", ["no", "N", "False", "0"])
def test_no(text: str) -> None:
    assert value(P["confidential"], text) is False


def test_maybe_is_no_answer() -> None:
    assert problem(P["confidential"], "maybe").code is Code.NOT_YES_OR_NO


@pytest.mark.parametrize("field", [f for f in EVERY if f.words], ids=lambda field: field.column)
def test_every_word_is_read_in_its_own_spelling_and_in_plain_words(field: Any) -> None:
    for word in field.words:
        if word.value == "none" and field.kind in SEVERAL:
            continue
        for text in (word.value, w.label(word), word.value.upper(), w.label(word).title()):
            if len([one for one in field.words if w.label(one) == text]) > 1:
                continue
            found = value(field, text)
            assert found == word or set(found) == {word}, text


def test_words_of_one_vocabulary_do_not_leak_into_another() -> None:
    assert lookup(w.Gender)["girls"] is w.Gender.FEMALE
    assert type(lookup(w.Setting)["girls"]) is w.Setting
    assert "tfc" in lookup(w.PlacementType)
    assert "tfc" not in lookup(w.Gender)
    for words in (w.Gender, w.Setting, w.Level, w.Funding, w.Certificate):
        assert {type(member) for member in lookup(words).values()} == {words}


@pytest.mark.parametrize(
    ("column", "text", "expected"),
    [
        ("genders", "F only", {w.Gender.FEMALE}),
        ("genders", "girls; trans girls", {w.Gender.FEMALE, w.Gender.TRANS_FEMALE}),
        ("genders", "girls, boys", {w.Gender.FEMALE, w.Gender.MALE}),
        ("genders", "female|male", {w.Gender.FEMALE, w.Gender.MALE}),
        ("genders", "any", set(w.Gender)),
        ("trafficking_types", "Labor", {w.TraffickingType.LABOUR}),
        ("funding", "Title IV-E; state", {w.Funding.IV_E, w.Funding.STATE}),
        ("funding", "any", {m for m in w.Funding if m.value != "none"}),
        ("households", "families", {w.Household.WITH_CHILDREN}),
        ("resident_tokens", "C-1; C-2; C-1", {"C-1", "C-2"}),
        ("languages", "Spanish; English; Q'eqchi'", {"es", "en", "qeqchi"}),
        ("service_area", "Leon, FL; 12127", {"12073", "12127"}),
        ("service_area", "Leon, FL, Wakulla, FL", {"12073", "12129"}),
    ],
)
def test_sets(column: str, text: str, expected: set[str]) -> None:
    assert value(P[column], text) == expected


def test_a_state_stands_for_its_counties() -> None:
    assert len(value(P["service_area"], "FL")) == 67


def test_a_set_with_one_wrong_word_is_a_problem_with_the_choices() -> None:
    found = problem(P["genders"], "girls; dragons")
    assert found.code is Code.NOT_IN_LIST
    assert "'dragons'" in found.sentence
    assert "trans female" in found.fix


def test_order_is_kept_where_it_means_something() -> None:
    assert value(R["preferred_providers"], "P2; P1; P2") == ("P2", "P1")
    assert value(R["languages"], "Spanish; en") == ("es", "en")
    assert value(R["preferred_types"], "host home; kinship") == (
        w.PlacementType.HOST_HOME,
        w.PlacementType.KINSHIP,
    )


@pytest.mark.parametrize(
    ("text", "fips"),
    [("Leon, FL", "12073"), ("12073", "12073"), ("Miami-Dade", "12086"), ("1001", "01001")],
)
def test_counties(text: str, fips: str) -> None:
    assert value(R["home_county"], text) == fips


def test_a_county_that_does_not_exist_and_one_of_many() -> None:
    missing = problem(R["home_county"], "Atlantis County, FL")
    assert missing.code is Code.NO_SUCH_COUNTY
    assert missing.sentence == "county 'Atlantis County, FL' does not exist."
    many = problem(R["home_county"], "Washington County")
    assert many.code is Code.AMBIGUOUS_COUNTY
    assert "or others" in many.sentence


@pytest.mark.parametrize(("text", "code"), [("fl", "FL"), ("New York", "NY"), ("XA", "XA")])
def test_states(text: str, code: str) -> None:
    assert value(P["state"], text) == code
    assert problem(P["state"], "Atlantis").code is Code.NO_SUCH_STATE


def test_texts_and_codes() -> None:
    assert value(P["name"], "  Oak \n House ") == "Oak House"
    assert value(P["provider_id"], "14.0") == "14"
    assert problem(P["provider_id"], "x" * 65).code is Code.BAD_ID
    assert problem(P["name"], "x" * 201).code is Code.TOO_LONG
    assert problem(P["name"], "#REF!").code is Code.SPREADSHEET_ERROR
    assert value(P["name"], "=1+1") == "=1+1"


@given(st.text("aB1 .-_#\t\u00a0\n", max_size=70))
def test_codes_and_texts_are_tidied_alike(text: str) -> None:
    """What goes quickly comes out as it would after the whole treatment."""
    for column in ("provider_id", "name"):
        values, problems = read_column(P[column], [text])
        if values.get(text) is None:
            continue
        tidy = " ".join(text.split())
        if column == "provider_id" and tidy.endswith(".0") and tidy[:-2].isdigit():
            tidy = tidy[:-2]
        assert values[text] == tidy
        assert problems == {}


def test_no_lock_and_no_day_are_not_mistakes() -> None:
    assert value(P["gender_lock"], "none") is None
    assert value(P["compromised_until"], "none") is None
    assert value(P["certificate"], "none") is w.Certificate.NONE


@given(st.lists(st.text("abc 12-", min_size=1).filter(str.strip), max_size=5))
def test_entries_give_back_what_was_joined(parts: list[str]) -> None:
    wanted = [part.strip() for part in parts]
    assert entries("; ".join(parts)) == wanted
    assert entries(" | ".join(parts)) == wanted
    assert entries(",".join(parts)) == wanted


@given(st.sampled_from(EVERY), st.text(max_size=30))
def test_any_text_is_a_value_or_a_sentence(field: Any, text: str) -> None:
    values, problems = read_column(field, [text])
    assert (text in values) != (text in problems)
    if text in problems:
        assert problems[text].sentence.endswith(".")
    elif field.kind is Kind.NUMBER and values[text] is not None:
        assert any(sign.isdigit() for sign in text)


def test_languages_by_name_and_code() -> None:
    assert language("Haitian Creole") == language("ht") == "ht"
    assert language("Klingon") == "klingon"
