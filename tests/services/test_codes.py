"""Codes that follow from nothing: unlike one another, readable, and not to be guessed."""

from __future__ import annotations

import pytest

from matching.domain.sharing import CODE_LETTERS
from matching.services.codes import LETTERS, new_code, secret_code


def test_codes_are_random_unlike_and_read_as_no_word():
    codes = {new_code("C", ()) for _ in range(500)}
    assert len(codes) == 500
    assert not set(LETTERS) & set("AEIOUL01IS")
    for code in codes:
        kind, rest = code.split("-")
        assert (kind, len(rest)) == ("C", 6)
        assert set(rest) <= set(LETTERS)


def test_a_code_that_is_taken_is_not_given_again(monkeypatch):
    drawn = iter("222222333333")
    monkeypatch.setattr("secrets.choice", lambda _: next(drawn))
    assert new_code("G", {"G-222222"}) == "G-333333"


@pytest.mark.parametrize(("length", "groups"), [(12, [4, 4, 4]), (8, [4, 4]), (6, [4, 2])])
def test_the_code_of_a_paper_stands_in_groups_of_four(length, groups):
    code = secret_code(length)
    assert [len(one) for one in code.split("-")] == groups
    assert set(code) <= {*CODE_LETTERS, "-"}


def test_the_codes_of_papers_are_all_different_and_as_long_as_an_answer_gives_them():
    codes = {secret_code() for _ in range(2_000)}
    assert len(codes) == 2_000
    assert all(len(one.replace("-", "")) == 12 for one in codes)
