"""A list of race and tribal status is read, and nothing else of it."""

import io

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.equity import RACE_WORDS, TRIBAL_WORDS, Race, TribalStatus
from matching.domain.errors import InputError
from matching.intake.equity import read_equity
from matching.intake.issues import Code


def listed(*lines, head="case reference,race,tribal status"):
    return read_equity("\n".join([head, *lines]).encode())


def race(text):
    (row,) = listed(f'R-1,"{text}",').rows
    return row.race


def tribe(text):
    (row,) = listed(f'R-1,,"{text}"').rows
    return row.tribal_status


@pytest.mark.parametrize("one", list(Race))
def test_every_race_is_read_by_its_words_and_its_code(one):
    assert race(RACE_WORDS[one]) == race(one.value) == race(RACE_WORDS[one].upper()) == {one}


@pytest.mark.parametrize("one", list(TribalStatus))
def test_every_tribal_status_is_read_by_its_words_and_its_code(one):
    assert tribe(TRIBAL_WORDS[one]) == tribe(one.value) == one


@given(st.sets(st.sampled_from(Race), min_size=1), st.sampled_from(["; ", "|", ", "]))
def test_several_races_are_read_together(some, sign):
    assert race(sign.join(RACE_WORDS[one] for one in some)) == some


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Asian/White", {Race.ASIAN, Race.WHITE}),
        ("White and Black", {Race.WHITE, Race.BLACK}),
        ("American Indian/Alaska Native", {Race.AMERICAN_INDIAN}),
        ("AI/AN; White", {Race.AMERICAN_INDIAN, Race.WHITE}),
        ("Two or more races", {Race.SEVERAL}),
        ("Refused", {Race.DECLINED}),
        ("Asian; unknown", {Race.ASIAN}),
        ("", None),
        ("unknown", None),
        ("Unable to determine", None),
    ],
)
def test_other_ways_to_write_it(text, found):
    assert race(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("yes", TribalStatus.MEMBER),
        ("No", TribalStatus.NEITHER),
        ("prefer not to say", TribalStatus.DECLINED),
        ("data not collected", None),
        ("", None),
    ],
)
def test_other_ways_to_write_tribal_status(text, found):
    assert tribe(text) is found


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("yes", {Race.WHITE, Race.HISPANIC}),
        ("Hispanic or Latino", {Race.WHITE, Race.HISPANIC}),
        ("no", {Race.WHITE}),
        ("non-Hispanic", {Race.WHITE}),
        ("declined", {Race.WHITE}),
        ("", {Race.WHITE}),
    ],
)
def test_ethnicity_in_a_column_of_its_own_adds_to_race(word, found):
    (row,) = listed(f"R-1,White,{word}", head="case,race,ethnicity").rows
    assert row.race == found


def test_a_blank_says_nothing_and_unknown_says_that_nobody_knows():
    blank, unknown, both = listed("R-1,,", "R-2,unknown,", "R-3,Asian,member").rows
    assert blank.said == frozenset()
    assert unknown.said == {"race"}
    assert unknown.race is None
    assert both.said == {"race", "tribal_status"}


def test_a_row_that_cannot_be_read_is_set_aside_without_its_cell():
    found = listed("R-1,Martian,", "R-2,Asian,perhaps", "R-3,White,")
    assert [row.referral_id for row in found.rows] == ["R-3"]
    assert [(one.row, one.column, one.code, one.value) for one in found.issues] == [
        (2, "race", Code.NOT_IN_LIST, None),
        (3, "tribal_status", Code.NOT_IN_LIST, None),
    ]
    assert not [one for one in found.issues if "Martian" in str(one) or "perhaps" in str(one)]


def test_an_ethnicity_that_is_neither_is_set_aside():
    (one,) = listed("R-1,White,perhaps", head="case,race,ethnicity").issues
    assert one.column == "ethnicity"


def test_a_case_without_reference_or_with_a_name_is_set_aside():
    found = listed(",Asian,", "Jane Doe,Asian,", "R-3,Asian,", "R-3,White,")
    assert [one.code for one in found.issues] == [
        Code.MISSING_ID,
        Code.PERSONAL_ID,
        Code.DUPLICATE_ROW,
    ]
    assert "Jane" not in " ".join(map(str, found.issues))
    assert [row.race for row in found.rows] == [{Race.ASIAN}]


def test_other_columns_are_not_looked_at():
    found = listed("R-1,Asian,2001-02-03,x", head="case reference,race,date of birth,remarks")
    assert found.not_read == ("date of birth", "remarks")
    assert "2001" not in repr(found)


@pytest.mark.parametrize("head", ["name,race", "case reference,age", "case reference"])
def test_a_file_without_the_columns_is_refused(head):
    with pytest.raises(InputError, match="no column"):
        listed("x,y", head=head)


def test_a_workbook_is_read_by_its_first_sheet_with_the_columns():
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        book.add_worksheet("Notes").write_row(0, 0, ["Nothing", "here"])
        sheet = book.add_worksheet("People")
        sheet.write_row(0, 0, ["Case reference", "Race", "Tribal status"])
        sheet.write_row(1, 0, ["R-1", "Black; White", "eligible"])
        sheet.write_row(2, 0, ["R-2", "unknown", "no"])
    first, second = read_equity(data.getvalue()).rows
    assert (first.race, first.tribal_status) == (
        {Race.BLACK, Race.WHITE},
        TribalStatus.ELIGIBLE,
    )
    assert (second.number, second.race, second.tribal_status) == (3, None, TribalStatus.NEITHER)


def test_numbers_as_references_are_those_of_lists_of_people():
    (row,) = listed("14.0,Asian,").rows
    assert row.referral_id == "14"
