"""Blocks of rows and of records give what one cell and one record at a time would."""

from __future__ import annotations

import dataclasses
from itertools import zip_longest
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.records import BedPool, Provider, Referral, Training
from matching.domain.words import Course
from matching.intake import bulk
from matching.intake.bulk import cells_by_column, make_records

RECORDS = (Referral, Provider, BedPool, Training)
rows_of_text = st.lists(st.lists(st.sampled_from(["", "a", "b", "ü"]), max_size=4), max_size=9)


@pytest.fixture(params=[1, 2, 3, 128], autouse=True)
def _blocks(request: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(bulk, "BLOCK", request.param)


def fresh(text: str) -> str:
    """Return an equal text that is another object."""
    return "".join(list(text))


def test_cells_are_the_rows_turned() -> None:
    @given(rows_of_text, st.sets(st.integers(0, 5)))
    def check(rows: list[list[str]], wanted: set[int]) -> None:
        columns = list(zip_longest(*rows, fillvalue=""))
        found = cells_by_column(rows, wanted)
        assert found.keys() == wanted
        for position in wanted:
            blank = [""] * len(rows)
            expected = list(columns[position]) if position < len(columns) else blank
            assert found[position].cells == expected
            assert found[position].different == set(expected)

    check()


def test_equal_cells_of_a_column_are_one_text() -> None:
    rows = [[fresh("long text"), fresh(f"text {k % 2}")] for k in range(7)]
    found = cells_by_column(rows, [0, 1])
    assert len({id(text) for text in found[0].cells}) == 1
    assert len({id(text) for text in found[1].cells}) == 2


@pytest.mark.parametrize("record", RECORDS, ids=lambda one: one.__name__)
def test_records_are_what_the_constructor_makes(record: type) -> None:
    names = [field.name for field in dataclasses.fields(record)]
    columns = {name: [f"{name} {k}" for k in range(5)] for name in names}
    made = make_records(record, columns, 5)
    wanted = [record(**{name: columns[name][k] for name in names}) for k in range(5)]
    assert list(made) == wanted
    assert [type(one) for one in made] == [record] * 5
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(made[0], names[0], "other")


@pytest.mark.parametrize("record", RECORDS, ids=lambda one: one.__name__)
def test_a_record_does_nothing_but_hold_its_values(record: type) -> None:
    """Otherwise making it without its constructor would lose something."""
    assert not hasattr(record, "__post_init__")
    assert all(field.init for field in dataclasses.fields(record))
    assert {field.name for field in dataclasses.fields(record)} <= set(record.__slots__)
    assert "__new__" not in vars(record)


def test_an_attribute_without_column_is_unknown() -> None:
    made = make_records(Referral, {"referral_id": ["R1", "R2", "R3"]}, 3)
    assert made == tuple(Referral(referral_id=f"R{k}") for k in (1, 2, 3))


def test_no_rows_make_no_records() -> None:
    assert make_records(Training, {"course": [], "expires": []}, 0) == ()


def test_what_the_constructor_would_refuse_is_refused() -> None:
    with pytest.raises(TypeError, match="has no attribute"):
        make_records(Training, {"course": [Course.TRAFFICKING], "name": ["x"]}, 1)
    with pytest.raises(TypeError, match="needs a value"):
        make_records(BedPool, {"pool_id": ["B1"]}, 1)
