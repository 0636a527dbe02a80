"""Parts of all pages: nothing from a file becomes a tag, a link or a picture."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from matching.ui import components as ui
from matching.ui.theme import MEANINGS, PHONE, STYLE


@given(st.text())
def test_text_has_no_tags_once_it_is_safe(text):
    assert "<" not in ui.safe(text)
    assert '"' not in ui.safe(text)


def test_html_is_not_escaped_twice():
    once = ui.safe("<b>")
    assert ui.safe(once) is once


@given(st.text(alphabet="[](){}<>*_`!#:~$\\ab", max_size=20))
def test_labels_of_widgets_show_their_text_literally(text):
    shown = ui.literal(text)
    assert not re.search(r"(?<!\\)(?:\\\\)*[\[\]<>*_`!$~]", shown)


def test_marks_say_with_words_what_they_say_with_colour():
    for name, meaning in MEANINGS.items():
        drawn = ui.mark(name, "some words")
        assert "some words" in drawn
        assert f'aria-hidden="true">{meaning.mark}<' in drawn


def test_colours_and_signs_have_one_meaning_each():
    assert len({one.colour for one in MEANINGS.values()}) == len(MEANINGS)
    assert len({one.mark for one in MEANINGS.values()}) == len(MEANINGS)


def test_the_style_asks_for_nothing_from_elsewhere():
    assert "url(" not in STYLE
    assert "@import" not in STYLE
    assert f"max-width: {PHONE}px" in STYLE


def _draw_table():
    from matching.ui import components as ui

    ui.table(
        ["Name", ui.Column("Beds", number=True), ui.Column("Why", long=True)],
        [("<Oak>", 3, ""), ("Elm", 4, "because")],
        "Beds & homes",
        total=("All", 7, ""),
    )


def test_a_table_names_its_rows_columns_and_itself():
    (drawn,) = AppTest.from_function(_draw_table).run().html
    body = drawn.value
    assert '<caption class="sb-quiet">Beds &amp; homes</caption>' in body
    assert body.count('<th scope="col"') == 3
    assert '<th scope="row">&lt;Oak&gt;</th>' in body
    assert '<td class="sb-number" data-label="Beds">3</td>' in body
    assert '<td class="sb-long sb-blank" data-label="Why"></td>' in body
    assert "<tfoot>" in body


def _draw_uneven():
    from matching.ui import components as ui

    ui.table(["Name", "Beds"], [("Oak",)], "x")


def test_a_row_of_another_width_is_an_error_not_a_shifted_cell():
    assert AppTest.from_function(_draw_uneven).run().exception


def _draw_error():
    from matching.domain.errors import InputError
    from matching.ui import components as ui

    ui.error(InputError("A file is <missing>.", next_step="Choose one."))
    ui.unexpected("ABCD-2345")


def test_errors_are_announced_and_say_what_to_do():
    problem, unknown = AppTest.from_function(_draw_error).run().html
    assert 'role="alert"' in problem.value
    assert "A file is &lt;missing&gt;. Nothing was saved. Choose one." in problem.value
    assert "ABCD-2345" in unknown.value


def _draw_pages():
    import streamlit as st

    from matching.ui import components as ui

    items = list(range(st.session_state.get("many", 45)))
    st.text(str(list(ui.page_of(items, "pager", 20))))
    ui.pager(items, "pager", 20)


@pytest.mark.parametrize(
    ("page", "many", "expected"),
    [(1, 45, (0, 20)), (3, 45, (40, 45)), (3, 20, (0, 20)), (3, 21, (0, 20)), (1, 0, (0, 0))],
)
def test_pages_of_a_list(page, many, expected):
    app = AppTest.from_function(_draw_pages)
    app.session_state["pager"] = page
    app.session_state["many"] = many
    app.run()
    assert not app.exception
    assert app.text[0].value == str(list(range(*expected)))
