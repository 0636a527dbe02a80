"""Words for race and tribal status; nothing of it stands in a record that a plan reads."""

from dataclasses import fields

from matching.domain.equity import RACE_WORDS, TRIBAL_WORDS, Race, TribalStatus
from matching.domain.records import BedPool, Provider, Referral


def test_every_answer_has_words_of_its_own():
    for vocabulary, words in ((Race, RACE_WORDS), (TribalStatus, TRIBAL_WORDS)):
        assert list(words) == list(vocabulary)
        assert len(set(words.values())) == len(words)


def test_no_record_has_a_place_for_race_or_a_tribe():
    names = {field.name for kind in (Referral, Provider, BedPool) for field in fields(kind)}
    assert not [name for name in names if "race" in name or "trib" in name or "ethnic" in name]
