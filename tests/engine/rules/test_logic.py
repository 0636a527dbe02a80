"""Three-valued logic and the phrases that sentences share."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import words as w
from matching.engine.columns import codes, numbers, sets
from matching.engine.rules import logic, text
from matching.engine.rules.base import facts
from matching.engine.rules.logic import Truth
from tests.builders import home, problem, referral

VALUES = (True, False, None)


def truth(value):
    return Truth(np.array(value is True), np.array(value is False))


def value(found):
    assert not (found.yes & found.no).any()
    return True if found.yes.all() else False if found.no.all() else None


def fillings(parts):
    return product(*((True, False) if p is None else (p,) for p in parts))


def settled(results):
    found = set(results)
    return found.pop() if len(found) == 1 else None


@pytest.mark.parametrize("parts", list(product(VALUES, VALUES)))
def test_and_or_not_are_what_every_filling_agrees_on(parts):
    one, other = map(truth, parts)
    assert value(one & other) is settled(a and b for a, b in fillings(parts))
    assert value(one | other) is settled(a or b for a, b in fillings(parts))
    assert value(~one) is settled(not a for (a,) in fillings(parts[:1]))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(VALUES), max_size=5))
def test_every_and_any(parts):
    assert value(logic.every(map(truth, parts))) is settled(all(f) for f in fillings(parts))
    assert value(logic.any_of(map(truth, parts))) is settled(any(f) for f in fillings(parts))


@pytest.mark.parametrize("vocabulary", [w.SubstanceNeed, w.CareNeed, w.PlacementType])
def test_equal_words_of_different_vocabularies_keep_their_own_places(vocabulary):
    """ "inpatient" is a word of three vocabularies."""
    assert [logic.position(word) for word in vocabulary] == list(range(len(vocabulary)))
    column = codes([vocabulary("inpatient"), None], list(vocabulary))
    found = logic.among(column, (vocabulary("inpatient"),))
    assert found.yes.tolist() == [True, False]
    assert found.no.tolist() == [False, False]


def test_among_nothing_and_among_all_are_settled_without_the_fact():
    column = numbers([None])
    assert value(logic.among(column, ())) is False
    assert value(logic.among(column, w.Level)) is True
    assert value(logic.among(column, (w.Level.LOW,))) is None


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.none() | st.frozensets(st.integers(0, 129), max_size=5), min_size=1, max_size=4
    ),
    st.lists(st.none() | st.integers(0, 129), min_size=1, max_size=4),
)
def test_contains_looks_up_any_bit(held, asked):
    column = sets(held, range(130))
    items = codes(asked, range(130))
    rows = np.arange(len(held))[:, None]
    found = logic.contains(column, rows, items[None, :])
    for i, some in enumerate(held):
        for j, item in enumerate(asked):
            if some is None:
                expected = None
            elif item is None:
                expected = False if not some else None
            else:
                expected = item in some
            assert found.yes[i, j] == (expected is True)
            assert found.no[i, j] == (expected is False)


@settings(max_examples=60, deadline=None)
@given(
    *(st.none() | st.frozensets(st.integers(0, 69), max_size=4) for _ in range(2)),
)
def test_meets(one, other):
    a, b = sets([one], range(70)), sets([other], range(70))
    found = value(logic.meets(a, b))
    if None not in (one, other):
        assert found is bool(one & other)
    else:
        assert found is (False if frozenset() in (one, other) else None)


@pytest.mark.parametrize(
    ("items", "expected"),
    [([], "none"), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_listed(items, expected):
    assert text.listed(items) == expected


def test_counts_and_words_and_days():
    assert text.counted(1, "bed") == "1 bed"
    assert text.counted(0, "child", "children") == "0 children"
    assert text.counted(None, "bed") == "an unknown number of beds"
    assert text.worded({w.Level.HIGH, w.Level.LOW}) == "low and high"
    assert text.worded(None) == "unknown"
    assert text.dated(None) == "an unknown date"
    assert text.start("this") == "This"


def test_questions_name_what_is_missing_or_everything():
    parts = [(False, "how old"), (True, "whether"), (True, "which")]
    assert text.ask(parts) == "Ask whether and which."
    assert text.ask([(False, "how old"), (False, "whether")]) == "Ask how old and whether."


@pytest.mark.parametrize(
    ("age", "expected"),
    [(None, "this young person"), (22, "this young person"), (23, "this person")],
)
def test_young_people_are_called_so(age, expected):
    assert text.who(facts(problem(referral(age_years=age), home()), 0, 0)) == expected


def test_labels_belong_to_their_own_vocabulary():
    assert w.label(w.PlacementType.INPATIENT) == "inpatient care"
    assert w.label(w.SubstanceNeed.INPATIENT) == "inpatient"
    assert w.label(w.FamilyFirstCategory.QRTP) == w.label(w.PlacementType.QRTP)
    assert w.label(w.Exclusion.SEXUALISED) == w.label(w.Behaviour.SEXUALISED)
