"""Columns made from types: what is stored, and what is refused."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite

from matching.domain import words as w
from matching.domain.errors import InputError, StoreError
from matching.domain.fields import FieldClass, key, soft
from matching.domain.records import BedPool, Provider, Referral, Training
from matching.store import columns
from tests import strategies as own

DIALECTS = [sqlite.dialect(), postgresql.dialect()]
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Sample:
    sample_id: str = key()
    level: w.Level | None = soft()  # noqa: RUF009
    count: int | None = soft()


def stored(kind, value):
    return kind.process_bind_param(value, DIALECTS[0])


def given_back(kind, value):
    return kind.process_result_value(value, DIALECTS[0])


@pytest.mark.parametrize("record", [Referral, Provider, BedPool])
def test_every_field_has_one_column_and_only_keys_are_required(record):
    made = columns.record_columns(record)
    assert [one.name for one in made] == [field.name for field in dataclasses.fields(record)]
    for column, field in zip(made, dataclasses.fields(record), strict=True):
        is_key = field.metadata["class"] is FieldClass.KEY
        assert column.primary_key is is_key
        assert column.nullable is not is_key


def test_a_forbidden_field_has_no_place():
    bad = dataclasses.make_dataclass(
        "Bad",
        [("birth_date", date, dataclasses.field(metadata={"class": FieldClass.FORBIDDEN}))],
    )
    with pytest.raises(TypeError, match="birth_date must not be stored"):
        columns.record_columns(bad)


@pytest.mark.parametrize("hint", [float, dict, list[str], bytes])
def test_a_type_that_no_column_holds_is_refused(hint):
    with pytest.raises(TypeError, match="no column type"):
        columns.column_type(hint)


def test_only_numbers_are_checked_for_their_range():
    made = columns.number_checks(Sample)
    assert [str(one.sqltext) for one in made] == ["count BETWEEN 0 AND 2147483647"]


@pytest.mark.parametrize("record", [Referral, Provider, BedPool])
@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_unknown_is_null_in_every_column(record, dialect):
    for column in columns.record_columns(record):
        kind = column.type.dialect_impl(dialect)
        for process in (kind.bind_processor(dialect), kind.result_processor(dialect, None)):
            assert process is None or process(None) is None


@pytest.mark.parametrize("record", [Referral, Provider, BedPool])
def test_known_none_is_an_empty_list_and_comes_back_as_it_was(record):
    seen = 0
    for column in columns.record_columns(record):
        if isinstance(column.type, columns.Several):
            empty = column.type.container()
            assert stored(column.type, empty) == "[]"
            assert given_back(column.type, "[]") == empty
            assert type(given_back(column.type, "[]")) is column.type.container
            seen += 1
    assert seen >= 2


@given(st.lists(TEXT, unique=True), st.randoms())
def test_equal_sets_are_equal_text_and_tuples_keep_their_order(values, random):
    shuffled = values.copy()
    random.shuffle(shuffled)
    sets = columns.Several(frozenset, str)
    assert stored(sets, frozenset(values)) == stored(sets, frozenset(shuffled))
    assert given_back(sets, stored(sets, frozenset(values))) == frozenset(values)
    ordered = columns.Several(tuple, str)
    assert given_back(ordered, stored(ordered, tuple(shuffled))) == tuple(shuffled)


def test_words_come_back_as_members():
    kind = columns.Several(frozenset, w.Gender)
    back = given_back(kind, stored(kind, frozenset({w.Gender.MALE, w.Gender.FEMALE})))
    assert {type(one) for one in back} == {w.Gender}
    one = columns.Word(w.Level)
    assert stored(one, w.Level.HIGH) == "high"
    assert type(stored(one, w.Level.HIGH)) is str
    assert given_back(one, "high") is w.Level.HIGH


@given(own.trainings())
def test_courses_come_back_in_their_order(trainings):
    kind = columns.Trainings()
    assert given_back(kind, stored(kind, trainings)) == trainings


def test_no_courses_and_unknown_courses_differ():
    kind = columns.Trainings()
    assert stored(kind, ()) == "[]"
    assert stored(kind, None) is None
    assert given_back(kind, "[]") == ()


class Other(StrEnum):
    STRANGE = "strange"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (columns.Word(w.Level), Other.STRANGE),
        (columns.Several(frozenset, w.Level), frozenset({Other.STRANGE})),
        (columns.Trainings(), (Training(course=Other.STRANGE),)),
    ],
)
def test_a_word_outside_the_vocabulary_is_not_stored(kind, value):
    with pytest.raises(StoreError, match="does not know"):
        stored(kind, value)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (columns.Word(w.Level), "strange"),
        (columns.Several(tuple, w.Level), '["strange"]'),
        (columns.Trainings(), '[{"course":"strange","expires":null,"caregiver":null}]'),
    ],
)
def test_a_word_of_another_version_is_not_read_as_something_else(kind, text):
    with pytest.raises(StoreError, match="does not know") as caught:
        given_back(kind, text)
    assert "strange" not in caught.value.sentence()


@pytest.mark.parametrize("bad", ["a\x00b", "half \ud800"])
def test_text_that_a_database_cannot_hold_is_refused_unseen(bad):
    several = columns.Several(frozenset, str)
    course = Training(course=w.Course.TRAFFICKING, caregiver=bad)
    for kind, value in [
        (columns.PlainText(), bad),
        (several, frozenset({bad})),
        (columns.Trainings(), (course,)),
    ]:
        with pytest.raises(InputError, match="cannot be stored") as caught:
            stored(kind, value)
        assert bad not in caught.value.sentence()


@given(st.datetimes(), st.integers(-14, 14))
def test_moments_are_stored_in_utc(moment, hours):
    if not 2 <= moment.year <= 9998:
        moment = moment.replace(year=2000, day=1)
    aware = moment.replace(tzinfo=timezone(timedelta(hours=hours)))
    kind = columns.UtcDateTime()
    back = given_back(kind, stored(kind, aware))
    assert back == aware
    assert back.utcoffset() == timedelta(0)
    # SQLite gives the moment back without its zone.
    assert given_back(kind, stored(kind, aware).replace(tzinfo=None)) == aware


@pytest.mark.parametrize(
    ("kind", "bits"), [(columns.WholeNumber(), 31), (columns.LargeNumber(), 63)]
)
def test_a_number_is_stored_up_to_its_size(kind, bits):
    for fits in (0, 2**bits - 1, -(2**bits)):
        assert stored(kind, fits) == fits
    for large in (2**bits, -(2**bits) - 1):
        with pytest.raises(InputError, match="too large"):
            stored(kind, large)


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(InputError, match="time zone"):
        stored(columns.UtcDateTime(), datetime(2026, 11, 3))  # noqa: DTZ001


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.text(), JSON, max_size=5), st.randoms())
def test_canonical_text_does_not_depend_on_the_order_of_keys(value, random):
    pairs = list(value.items())
    random.shuffle(pairs)
    text = columns.canonical(value)
    assert columns.canonical(dict(pairs)) == text
    assert text.isascii()
    kind = columns.JsonText()
    assert given_back(kind, stored(kind, value)) == value


@pytest.mark.parametrize("value", [float("nan"), {"a": float("inf")}, date(2026, 1, 1), {1j}])
def test_what_has_no_json_form_is_refused(value):
    with pytest.raises(InputError, match="as JSON"):
        columns.canonical(value)


def test_times_in_utc_stay_as_they_are():
    moment = datetime(2026, 11, 3, 22, 41, tzinfo=UTC)
    assert stored(columns.UtcDateTime(), moment) == moment
