"""Words of the page Upload: one and several, nothing and something."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.intake.columns import How
from matching.intake.dates import Order
from matching.intake.meanings import State
from matching.intake.reader import DELIMITERS
from matching.services.upload_answers import ORDERS
from matching.services.upload_steps import Step
from matching.ui.text import upload, upload_answers, uploading


def test_every_step_way_and_state_has_words():
    assert set(upload.STEPS) == set(Step)
    for step in list(Step)[1:]:
        assert upload.go_on(step).startswith("Go on to ")
    for how in How:
        assert isinstance(upload.how(how), str)
    assert set(upload_answers.STATES) == set(State)
    assert set(upload_answers.ORDER) == set(ORDERS)
    for sign in DELIMITERS:
        assert upload.delimiter(sign)[0].isupper()


def test_steps_say_how_much_is_open():
    assert upload.step(3, Step.COLUMNS, 0) == "3. Columns"
    assert upload.step(4, Step.VALUES, 2) == "4. Values (2 open)"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (upload.sheet_sentence(0, 0), "No rows were found in this sheet."),
        (upload.sheet_sentence(1, 2), "1 row under 2 columns was found."),
        (upload.sheet_sentence(2, 1), "2 rows under 1 column were found."),
        (upload.columns_sentence(1, 9, 0), "1 of 9 columns is used."),
        (upload.columns_sentence(4, 9, 1), "4 of 9 columns are used; 1 question waits."),
        (upload.sheet("", 1, hidden=False), "the only one, 1 row"),
        (upload.samples(()), ""),
        (upload.samples(("0", "Oak Inc.")), "For example 0; Oak Inc."),
        (upload.because(""), ""),
        (upload.not_kept(1, 0), "1 column is not kept."),
        (upload.not_kept(3, 1), "3 columns are not kept, 1 of them to protect people."),
        (upload_answers.values_sentence(0, 0, 0), "Every text is understood."),
        (upload_answers.values_sentence(1, 1, 0), "1 text in 1 cell is not understood yet."),
        (
            upload_answers.values_sentence(2, 3, 1),
            "2 texts in 3 cells are not understood yet; 1 column of dates has two readings.",
        ),
        (upload_answers.order(1, None), "1 row waits for the answer."),
        (upload_answers.order(2, None), "2 rows wait for the answer."),
        (upload_answers.which_rows((), ""), ""),
        (upload_answers.which_rows((3,), "3"), "Row 3 of the file."),
        (upload_answers.repair_title("County", None), "County"),
        (upload_answers.repair_title("", None), "The whole row"),
        (upload_answers.rows_count(()), "whole file"),
        (uploading.gone_list(1), "Show it"),
        (uploading.batch_did({}, ""), "0 of 0 rows saved."),
        (uploading.kept_back(1), "1 fact stays as on record, whatever the file says."),
    ],
)
def test_sentences(said, expected):
    assert said == expected


@pytest.mark.parametrize("kind", ["providers", "referrals"])
def test_a_missing_code_is_explained_for_both_lists(kind):
    assert "from list to list" in upload.missing_key(kind)
    assert upload.missing_label(kind).startswith("No column holds ")


def test_an_order_of_dates_is_told_by_an_example():
    assert "4 March" in upload_answers.order(0, Order.MONTH_FIRST)
    assert "3 April" in upload_answers.order(0, Order.DAY_FIRST)


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_no_sentence_says_one_of_several_or_several_of_one(one, other):
    for said in (
        upload_answers.problems(one, other),
        upload_answers.asked(one, other),
        upload_answers.remarks(one),
        uploading.looser(one),
        uploading.gone(one, "referrals"),
        uploading.still_open(one),
        uploading.changed(one, other),
        upload.no_data(one),
    ):
        assert " 1 rows" not in f" {said}"
        assert " 1 problems" not in f" {said}"
        assert " 1 changes" not in f" {said}"
        assert " 1 people" not in f" {said}"
        assert "  " not in said
        assert said[0].isupper() or said[0].isdigit()
