"""Tables of counts of people, and what of them has been published.

A count is named by what the people in it share: nothing for everybody, one
category for a margin, two for a cell. Equal names are equal counts, whatever
table they stand in: so tables of one page, and of several, are linked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any, TypeAlias

#: A dimension and one of its categories.
Fact: TypeAlias = tuple[str, str]
#: What the people of a count share: dimensions with one category, or several together.
Name: TypeAlias = frozenset[tuple[str, tuple[str, ...]]]
#: A one-way table: whom it counts, and its dimension.
Margin: TypeAlias = tuple[Name, str]
#: A two-way table: whom it counts, and its dimensions.
Cross: TypeAlias = tuple[Name, str, str]
#: Either.
Table: TypeAlias = Margin | Cross

EVERYBODY: Name = frozenset()

_DIFFERENT = "Two tables of one page count the same people differently."


def name_of(facts: Iterable[Fact]) -> Name:
    """Return the name of the people who share some facts."""
    return frozenset((dimension, (category,)) for dimension, category in facts)


def also(name: Name, dimension: str, *categories: str) -> Name:
    """Return the name of those of a count who are in one of some categories, too."""
    return name | {(dimension, tuple(sorted(categories)))}


@dataclass(frozen=True, slots=True)
class CountTable:
    """A table of counts of people, with its margins and its total.

    Attributes
    ----------
    title : str
        Tells it from the other tables of the page.
    dimensions : tuple of str
        One or two. The same word means the same division in every table.
    counts : mapping of tuple of str to int
        People by their category in each dimension; what is left out is 0.
    of : frozenset of (str, str)
        What all its people share, as facts of other tables: ``{("Outcome",
        "without")}`` where another table divides everybody by outcome. Empty
        where the table is of everybody.
    order : mapping of str to sequence of str
        Categories of a dimension in an order that has nothing to do with the
        counts; those of other dimensions go by name. Categories that nobody is
        in are shown if they are here.

    Raises
    ------
    ValueError
        If a count is negative, or the table is not of one or two dimensions.
    """

    title: str
    dimensions: tuple[str, ...]
    counts: Mapping[tuple[str, ...], int]
    of: frozenset[Fact] = frozenset()
    order: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what is no table of people."""
        if len(self.dimensions) not in (1, 2) or len(set(self.dimensions)) < len(
            self.dimensions
        ):
            raise ValueError("A table has one dimension or two.")
        if any(len(cell) != len(self.dimensions) for cell in self.counts):
            raise ValueError("Every count needs one category in each dimension.")
        if any(count < 0 for count in self.counts.values()):
            raise ValueError("A count cannot be negative.")

    @property
    def name(self) -> Name:
        """Whom it counts."""
        return name_of(self.of)

    @property
    def total(self) -> int:
        """Everybody in it."""
        return sum(self.counts.values())

    def categories(self, dimension: str) -> tuple[str, ...]:
        """Return the categories of a dimension, in an order that tells nothing."""
        at = self.dimensions.index(dimension)
        found = {cell[at] for cell in self.counts}
        given = list(dict.fromkeys(self.order.get(dimension, ())))
        return (*given, *sorted(found.difference(given)))

    def margin(self, dimension: str) -> dict[str, int]:
        """Return people by category of one dimension."""
        at = self.dimensions.index(dimension)
        out = dict.fromkeys(self.categories(dimension), 0)
        for cell, count in self.counts.items():
            out[cell[at]] += count
        return out


def one_way(
    title: str,
    counts: Mapping[str, int],
    of: Iterable[Fact] = (),
    dimension: str | None = None,
    *,
    order: Sequence[str] = (),
) -> CountTable:
    """Return a one-way table; its dimension is its title if none is given."""
    by = dimension or title
    cells: dict[tuple[str, ...], int] = {
        (category,): count for category, count in counts.items()
    }
    return CountTable(title, (by,), cells, frozenset(of), {by: order} if order else {})


@dataclass(frozen=True, slots=True)
class Nest:
    """A dimension that divides another one further, such as counties within regions.

    Attributes
    ----------
    fine, coarse : str
        Dimensions.
    inside : mapping of str to str
        The coarse category of every fine one.
    """

    fine: str
    coarse: str
    inside: Mapping[str, str]


@dataclass(frozen=True)
class Release:
    """Tables, and what of them is published.

    Attributes
    ----------
    tables : tuple of CountTable
    nests : tuple of Nest
    hidden : frozenset of Name
        Counts in published tables that are not shown.
    withheld : frozenset of (Margin or Cross)
        Tables of which nothing is shown.
    folded : frozenset of (Cross, str, str)
        Categories of a dimension that a two-way table does not show by
        themselves, although their own count is shown.
    """

    tables: tuple[CountTable, ...]
    nests: tuple[Nest, ...] = ()
    hidden: frozenset[Name] = frozenset()
    withheld: frozenset[Table] = frozenset()
    folded: frozenset[tuple[Cross, str, str]] = frozenset()

    @cached_property
    def margins(self) -> dict[Margin, dict[str, int]]:
        """Every one-way table, those at the edges of two-way tables included.

        Raises
        ------
        ValueError
            If two tables do not agree.
        """
        out: dict[Margin, dict[str, int]] = {}
        for table in self.tables:
            for dimension in table.dimensions:
                counts = table.margin(dimension)
                kept = out.setdefault((table.name, dimension), counts)
                if {k: n for k, n in kept.items() if n} != {
                    k: n for k, n in counts.items() if n
                }:
                    raise ValueError(
                        "Two tables of one page count the same people differently."
                    )
                kept |= counts
        return out

    @cached_property
    def crosses(self) -> dict[Cross, CountTable]:
        """Every two-way table."""
        return {
            (table.name, *sorted(table.dimensions)): table  # type: ignore[misc]
            for table in self.tables
            if len(table.dimensions) == 2
        }

    @cached_property
    def values(self) -> dict[Name, int]:
        """Every count that a one-way table or a total names.

        Raises
        ------
        ValueError
            If two tables do not agree.
        """
        out: dict[Name, int] = {}
        for (of, dimension), counts in self.margins.items():
            for category, count in counts.items():
                _agree(out, also(of, dimension, category), count)
            _agree(out, of, sum(counts.values()))
        return out

    @cached_property
    def counts(self) -> dict[Name, int]:
        """Every count there is, cells of two-way tables included."""
        out = dict(self.values)
        for cross in self.crosses:
            for name, count in self.cells(cross).items():
                _agree(out, name, count)
        return out

    def cells(self, cross: Cross) -> dict[Name, int]:
        """Return every cell of a two-way table by itself."""
        of, first, second = cross
        out = {
            also(also(of, first, row), second, column): 0
            for row, column in product(self.margins[of, first], self.margins[of, second])
        }
        table = self.crosses[cross]
        at = [table.dimensions.index(dimension) for dimension in (first, second)]
        for cell, count in table.counts.items():
            out[also(also(of, first, cell[at[0]]), second, cell[at[1]])] += count
        return out

    def parts(self, margin: Margin) -> dict[str, tuple[str, ...]]:
        """Return, for every category of a dimension, those it is not told from.

        No two-way table tells categories apart whose own count is hidden: that
        would only tell more of few people. Those of a finer division are put
        together within the coarser one.
        """
        of, dimension = margin
        above = self._above(margin)
        by: dict[tuple[str, ...], list[str]] = {}
        out: dict[str, tuple[str, ...]] = {}
        for category in self.margins[margin]:
            out[category] = (category,)
            if also(of, dimension, category) in self.hidden:
                by.setdefault(above.get(category, ()), []).append(category)
        return out | _gathered(by.values())

    def groups(self, cross: Cross, dimension: str) -> dict[str, tuple[str, ...]]:
        """Return, for every category, those it is in one row of a two-way table with."""
        margin = (cross[0], dimension)
        parts, above = self.parts(margin), self._above(margin)
        by: dict[tuple[str, ...], list[str]] = {}
        for category in parts:
            name = also(*margin, category)
            if name in self.hidden or (cross, dimension, category) in self.folded:
                by.setdefault(above.get(category, ()), []).append(category)
        return parts | _gathered(by.values())

    def check(self) -> None:
        """Refuse tables that contradict each other.

        Raises
        ------
        ValueError
            If two tables count the same people differently, or the coarse
            category of a fine one is not said.
        """
        _ = self.counts
        for nest in self.nests:
            for (of, dimension), counts in self.margins.items():
                wider = self.margins.get((of, nest.coarse))
                if dimension == nest.fine and wider is not None:
                    sums = dict.fromkeys(wider, 0)
                    for category, count in counts.items():
                        if nest.inside.get(category) not in sums:
                            raise ValueError("Two dimensions do not divide each other.")
                        sums[nest.inside[category]] += count
                    if sums != wider:
                        raise ValueError(_DIFFERENT)

    def _above(self, margin: Margin) -> dict[str, tuple[str, ...]]:
        of, dimension = margin
        for nest in self.nests:
            if nest.fine == dimension and (of, nest.coarse) in self.margins:
                wide = self.parts((of, nest.coarse))
                return {one: wide[nest.inside[one]] for one in self.margins[margin]}
        return {}

    def to_plain(self) -> dict[str, Any]:
        """Return the release as plain data, ready for JSON."""
        return {
            "tables": [
                {
                    "title": table.title,
                    "dimensions": list(table.dimensions),
                    "of": sorted(map(list, table.of)),
                    "cells": sorted([*cell, count] for cell, count in table.counts.items()),
                    "order": {key: list(value) for key, value in table.order.items()},
                }
                for table in self.tables
            ],
            "nests": [
                {"fine": n.fine, "coarse": n.coarse, "inside": dict(sorted(n.inside.items()))}
                for n in self.nests
            ],
            "hidden": sorted(map(_plain_name, self.hidden)),
            "withheld": sorted([_plain_name(of), *by] for of, *by in self.withheld),
            "folded": sorted(
                [_plain_name(of), one, other, by, category]
                for (of, one, other), by, category in self.folded
            ),
        }


def release_of_plain(plain: Mapping[str, Any]) -> Release:
    """Return a release from the plain data it was written as."""
    return Release(
        tuple(
            CountTable(
                one["title"],
                tuple(one["dimensions"]),
                {tuple(cell[:-1]): int(cell[-1]) for cell in one["cells"]},
                frozenset((key, value) for key, value in one["of"]),
                one["order"],
            )
            for one in plain["tables"]
        ),
        tuple(Nest(one["fine"], one["coarse"], one["inside"]) for one in plain["nests"]),
        frozenset(_name_of_plain(one) for one in plain["hidden"]),
        frozenset((_name_of_plain(of), *by) for of, *by in plain["withheld"]),
        frozenset(
            ((_name_of_plain(of), one, other), by, category)
            for of, one, other, by, category in plain["folded"]
        ),
    )


def plain_counts(counts: Iterable[tuple[Name, int | None]]) -> list[list[Any]]:
    """Return names and numbers, ``None`` where one is not shown, ready for JSON."""
    return sorted(([_plain_name(name), count] for name, count in counts), key=repr)


def _gathered(sets: Iterable[Sequence[str]]) -> dict[str, tuple[str, ...]]:
    out: dict[str, tuple[str, ...]] = {}
    for members in sets:
        out |= dict.fromkeys(members, tuple(sorted(members)))
    return out


def _plain_name(name: Name) -> list[list[Any]]:
    return sorted([dimension, list(categories)] for dimension, categories in name)


def _name_of_plain(plain: Iterable[Sequence[Any]]) -> Name:
    return frozenset((dimension, tuple(categories)) for dimension, categories in plain)


def _agree(values: dict[Name, int], name: Name, count: int) -> None:
    if values.setdefault(name, count) != count:
        raise ValueError(_DIFFERENT)
