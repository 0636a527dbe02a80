"""JSON of nested objects as tables."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.domain.errors import InputError
from matching.intake import nested
from matching.intake.nested import looks_nested, read_nested, singular
from matching.intake.reader import Sheet, read


def tables(value: Any, name: str = "") -> dict[str, list[dict[str, str]]]:
    """Rows by the name of their table."""
    found = {}
    for sheet in read_nested(json.dumps(value).encode(), name):
        header, *rows = sheet.rows
        found[sheet.name] = [dict(zip(header, row, strict=True)) for row in rows]
    return found


@pytest.mark.parametrize(
    ("many", "one"),
    [
        ("services", "service"),
        ("addresses", "address"),
        ("capacities", "capacity"),
        ("service_at_locations", "service_at_location"),
        ("address", "address"),
        ("funding", "funding"),
        ("boxes", "box"),
    ],
)
def test_names_of_lists_become_names_of_one(many: str, one: str) -> None:
    assert singular(many) == one


def test_an_object_inside_another_is_joined_by_its_id() -> None:
    found = tables(
        {
            "id": "s1",
            "name": "Night shelter",
            "status": "active",
            "organization": {"id": "o1", "name": "Harbor"},
            "capacities": [{"available": 2, "unit": {"id": "u", "name": "Bed"}}],
        }
    )
    assert found["service"][0]["organization_id"] == "o1"
    assert found["organization"] == [{"id": "o1", "name": "Harbor"}]
    assert found["capacity"][0]["service_id"] == "s1"
    assert found["capacity"][0]["unit_id"] == "u"
    assert found["capacity"][0]["available"] == "2"


def test_the_same_object_met_twice_is_one_row() -> None:
    one = {"id": "o1", "name": "Harbor"}
    value = [
        {"id": f"s{n}", "name": "A", "status": "active", "organization": one} for n in (1, 2)
    ]
    found = tables(value)
    assert len(found["organization"]) == 1
    assert [row["organization_id"] for row in found["service"]] == ["o1", "o1"]


def test_what_a_second_meeting_adds_is_kept() -> None:
    found = tables([{"id": "a", "x": ""}, {"id": "a", "x": "later", "y": 1}], "thing")
    assert found == {"thing": [{"id": "a", "x": "later", "y": "1"}]}


@pytest.mark.parametrize("wrapper", ["contents", "data", "results"])
def test_a_page_of_results_is_unwrapped(wrapper: str) -> None:
    page = {"total": 1, wrapper: [{"id": "a", "n": 1}]}
    assert tables(page, "thing") == {"thing": [{"id": "a", "n": "1"}]}


def test_tables_by_name_are_tables() -> None:
    found = tables({"organizations": [{"id": "o", "n": 1}], "services": [{"id": "s", "n": 2}]})
    assert set(found) == {"organization", "service"}


def test_values_are_text_and_null_is_blank() -> None:
    value = [{"id": 7, "a": None, "b": True, "c": 2.0, "d": 2.5, "e": ["x", 1, [9, 9]]}]
    (row,) = tables(value, "t")["t"]
    assert row == {"id": "7", "a": "", "b": "yes", "c": "2", "d": "2.5", "e": "x; 1"}


def test_objects_without_an_id_get_one_and_stay_apart() -> None:
    found = tables([{"n": 1}, {"n": 1}], "t")["t"]
    assert len({row["id"] for row in found}) == 2


@pytest.mark.parametrize(
    "data",
    [
        b'{"a": [',
        b'[{"a": 1}',
        b'{"a": "\xff"}',
        b'{"a":' + b"[" * 200_000,
        b'{"n": ' + b"9" * 9000 + b"}",
    ],
    ids=["cut", "cut list", "not utf-8", "endless", "endless number"],
)
def test_damaged_files_are_refused_in_words(data: bytes) -> None:
    with pytest.raises(InputError) as refused:
        read(data)
    assert "Nothing was saved." in refused.value.sentence()
    assert refused.value.next_step


def test_objects_without_end_are_refused() -> None:
    value: dict[str, Any] = {"id": "end"}
    for _ in range(nested.DEPTH + 2):
        value = {"id": "x", "inner": value}
    with pytest.raises(InputError, match="levels deep"):
        tables(value)


def test_too_many_values_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nested, "VALUES", 10)
    with pytest.raises(InputError, match="more values"):
        tables([{"id": str(n), "a": n} for n in range(20)])


@pytest.mark.parametrize("value", [[], {}, [1, 2], ["a"], {"arcs": [[1, 2], [3]]}])
def test_what_holds_no_objects_is_no_list(value: Any) -> None:
    with pytest.raises(InputError, match="no list"):
        read_nested(json.dumps(value).encode())


@pytest.mark.parametrize("head", [b"{curly},b\n1,2\n", b"[a],b\n1,2\n", b"name,{x}\n1,2\n"])
def test_a_list_that_only_begins_like_json_is_still_a_list(head: bytes) -> None:
    assert not looks_nested(head)
    assert len(read(head).sheets[0].rows) == 2


def tried(data: bytes) -> list[Sheet] | InputError:
    try:
        return read_nested(data)
    except InputError as refused:
        return refused


_PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
_KEYS = st.sampled_from(["id", "name", "services", "unit", "a"])
_VALUES = st.recursive(
    _PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=20,
)


@given(_VALUES)
def test_any_json_is_read_or_refused(value: Any) -> None:
    sheets = tried(json.dumps(value).encode())
    if isinstance(sheets, InputError):
        assert sheets.next_step
        return
    assert all(len(set(map(len, sheet.rows))) == 1 for sheet in sheets)
    assert len({sheet.name for sheet in sheets}) == len(sheets)
