"""What may be shown of one group, and how differences are told."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.insight.fairness import (
    Fairness,
    Fared,
    Finding,
    Line,
    Measure,
    Spread,
    Table,
    wilson,
)
from matching.insight.fairness_groups import Grouping
from matching.services.fairness_views import (
    BANDS,
    Change,
    Fits,
    change,
    everybody,
    findings_shown,
    group_table,
)
from tests.services.fair import small_counts


def spread(known, middle=10.0):
    return Spread(known, middle, middle, middle, middle) if known else None


def line(name, placed, without, *, first=None, cost=10.0):
    served = placed if first is None else first
    both = placed + without
    fared = Fared(placed, without, spread(placed), spread(placed, cost), spread(without))
    other = Fared(served, both - served, spread(served), spread(served), spread(both - served))
    return Line(name, fared, other, spread(both), wilson(without, both), "distance")


def table(*lines, title="Gender", restricted=False):
    names = tuple(one.name for one in lines)
    of = np.repeat(np.arange(len(lines)), [one.plan.people for one in lines])
    return Table(Grouping(title, names, of, restricted), lines)


def whole(*lines):
    placed, without, first = (
        sum(one.plan.placed for one in lines),
        sum(one.plan.without for one in lines),
        sum(one.first.placed for one in lines),
    )
    return line("", placed, without, first=first)


COUNTS = st.lists(st.tuples(*[st.integers(0, 40)] * 3), min_size=2, max_size=6)


@given(COUNTS, st.booleans(), st.booleans())
def test_what_is_protected_holds_no_small_count(counts, exact, restricted):
    lines = [
        line(f"g{k}", placed, without, first=min(first, placed + without))
        for k, (placed, without, first) in enumerate(counts)
        if placed + without
    ]
    all_ = whole(*lines)
    shown = group_table(table(*lines, restricted=restricted), all_, exact=exact)
    if exact and not restricted:
        assert [row.people.count for row in shown.rows] == [one.plan.people for one in lines]
        return
    assert small_counts(shown) == []
    if not exact:
        assert small_counts(everybody(all_, exact=False)) == []
    for row in shown.rows:
        if row.people.count is None:
            assert None in (row.placed.count, row.without.count)
            assert row.share is None


@given(COUNTS)
def test_a_hidden_count_cannot_be_worked_out_from_the_others(counts):
    lines = [line(f"g{k}", a, b) for k, (a, b, _) in enumerate(counts) if a + b]
    shown = group_table(table(*lines), whole(*lines), exact=False)
    for name in ("placed", "without"):
        cells = [getattr(row, name) for row in shown.rows]
        total = sum(getattr(one.plan, name) for one in lines)
        hidden = [one for one in cells if one.count is None]
        if hidden and total > 10 and any(one.count for one in cells):
            assert len(hidden) > 1


def test_a_share_of_few_people_is_told_with_its_range_only():
    lines = [line("few", 3, 2), line("many", 20, 20)]
    few, many = group_table(table(*lines), whole(*lines), exact=True).rows
    assert few.share == (0.4, *wilson(2, 5))
    assert not few.enough
    assert many.enough
    assert few.travel is few.fits is None
    assert many.travel.middle == 10


@pytest.mark.parametrize(
    ("cost", "fits"), [(30.0, Fits.WORSE), (4.0, Fits.BETTER), (11.0, Fits.ALIKE)]
)
def test_fit_is_told_against_everybody(cost, fits):
    lines = [line("a", 20, 5, cost=cost), line("b", 30, 5)]
    first, _ = group_table(table(*lines), whole(*lines), exact=True).rows
    assert first.fits is fits
    assert first.gives_way == "distance"


def test_a_group_without_any_place_has_no_fit():
    lines = [line("a", 0, 20), line("b", 30, 5)]
    first, _ = group_table(table(*lines), whole(*lines), exact=True).rows
    assert first.fits is None
    assert first.gives_way == ""


@given(st.integers(-2000, 2000))
def test_a_difference_is_exact_or_lies_in_its_band(more):
    assert change(more, exact=True) == Change((more > 0) - (more < 0), abs(more))
    told = change(more, exact=False)
    assert told.sign == (more > 0) - (more < 0)
    if more == 0:
        assert told.exact == 0
        return
    assert told.exact is None
    low, high = told.band
    assert low <= abs(more)
    assert abs(more) <= high if high else abs(more) > BANDS[-1]
    assert not high or high - low >= 9


def findings(*found):
    return Fairness(line("", 40, 60), (), found, (("Gender", "a", 3), ("Gender", "c", 2)))


FOUND = Finding(Measure.WITHOUT, "Gender", "a", (30, 50), (30, 90), 0.001)


def test_only_findings_of_groups_that_are_shown_are_told():
    lines = [line("a", 20, 30), line("b", 60, 25), line("c", 2, 3)]
    for exact in (True, False):
        shown = (group_table(table(*lines), whole(*lines), exact=exact),)
        hidden = replace(FOUND, name="c")
        told, behind = findings_shown(findings(FOUND, hidden), shown, exact=exact)
        names = {row.name for row in shown[0].rows if exact or row.people.count is not None}
        assert {one.name for one in told} <= names
        assert {name for _, name, _ in behind} <= names
        assert (hidden in told) == exact
        assert all((one.exact is not None) == exact for *_, one in behind)


def test_a_finding_that_leaves_a_small_number_is_not_told():
    lines = [line("a", 20, 30), line("b", 60, 25)]
    shown = (group_table(table(*lines), whole(*lines), exact=False),)
    for small in (replace(FOUND, others=(85, 90)), replace(FOUND, mine=(8, 50))):
        assert findings_shown(findings(small), shown, exact=False)[0] == ()
    waits = replace(FOUND, measure=Measure.WAIT, mine=(5.0, 50), others=(3.0, 90))
    assert findings_shown(findings(waits), shown, exact=False)[0] == (waits,)


def test_of_restricted_groups_only_large_numbers_are_told_even_to_those_who_see_cases():
    lines = [line("a", 20, 30), line("b", 60, 25), line("c", 2, 3)]
    shown = (group_table(table(*lines, restricted=True), whole(*lines), exact=True),)
    small = replace(FOUND, name="c", mine=(3, 5))
    told, behind = findings_shown(findings(FOUND, small), shown, exact=True)
    visible = {row.name for row in shown[0].rows if row.people.count is not None}
    assert {one.name for one in told} == {"a"} & visible
    assert all(one.exact is None for *_, one in behind)
    assert {name for _, name, _ in behind} <= visible
    tight = replace(FOUND, others=(85, 90))
    assert findings_shown(findings(tight), shown, exact=True)[0] == ()
