"""The catalogue of rules and preferences holds together and reads well."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from matching.domain import rulebook
from matching.domain import words as w
from matching.domain.rulebook import (
    PREFERENCE_BY_CODE,
    PREFERENCES,
    RULE_BY_CODE,
    RULES,
    Parameter,
    Remedy,
    Stage,
)

SPECS = (*RULES, *PREFERENCES)


def test_codes_are_unique_short_and_fit_a_64_bit_mask():
    for specs, by_code in ((RULES, RULE_BY_CODE), (PREFERENCES, PREFERENCE_BY_CODE)):
        assert max(Counter(spec.code for spec in specs).values()) == 1
        assert list(by_code) == [spec.code for spec in specs]
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", spec.code) for spec in SPECS)
    assert len(RULES) <= 64


@pytest.mark.parametrize("spec", SPECS, ids=[spec.code for spec in SPECS])
def test_titles_and_meanings_are_plain_sentences(spec):
    assert spec.title[0].isupper()
    assert len(spec.title) <= 60
    assert not spec.title.endswith(".")
    assert spec.meaning.endswith(".")
    for text in (spec.title, spec.meaning):
        assert "_" not in text
        assert "  " not in text
        assert not re.search(r"\b(license|program|behavior|labor)\b", text)


PARAMETERS = [
    (f"{spec.code}:{name}", parameter)
    for spec in SPECS
    for name, parameter in spec.parameters.items()
]


@pytest.mark.parametrize(("name", "parameter"), PARAMETERS, ids=[n for n, _ in PARAMETERS])
def test_parameters_have_a_type_a_help_and_a_default_in_bounds(name, parameter):
    assert isinstance(parameter, Parameter)
    assert parameter.help
    value = parameter.default
    if isinstance(value, bool):
        return
    if isinstance(value, int):
        assert parameter.low <= value <= parameter.high
    elif parameter.choices is not None:
        assert set(value) <= parameter.choices
    else:
        assert value == sorted(set(value))
        assert all(parameter.low <= one <= parameter.high for one in value)


def test_choices_are_the_words_of_the_field():
    choices = {
        "certificate:identifications": w.Identification,
        "training:identifications": w.Identification,
        "training:courses": w.Course,
        "training:labour_courses": w.Course,
        "stay:urgencies": w.Urgency,
        "intake-hours:urgencies": w.Urgency,
    }
    named = dict(PARAMETERS)
    for name, words in choices.items():
        assert named[name].choices == {word.value for word in words}
    listed = {name for name, parameter in PARAMETERS if parameter.choices is not None}
    assert listed == set(choices)


def test_stages_come_in_the_order_of_the_funnel_and_none_is_unused():
    order = [spec.stage for spec in RULES if spec.stage.value in "abcd"]
    assert order == sorted(order)
    used = {spec.stage for spec in RULES}
    # Stage h has no rule: it is what remains when only unknown facts bar a place.
    assert used == set(Stage) - {Stage.UNKNOWN_FACT}


def test_what_people_have_said_cannot_be_remedied_by_capacity():
    for code in ("presence", "declined", "veto", "compromised", "kept-apart"):
        assert RULE_BY_CODE[code].remedy is Remedy.NONE


def test_race_sexuality_and_nationality_are_in_no_rule_or_preference():
    text = " ".join(f"{s.title} {s.meaning}".lower() for s in SPECS)
    for word in ("race", "ethnic", "nationality", "immigration", "citizen", "orientation"):
        assert not re.search(rf"\b{word}", text)
    assert rulebook.__doc__
