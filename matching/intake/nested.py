"""JSON of nested objects laid out as tables, one for each kind of object.

An object inside another is a row of a table of its own; the two are joined by
a column such as ``organization_id``, as the tabular form of the same data
has it. What occurs twice under one ``id`` is one row.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from matching.domain.errors import InputError
from matching.intake.reader import Sheet

#: Objects inside objects, at most.
DEPTH = 30
#: Values of all objects together, at most.
VALUES = 3_000_000
#: Lists that only wrap what a file is about, as pages of results do.
_WRAPPERS = frozenset({"contents", "data", "items", "results", "records", "value", "rows"})
_NEXT = "Save the list as .csv or .xlsx, or ask for the export again, and choose that file."


def looks_nested(data: bytes) -> bool:
    """Tell whether a file begins as JSON of objects does.

    Parameters
    ----------
    data : bytes
        The file.
    """
    head = data[:64].removeprefix(b"\xef\xbb\xbf").split()
    start = b"".join(head)[:3]
    return start[:2] in (b'{"', b"{}") or start in (b'[{"', b"[{}") or start[:2] == b"[]"


def read_nested(data: bytes, name: str = "") -> list[Sheet]:
    """Read JSON as sheets of text.

    Parameters
    ----------
    data : bytes
        The file, in UTF-8.
    name : str, optional
        What its outermost objects are, where the file itself does not say.

    Returns
    -------
    list of Sheet
        One for each kind of object; the first row names the columns.

    Raises
    ------
    InputError
        If it is damaged, nested without end, or holds no objects.
    """
    tables = _Tables()
    tables.take(load_json(data), name or "record")
    sheets = tables.sheets()
    if not sheets:
        raise InputError("The file holds no list of objects.", next_step=_NEXT)
    return sheets


def load_json(data: bytes) -> Any:
    """Return what JSON says.

    Raises
    ------
    InputError
        If it is damaged or nested without end.
    """
    try:
        return json.loads(data.decode("utf-8-sig"))
    except RecursionError as error:
        raise _too_deep() from error
    except ValueError as error:  # also bytes that are not UTF-8 and endless numbers
        raise InputError(
            "The file begins like JSON but is damaged or cut off.", next_step=_NEXT
        ) from error


def singular(word: str) -> str:
    """Return the name of one of many: "services" is "service", "addresses" "address"."""
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _too_deep() -> InputError:
    return InputError(
        f"The file is nested more than {DEPTH} levels deep, so it was not read.",
        next_step=_NEXT,
    )


class _Tables:
    """Rows by the name of their table, in the order of the file."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, dict[str, str]]] = {}
        self._left = VALUES

    def take(self, value: Any, name: str) -> None:
        """Take the outermost value: objects, a page of them, or tables by name."""
        if isinstance(value, list):
            for one in value:
                if isinstance(one, dict):
                    self._row(one, _outermost(one, name), 1)
        elif isinstance(value, dict):
            lists = {key: one for key, one in value.items() if _is_list(one)}
            wrapped = next((key for key in lists if key.lower() in _WRAPPERS), None)
            if wrapped is not None:
                self.take(lists[wrapped], name)
            elif lists and "id" not in value and "name" not in value:
                for key, many in lists.items():
                    self.take(many, singular(key))
            else:
                self._row(value, _outermost(value, name), 1)

    def _row(self, one: Mapping[str, Any], table: str, depth: int) -> str:
        """Take one object with all inside it; return its id."""
        if depth > DEPTH:
            raise _too_deep()
        self._left -= 1 + len(one)
        if self._left < 0:
            raise InputError("The file holds more values than are read.", next_step=_NEXT)
        rows = self._rows.setdefault(table, {})
        own = _text(one.get("id")) or f"{table}-{len(rows) + 1}"
        row = rows.setdefault(own, {"id": own})
        for key, value in one.items():
            if isinstance(value, dict):
                found = self._row(value, key, depth + 1)
                row.setdefault(f"{key}_id", found)
            elif _is_list(value):
                for part in value:
                    if isinstance(part, dict):
                        inner = {f"{table}_id": own, **part}
                        self._row(inner, singular(key), depth + 1)
            elif not row.get(key):
                row[key] = _text(value)
        return own

    def sheets(self) -> list[Sheet]:
        """Return the tables as sheets."""
        out = []
        for name, rows in self._rows.items():
            columns = list(dict.fromkeys(key for row in rows.values() for key in row))
            cells = [[row.get(key, "") for key in columns] for row in rows.values()]
            if any(text for row in rows.values() for key, text in row.items() if key != "id"):
                out.append(Sheet(name, [columns, *cells]))
        return out


def _outermost(one: Mapping[str, Any], name: str) -> str:
    """Return what an outermost object of a directory is, by the objects inside it."""
    if "services" in one:
        return "organization"
    if "service_at_locations" in one or ("organization" in one and "status" in one):
        return "service"
    return "service_at_location" if "service" in one and "location" in one else name


def _is_list(value: Any) -> bool:
    """Tell whether a value is a list that holds objects."""
    return isinstance(value, list) and any(isinstance(one, dict) for one in value)


def _text(value: Any) -> str:
    """Return a plain value as the text of a cell."""
    if value is None or isinstance(value, dict):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, list):
        return "; ".join(_flat(value))
    return str(value).strip()


def _flat(values: Iterable[Any]) -> list[str]:
    """Return the plain values of a list; lists of numbers inside it are no cells."""
    return [text for one in values if not isinstance(one, list) and (text := _text(one))]
