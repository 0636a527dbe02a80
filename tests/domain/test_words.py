"""Every word has a plain label, and none of them means unknown."""

from __future__ import annotations

import inspect
import re
from enum import StrEnum

import pytest

from matching.domain import words as w

VOCABULARIES = [
    found
    for _, found in inspect.getmembers(w, inspect.isclass)
    if issubclass(found, StrEnum) and found is not StrEnum
]
EVERY = [member for words in VOCABULARIES for member in words]
#: Proper names and letters that are words of the field.
PROPER = {"Title", "IV-E", "VOCA"}
AMERICAN = re.compile(r"program\b|labor|behavior|license\b|specialized|sexualized|center\b")


@pytest.mark.parametrize("member", EVERY, ids=lambda m: f"{type(m).__name__}.{m.name}")
def test_labels_are_plain_words(member: StrEnum) -> None:
    text = w.label(member)
    assert re.fullmatch(r"[A-Za-z0-9]+(?:[ -][A-Za-z0-9]+)*", text)
    assert {word for word in text.split() if word != word.lower()} <= PROPER
    assert not AMERICAN.search(text)
    assert not re.search(r"\b(?:hh|es|th|csec|qrtp|72h|nb)\b", text)


@pytest.mark.parametrize("words", VOCABULARIES, ids=lambda words: words.__name__)
def test_no_vocabulary_has_an_unknown_and_no_label_stands_twice(words: type[StrEnum]) -> None:
    values = [member.value for member in words]
    assert not {"unknown", "", "n/a", "not_known", "other_unknown"} & set(values)
    assert all(re.fullmatch(r"[a-z0-9]+(?:_[a-z0-9]+)*", value) for value in values)
    assert len({w.label(member) for member in words}) == len(values)
    assert words.__doc__
    assert not AMERICAN.search(" ".join(values))


def test_equal_words_of_two_vocabularies_keep_labels_of_their_own() -> None:
    assert w.Gender.FEMALE == w.Setting.FEMALE
    assert w.label(w.Exclusion.DEVELOPMENTAL) == "developmental support needs"
    assert w.label(w.Capability.SENSORY) == "sensory access"
    assert w.label(w.Behaviour.SELF_HARM) == w.label(w.Exclusion.SELF_HARM) == "self harm"
    assert w.label(w.PlacementType.INPATIENT) == "inpatient care"
    assert w.label(w.CareNeed.INPATIENT) == "inpatient"


def test_the_list_of_labels_names_each_word_once() -> None:
    listed = [(type(word), word.value) for word, _ in w._LABELS]
    assert len(listed) == len(set(listed))
    assert all(text == text.strip() and text for _, text in w._LABELS)


def test_restrictiveness_covers_every_type_and_a_family_comes_first() -> None:
    assert set(w.RESTRICTIVENESS) == set(w.PlacementType)
    assert set(w.RESTRICTIVENESS.values()) == set(range(1, 10))
    order = [w.RESTRICTIVENESS[kind] for kind in w.PlacementType]
    assert order == sorted(order), "listed from least to most restrictive"
    homes = max(w.RESTRICTIVENESS[kind] for kind in w.FOSTER_FAMILY_TYPES)
    assert homes < w.RESTRICTIVENESS[w.PlacementType.EMERGENCY_SHELTER]
    assert w.RESTRICTIVENESS[w.PlacementType.KINSHIP] == 1


def test_without_its_certificate_a_place_is_an_ordinary_one() -> None:
    for kind, plain in w.WITHOUT_CERTIFICATE.items():
        assert plain not in w.WITHOUT_CERTIFICATE
        assert w.RESTRICTIVENESS[plain] <= w.RESTRICTIVENESS[kind]
        assert (kind in w.FOSTER_FAMILY_TYPES) == (plain in w.FOSTER_FAMILY_TYPES)
    assert w.PlacementType.KINSHIP not in w.FOSTER_FAMILY_TYPES


def test_what_a_programme_excludes_covers_every_behaviour() -> None:
    assert {one.value for one in w.Behaviour} <= {one.value for one in w.Exclusion}


def test_no_word_is_about_race_sexuality_or_nationality() -> None:
    text = " ".join(f"{type(m).__name__} {m.value}" for m in EVERY).lower()
    assert not re.search(r"\brace\b|ethnic|nationality|citizen|immigra|\bgay\b|lesbian", text)
