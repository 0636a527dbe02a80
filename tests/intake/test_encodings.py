"""Letters are read as they were written, or as a person says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.errors import InputError
from matching.intake.encodings import is_encoding, ungarbled
from matching.intake.reader import read


def test_a_choice_is_better_than_the_guess() -> None:
    data = "name\nЩука\n".encode("cp1251")
    assert read(data).sheets[0].rows[1] != ["Щука"]
    assert read(data, encoding="cp1251").sheets[0].rows[1] == ["Щука"]


def test_no_name_at_all_is_an_encoding() -> None:
    assert not is_encoding("")
    assert is_encoding("cp1125")


def test_a_guess_may_be_chosen_again() -> None:
    """The screen shows the guess, and hands it back when something else is changed."""
    for text, encoding in (("Щука, Ёж\n" * 40, "cp866"), ("Ωδή, Αυγή\n" * 40, "cp1253")):
        data = ("name,ort\n" + text).encode(encoding)
        guess = read(data)
        again = read(data, encoding=guess.encoding, delimiter=guess.delimiter)
        assert again.sheets == guess.sheets


@pytest.mark.parametrize("name", ["zlib", "rot13", "base64", "unicode_escape", "no such"])
def test_only_encodings_of_letters_may_be_chosen(name: str) -> None:
    with pytest.raises(InputError, match="are not read"):
        read(b"a,b\n1,2\n", encoding=name)
    with pytest.raises(InputError, match="does not separate"):
        read(b"a,b\n1,2\n", delimiter='"')


def test_two_bytes_a_letter_without_a_mark() -> None:
    for encoding in ("utf-16-le", "utf-16-be"):
        book = read("name,beds\nOak,3\nÉlm,4\n".encode(encoding))
        assert book.sheets[0].rows[2] == ["Élm", "4"]
        assert book.encoding == encoding


@pytest.mark.parametrize(
    ("garbled", "meant"),
    [
        ("Womanâ€™s", "Woman’s"),
        ("Monâ€“Fri", "Mon–Fri"),
        ("NiÃ±ez", "Niñez"),
        ("aÂ\xa0b", "a\xa0b"),
        ("â€œHomeâ€\x9d", "“Home”"),
    ],
)
def test_letters_garbled_by_another_program_are_put_right(garbled: str, meant: str) -> None:
    assert ungarbled(garbled) == (meant, 2 if garbled.startswith("â€œ") else 1)
    book = read(f"name\n{garbled}\n".encode())
    assert book.sheets[0].rows[1] == [meant]
    assert "garbled" in book.decisions[0]


@given(st.text("ÉÂÃâaA” »–ñé'x", max_size=12).filter(lambda t: "â€" not in t))
def test_other_letters_stay(text: str) -> None:
    fixed, count = ungarbled(text)
    assert (fixed == text) == (count == 0)
    if not any(pair in text for pair in ("Ã”", "Ã»", "Ã–", "Â”", "Â»", "Â–")):
        assert fixed == text


def test_windows_letters_written_on_a_mac_are_read() -> None:
    """What a program wrote that took UTF-8 for Windows' letters and saved them as a Mac's."""
    data = "name,hours\nWoman’s Place,M–F\n".encode().decode("cp1252").encode("mac_roman")
    assert read(data).sheets[0].rows[1] == ["Woman’s Place", "M–F"]
