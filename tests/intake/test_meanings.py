"""Every different word of a column is listed with what it is read as, questions first."""

from __future__ import annotations

from matching.intake.columns import Special
from matching.intake.fields import SheetKind
from matching.intake.meanings import MOST, Meaning, State, in_words, words_of
from matching.intake.provider_fields import POOL
from matching.intake.recipe import Recipe
from tests.intake.drafts import drafted

HEAD = ["provider_id", "genders", "placement_type"]
ROWS = (
    ["P1", "F only", "Safe fosterhome"],
    ["P2", "f ONLY", "foster home"],
    ["P3", "ladies", "Foster Home"],
    ["P4", "n/a", ""],
    ["P5", "female", "foster-home"],
)


def listed(recipe: Recipe | None = None) -> dict[tuple[str, str], Meaning]:
    found = drafted(HEAD, *ROWS, recipe=recipe).meanings
    return {(one.column, one.spelling): one for one in found}


def test_words_are_counted_whatever_their_case() -> None:
    found = listed()
    assert found["genders", "f only"].count == 2
    assert found["genders", "f only"].state is State.READ
    assert found["genders", "f only"].meaning == "female"
    assert found["placement_type", "foster home"].count == 2
    assert found["placement_type", "foster-home"].count == 1
    assert ("placement_type", "") not in found


def test_what_nobody_understands_is_a_question_with_proposals_and_comes_first() -> None:
    asked = drafted(HEAD, *ROWS).asked
    assert [(one.column, one.text) for one in asked] == [
        ("genders", "ladies"), ("placement_type", "Safe fosterhome"),
    ]  # fmt: skip
    genders = [one.state for one in drafted(HEAD, *ROWS).meanings if one.column == "genders"]
    assert genders[0] is State.ASKED
    assert "safe foster home" in asked[1].proposals


def test_an_answer_is_shown_and_may_be_unknown() -> None:
    recipe = Recipe().with_value("genders", "Ladies", "female")
    recipe = recipe.with_value("placement_type", "Safe fosterhome", "")
    found = listed(recipe)
    assert (found["genders", "ladies"].state, found["genders", "ladies"].meaning) == (
        State.CHOSEN, "female",
    )  # fmt: skip
    assert found["placement_type", "safe fosterhome"].state is State.UNKNOWN
    assert found["genders", "n/a"].state is State.UNKNOWN
    assert drafted(HEAD, *ROWS, recipe=recipe).repairs == ()


def test_a_wrong_answer_stays_a_question() -> None:
    found = listed(Recipe().with_value("genders", "ladies", "lady"))
    assert found["genders", "ladies"].state is State.ASKED


def test_who_is_served_and_ages_are_listed_too() -> None:
    found = drafted(
        ["provider_id", "Population", "Ages"], ["P1", "women w/ children", "12-17"],
        ["P2", "youth", "teens"], ["P3", "Men", "18+"],
    )  # fmt: skip
    said = {(one.column, one.text): one.meaning for one in found.meanings}
    assert said[Special.POPULATION, "women w/ children"] == "female; with children"
    assert said[Special.AGES, "12-17"] == "12 to 17"
    assert said[Special.AGES, "18+"] == "18 and older"
    assert {one.text for one in found.asked} == {"youth", "teens"}


def test_what_may_tell_who_somebody_is_is_not_shown() -> None:
    found = drafted(
        ["referral_id", "gender"], ["R1", "Jane Roe, 12 Oak Street"], kind=SheetKind.REFERRALS
    )
    (one,) = found.asked
    assert one.text is None
    assert one.sentence == ""
    assert one.proposals == ()


def test_rows_left_out_are_not_asked_about() -> None:
    recipe = Recipe().with_rows_left_out([4], "closed")
    assert "ladies" not in {one.text for one in drafted(HEAD, *ROWS, recipe=recipe).asked}


def test_a_column_of_too_many_words_is_cut_after_its_questions() -> None:
    rows = [[f"P{k}", f"odd {k}", ""] for k in range(MOST + 20)]
    found = [one for one in drafted(HEAD, *rows).meanings if one.column == "genders"]
    assert len(found) == MOST
    assert {one.state for one in found} == {State.ASKED}


def test_values_are_put_in_words() -> None:
    assert in_words(None) == ""
    assert in_words(True) == "yes"
    assert in_words(frozenset()) == "none"
    genders = next(field for field in POOL if field.attribute == "genders")
    assert "trans girl or woman" in words_of(genders)
