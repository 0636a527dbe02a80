"""Every word is read as people write it, and no spelling means two things."""

from __future__ import annotations

import inspect
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain import geography
from matching.domain import words as w
from matching.intake import vocabulary as v
from matching.intake.field_types import plain
from matching.intake.fields import CATALOGUE, Kind, SheetKind

VOCABULARIES = [
    found
    for _, found in inspect.getmembers(w, inspect.isclass)
    if issubclass(found, StrEnum) and found is not StrEnum
]
EVERY = [member for words in VOCABULARIES for member in words]
USED = {field.words for kind in SheetKind for field in CATALOGUE[kind] if field.words}


@pytest.mark.parametrize("member", EVERY, ids=lambda m: f"{type(m).__name__}.{m.value}")
def test_a_word_is_read_by_its_code_and_its_label_in_any_case(member: StrEnum) -> None:
    for text in (member.value, w.label(member)):
        for written in (text, text.upper(), text.title(), text.replace("_", " "), f" {text} "):
            found = v.lookup(type(member))[plain(written)]
            assert found is member
            assert type(found) is type(member)


@pytest.mark.parametrize("words", VOCABULARIES, ids=lambda words: words.__name__)
def test_no_spelling_means_two_words_of_one_vocabulary(words: type[StrEnum]) -> None:
    meaning: dict[str, StrEnum] = {}
    for member, aliases in v._ALIASES:
        if type(member) is not words:
            continue
        for alias in aliases.split("|"):
            assert meaning.setdefault(plain(alias), member) is member, alias
    for member in words:
        for own in (member.value, w.label(member)):
            assert meaning.get(plain(own), member) is member, own


def test_every_alias_is_written_plainly_and_belongs_to_a_vocabulary_in_use() -> None:
    for member, aliases in v._ALIASES:
        assert type(member) in USED | {w.Course}, member
        for alias in aliases.split("|"):
            assert plain(alias), alias
            assert alias == alias.strip().lower()


def test_unknown_and_none_and_any_and_yes_and_no_exclude_each_other() -> None:
    groups = [v.UNKNOWN, v.NONE, v.ANY, v.YES, v.NO]
    for k, one in enumerate(groups):
        for other in groups[k + 1 :]:
            assert one.isdisjoint(other)
    assert all(word == word.strip().lower() for group in groups for word in group)
    assert "" in v.UNKNOWN


@pytest.mark.parametrize("words", sorted(USED, key=lambda words: words.__name__))
def test_unknown_is_no_word_of_any_vocabulary(words: type[StrEnum]) -> None:
    assert not {plain(text) for text in v.UNKNOWN if plain(text)} & set(v.lookup(words))


def test_a_vocabularys_none_has_a_spelling_of_its_own_where_several_may_stand() -> None:
    several = {
        field.words
        for kind in SheetKind
        for field in CATALOGUE[kind]
        if field.words and field.kind in {Kind.SET_OF, Kind.RANKED}
    }
    for words in several:
        if "none" in {member.value for member in words}:
            assert v.lookup(words)[plain(v.ONLY_NONE[words])].value == "none"


# -- languages and states --------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [("English", "en"), ("spanish", "es"), ("ES", "es"), ("Español", "es"), ("Kreyòl", "ht"),
     ("Haitian Creole", "ht"), ("ASL", "ase"), ("Mandarin", "zh"), ("Cantonese", "zh"),
     ("Mixteco", "mixteco"), ("K'iche'", "kiche")],
)  # fmt: skip
def test_languages(text: str, code: str) -> None:
    assert v.language(text) == code


@pytest.mark.parametrize("code", sorted(v._LANGUAGES))
def test_a_language_is_found_by_its_name_and_its_code(code: str) -> None:
    assert v.language(code) == code
    assert v.language(v.language_name(code)) == code
    assert v.language_name(code)[0].isupper()


@given(st.text(min_size=1, max_size=12).filter(str.strip))
def test_a_language_nobody_listed_stays_itself(text: str) -> None:
    code = v.language(text)
    assert code
    assert v.language(code) == code


def test_every_state_with_counties_has_a_name_and_each_name_its_own_code() -> None:
    real = geography.load().states - geography.FICTIONAL_STATES
    assert real <= set(v.STATES.values())
    assert all(name == plain(name) and len(code) == 2 for name, code in v.STATES.items())
    assert len(set(v.STATES.values())) == len(v.STATES) == 56
    assert v.STATES["district of columbia"] == "DC"
    assert v.STATES["new york"] == "NY"
