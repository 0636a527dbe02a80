"""A message shows what it says: nothing in it turns, hides or ends the text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from matching.domain.errors import InputError, visible


def test_signs_that_nobody_sees_are_left_out():
    error = InputError("'gnp\u202e.exe\x00' is no name.\r\nX", next_step="a\u200bb")
    assert error.message == "'gnp.exe' is no name.  X"
    assert error.next_step == "ab"
    assert str(error) == error.message


def test_words_of_every_language_stay():
    for text in ("Ciudad de México", "東京", "naïve café", "plain"):
        assert visible(text) == text


@given(st.text())
def test_it_is_the_same_the_second_time_and_one_line(text):
    once = visible(text)
    assert visible(once) == once
    assert len(once.splitlines()) <= 1
    assert "\x00" not in once
