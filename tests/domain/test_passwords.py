"""Long, not the name, and none of those that come first to mind; nothing else is asked."""

from __future__ import annotations

import contextlib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.errors import InputError
from matching.domain.passwords import COMMON_WORDS, LONGEST, SHORTEST, check_password

NAME = "kim.jones@office.example"


def said(password: str, name: str = NAME) -> str:
    with pytest.raises(InputError) as caught:
        check_password(password, name)
    assert password not in caught.value.sentence()
    assert caught.value.next_step
    return caught.value.message


@pytest.mark.parametrize(
    "password",
    [
        "tangled willow porch lamp",
        "zanzibar-otter-9",
        "xkqvmtzpwrlj",
        "ein langes Passwort mit Äpfeln",
        "purple monkey summer dragon orange",
        "пароль на каждый вечер",
        "x7" * 3 + "mossy brick",
    ],
)
def test_what_nobody_guesses_first_is_taken_whatever_its_signs(password):
    check_password(password, NAME)


def test_short_and_endless_ones_are_refused():
    assert "fewer than 12" in said("a willow 12")
    assert "more than 256" in said("tangled willow " * 20)


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "Passw0rd1234!",
        "P@$$w0rd2026",
        "qwertyuiop12",
        "poiuytrewq99",
        "123456789012",
        "210987654321",
        "aaaaaaaaaaaa",
        "abababababab",
        "Summer2026!!!",
        "Iloveyou12345",
        "letmein-letmein",
        "1qaz2wsx3edc4rfv",
        "my office password",
        "safebeds2026",
        "welcome welcome",
        "ｐａｓｓｗｏｒｄ１２３４",
    ],
)
def test_those_that_are_guessed_first_are_refused(password):
    assert said(password) == "The password is one of those that are guessed first."


@pytest.mark.parametrize(
    "password",
    [NAME, "kim.jones2026", "KimJones-KimJones", "jones.jones.11", "My kim.jones pass1"],
)
def test_the_name_with_little_else_is_refused(password):
    assert "name" in said(password)


def test_the_name_is_fine_inside_a_password_that_is_good_without_it():
    check_password("kim.jones mossy brick lantern", NAME)


@given(st.sampled_from([w for w in COMMON_WORDS if len(w) > 3]), st.integers(0, 10**8))
def test_a_common_word_with_digits_is_never_taken(word, number):
    password = f"{word}{number:08d}"
    if len(password) >= SHORTEST:
        said(password)


@given(st.text(max_size=SHORTEST - 1).filter(lambda t: len(t) < SHORTEST))
def test_nothing_short_is_ever_taken(password):
    # A sign that becomes several by its one spelling may make a text longer.
    if len(unicodedata.normalize("NFKC", password)) < SHORTEST:
        with pytest.raises(InputError, match="fewer than"):
            check_password(password, NAME)


@given(st.text(max_size=LONGEST), st.text(max_size=40))
def test_it_answers_for_every_text_and_every_name(password, name):
    with contextlib.suppress(InputError):
        check_password(password, name)
