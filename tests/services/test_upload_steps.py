"""The steps of an upload: none past what cannot be read, none skipped in error."""

from __future__ import annotations

from dataclasses import replace

from matching.intake.draft import draft
from matching.intake.known_lists import CALIFORNIA
from matching.intake.reader import Book, Sheet
from matching.intake.recipe import Recipe
from matching.services import upload_steps as the
from matching.services.upload_steps import Step
from tests.intake.drafts import TODAY, drafted
from tests.intake.formats.test_formats import inventory
from tests.intake.test_known_lists import ROWS

PLAIN = (["provider_id", "name", "beds_available"], ["P1", "Oak", "2"])
TABLE = (Step.FILE, Step.SHEET, Step.COLUMNS, Step.VALUES, Step.PROBLEMS, Step.CHANGES)


def standard(recipe: Recipe | None = None):
    return draft(
        Book((Sheet("", inventory()),), ()), "hic.csv", "0" * 64, recipe=recipe, today=TODAY
    )


def test_a_table_has_every_step_and_a_standard_skips_the_matching():
    assert the.steps(None) == the.steps(drafted(*PLAIN)) == TABLE
    assert the.steps(standard()) == (Step.FILE, Step.PROBLEMS, Step.CHANGES)
    assert the.steps(standard(Recipe(standard=False))) == TABLE


def test_nothing_is_reached_without_a_file_and_no_saving_without_rows():
    assert the.reachable(None) == {Step.FILE}
    stopped = drafted(["name", "capacity"], ["Oak", "3"])
    assert stopped.stop is not None
    assert the.reachable(stopped) == set(TABLE[:4])
    assert the.step_after(stopped, Step.VALUES) is None
    assert the.nearest(stopped, Step.CHANGES) is Step.VALUES
    assert the.nearest(standard(), Step.COLUMNS) is Step.FILE


def test_going_on_and_going_back_undo_each_other():
    for found in (drafted(*PLAIN), standard()):
        for step in the.steps(found)[:-1]:
            after = the.step_after(found, step)
            assert after is not None
            assert the.step_before(found, after) is step
        assert the.step_after(found, the.steps(found)[-1]) is None
        assert the.step_before(found, Step.FILE) is None


def test_the_first_step_is_the_first_that_leaves_something_to_look_at():
    assert the.first_step(drafted(*PLAIN)) is Step.CHANGES
    assert the.first_step(drafted(PLAIN[0], ["P1", "Oak", "two?"])) is Step.PROBLEMS
    two = drafted(*PLAIN, ["P2", "Elm", "two?"])
    assert the.first_step(two) is Step.PROBLEMS
    unknown = drafted([*PLAIN[0], "mood"], [*PLAIN[1], "fine"])
    assert the.first_step(unknown) is Step.SHEET
    titled = drafted(["Our beds", "", ""], *PLAIN)
    assert the.first_step(titled) is Step.SHEET
    assert the.first_step(drafted(["name", "capacity"], ["Oak", "3"])) is Step.SHEET
    assert the.first_step(drafted(*ROWS)) is Step.SHEET


def test_open_questions_count_what_waits_in_each_step():
    found = drafted(
        ["provider_id", "licence_status", "beds_available"],
        ["P1", "pending", "many"],
        ["P2", "active", "2"],
    )
    questions = the.open_questions(found)
    assert questions[Step.COLUMNS] == 0
    assert questions[Step.VALUES] == 1
    assert questions[Step.PROBLEMS] == 2
    stopped = drafted(["name", "capacity"], ["Oak", "3"])
    assert the.open_questions(stopped)[Step.COLUMNS] == 1


def test_a_list_of_something_else_is_told_from_a_list_without_codes():
    assert the.is_wrong_file(drafted(["park", "tables"], ["Elm", "4"]))
    assert not the.is_wrong_file(drafted(["name", "capacity"], ["Oak", "3"]))
    assert not the.is_wrong_file(drafted(*PLAIN))


def test_what_is_assumed_of_a_published_list_is_told_unless_it_is_read_as_a_table():
    assert the.assumptions(drafted(*ROWS)) == CALIFORNIA.decisions
    assert the.assumptions(drafted(*ROWS, recipe=Recipe(standard=False))) == ()
    assert the.assumptions(drafted(*PLAIN)) == ()
    assert the.assumptions(standard()) == ()


def test_what_is_not_kept_is_listed_by_reason_and_protects_people_first():
    found = drafted(
        [*PLAIN[0], "mood", "Staff SSN", "weather"], [*PLAIN[1], "a", "123-45-6789", "b"]
    )
    listed = the.not_kept(found)
    assert [private for _, private, _ in listed] == [True, False]
    assert listed[0][2] == ("Staff SSN",)
    assert listed[1][2] == ("mood", "weather")
    stopped = drafted(["name", "capacity", "Home street"], ["Oak", "3", "x"])
    assert any("Home street" in names for _, _, names in the.not_kept(stopped))


def test_decisions_and_counts_are_told_even_before_anything_can_be_kept():
    titled = drafted(["Our beds", ""], ["name", "capacity"], ["Oak", "3"])
    assert titled.upload is None
    assert the.counts(titled) is None
    assert the.decisions(titled) == titled.grid.decisions
    whole = drafted(*PLAIN)
    assert the.counts(whole).loaded == 1
    assert the.decisions(whole) == whole.upload.decisions
    assert the.decisions(replace(whole, upload=None, grid=None)) == ()
