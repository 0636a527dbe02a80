"""Who is served is read only where every word can mean one thing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.words import Gender, Household
from matching.intake.issues import CellError
from matching.intake.population import Served, read_served

F, M = frozenset({Gender.FEMALE}), frozenset({Gender.MALE})
ALONE, FAMILIES = frozenset({Household.ALONE}), frozenset({Household.WITH_CHILDREN})


@pytest.mark.parametrize(
    ("text", "served"),
    [
        ("Men", Served(genders=M)),
        ("women only", Served(genders=F)),
        ("Men and women", Served(genders=F | M)),
        ("Families ", Served(households=FAMILIES)),
        ("single men", Served(genders=M, households=ALONE)),
        ("Women with children", Served(genders=F, households=FAMILIES)),
        ("Women w/ children", Served(genders=F, households=FAMILIES)),
        ("women w/o children", Served(genders=F, households=ALONE)),
        ("Adult women", Served(genders=F, age_min=18)),
        ("Adults 21+", Served(age_min=21)),
        ("Girls 12-17", Served(genders=F, age_min=12, age_max=17)),
        ("boys under 18", Served(genders=M, age_max=17)),
        ("female; with children; 18 and over", Served(F, FAMILIES, 18, None)),
        ("", Served()),
    ],
)
def test_plain_words_are_read(text: str, served: Served) -> None:
    assert read_served(text) == served


def test_anyone_is_every_gender_and_every_household_but_no_age() -> None:
    assert read_served("Anyone") == Served(frozenset(Gender), frozenset(Household))


@pytest.mark.parametrize(
    "text",
    ["Women/Children", "Families w/ Children under 5", "Families w/ newborns", "Veterans",
     "Childrens/Young adults", "Young adults", "Youth", "Mixed Adult", "12 men", "teens",
     "women (no men)", "not women"],
)  # fmt: skip
def test_words_that_may_mean_several_things_are_questions(text: str) -> None:
    with pytest.raises(CellError) as caught:
        read_served(text)
    assert "not understood" in caught.value.sentence


@given(st.text(max_size=20))
def test_any_text_is_read_or_a_question(text: str) -> None:
    try:
        found = read_served(text)
    except CellError as problem:
        assert problem.fix  # noqa: PT017 - either outcome is right
        return
    assert isinstance(found, Served)


@given(
    st.sampled_from(["Men", "Families", "single women", "Anyone"]),
    st.sampled_from(["xyz", "veterans", "maybe", "5"]),
)
def test_one_unknown_word_makes_the_whole_a_question(text: str, more: str) -> None:
    with pytest.raises(CellError):
        read_served(f"{text} {more}")
