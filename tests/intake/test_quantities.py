"""Numbers inside text become beds for somebody, or a question; never a zero."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.words import Gender, Household
from matching.intake.issues import CellError, Code
from matching.intake.quantities import read_parts


def test_families_and_singles_are_two_groups() -> None:
    families, singles = read_parts("32 for families, 80 singles")
    assert (families.beds, singles.beds) == (32, 80)
    assert families.served.households == {Household.WITH_CHILDREN}
    assert singles.served.households == {Household.ALONE}
    assert (families.text, singles.text) == ("families", "singles")


@pytest.mark.parametrize(
    ("text", "beds"),
    [("264", 264), ("1,200", 1200), ("12 beds", 12), (" 12 Beds ", 12), ("0 beds", 0),
     ("16 people", 16), ("8 slots", 8)],
)  # fmt: skip
def test_one_number_is_its_beds(text: str, beds: int) -> None:
    (part,) = read_parts(text)
    assert part.beds == beds
    assert part.text == ""


def test_one_number_may_say_for_whom() -> None:
    (part,) = read_parts("8 beds for girls 12-17")
    assert part.served.genders == {Gender.FEMALE}
    assert (part.served.age_min, part.served.age_max) == (12, 17)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("76 family rooms ", "rooms"), ("22 apartments", "apartments"), ("4 units", "units"),
        ("10-12", "not a number"), ("12+", "not a number"), ("about 30", "not a number"),
        ("30 or more than that", "exact"), ("up to 30", "not a number"),
        ("5, 6", "for whom each"), ("20 women, 5", "for whom each"),
        ("12 veterans", "for whom"), ("women 20", "not a number"), ("twelve", "not a number"),
        ("", "not a number"),
    ],
)  # fmt: skip
def test_anything_else_is_a_question(text: str, why: str) -> None:
    with pytest.raises(CellError) as caught:
        read_parts(text)
    assert why in caught.value.sentence
    assert caught.value.code is Code.NOT_A_NUMBER


@given(
    st.integers(0, 9_999), st.integers(0, 9_999), st.sampled_from([", ", " and ", "; ", " / "])
)
def test_the_groups_hold_the_numbers_written(first: int, second: int, between: str) -> None:
    found = read_parts(f"{first} women{between}{second} men")
    assert [part.beds for part in found] == [first, second]
    assert [part.served.genders for part in found] == [{Gender.FEMALE}, {Gender.MALE}]


@given(st.text(max_size=20))
def test_any_text_is_read_or_a_question(text: str) -> None:
    try:
        found = read_parts(text)
    except CellError as problem:
        assert problem.code is Code.NOT_A_NUMBER  # noqa: PT017 - either outcome is right
        return
    assert all(part.beds >= 0 for part in found)
