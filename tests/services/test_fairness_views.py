"""What may be shown of one group, and how differences are told."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.insight.disclosure import TOGETHER, Rules, protect_all
from matching.insight.disclosure_choice import USUAL
from matching.insight.fairness import Fairness, Fared, Finding, Line, Measure, Table
from matching.insight.fairness_chance import Spread, wilson
from matching.insight.fairness_groups import Grouping
from matching.services.fairness_bands import BANDS, Change, change
from matching.services.fairness_views import (
    Fits,
    GroupTable,
    count_tables,
    everybody,
    findings_shown,
    group_table,
    nests,
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


def shelter(one, all_):
    """Protect one table, as if it were the only one ever published."""
    found = Fairness(all_, (one,), (), ())
    return protect_all(count_tables(found, [one.grouping.title]))


def seen(one, all_, *, exact):
    hidden = not exact or one.grouping.restricted
    cross = shelter(one, all_).crosses[one.grouping.title] if hidden else None
    return group_table(one, all_, cross)


COUNTS = st.lists(st.tuples(*[st.integers(0, 40)] * 3), min_size=2, max_size=6)


@settings(max_examples=30, deadline=None)
@given(COUNTS, st.booleans(), st.booleans())
def test_what_is_protected_holds_no_small_count(counts, exact, restricted):
    lines = [
        line(f"g{k}", placed, without, first=min(first, placed + without))
        for k, (placed, without, first) in enumerate(counts)
        if placed + without
    ]
    all_ = whole(*lines)
    shown = seen(table(*lines, restricted=restricted), all_, exact=exact)
    if exact and not restricted:
        assert [row.people.count for row in shown.rows] == [one.plan.people for one in lines]
        return
    assert small_counts(shown) == []
    if not exact:
        hidden = shelter(table(*lines, restricted=restricted), all_)
        assert small_counts(everybody(all_, hidden)) == []
    for row in shown.rows:
        if not row.told:
            assert row.share is row.still is row.travel is row.fits is None
            assert row.first.sign is None


@settings(max_examples=20, deadline=None)
@given(COUNTS)
def test_what_is_shown_is_true(counts):
    lines = [line(f"g{k}", a, b) for k, (a, b, _) in enumerate(counts) if a + b]
    fared = {one.name: one.plan for one in lines}
    for row in seen(table(*lines), whole(*lines), exact=False).rows:
        if row.name in fared:
            for name in ("people", "placed", "without"):
                count = getattr(row, name).count
                assert count is None or count == getattr(fared[row.name], name)
        else:
            assert row.name.startswith(TOGETHER)
            assert not row.enough


def test_true_numbers_of_restricted_groups_are_refused():
    lines = [line("a", 20, 30), line("b", 60, 25)]
    with pytest.raises(ValueError, match="Nobody"):
        group_table(table(*lines, restricted=True), whole(*lines), None)


def test_a_hidden_total_withholds_a_restricted_table():
    lines = [line("a", 3, 2), line("b", 0, 4), line("c", 0, 1)]
    assert seen(table(*lines, restricted=True), whole(*lines), exact=True).rows == ()


def test_counties_are_nested_in_regions():
    of = np.array([0, 1, 2, 0])
    county = Table(Grouping("County", ("x", "y", "not known"), of), ())
    region = Table(Grouping("Region", ("north", "not known"), np.array([0, 0, 1, 0])), ())
    (nest,) = nests(Fairness(line("", 2, 2), (county, region), (), ()))
    assert (nest.fine, nest.coarse) == ("County", "Region")
    assert nest.inside == {"x": "north", "y": "north", "not known": "not known"}
    assert nests(Fairness(line("", 2, 2), (county,), (), ())) == []


def test_a_large_group_with_a_hidden_side_still_tells_how_long_all_waited():
    lines = [line("a", 40, 3), line("b", 40, 5), line("c", 50, 20)]
    rows = {row.name: row for row in seen(table(*lines), whole(*lines), exact=False).rows}
    assert rows["a"].people.count == 43
    assert rows["a"].without.count is None
    assert rows["a"].waited.middle == 10
    assert rows["a"].travel is None


def test_a_share_of_few_people_is_told_with_its_range_only():
    lines = [line("few", 3, 2), line("many", 20, 20)]
    few, many = seen(table(*lines), whole(*lines), exact=True).rows
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
    first, _ = seen(table(*lines), whole(*lines), exact=True).rows
    assert first.fits is fits
    assert first.gives_way == "distance"


def test_a_group_without_any_place_has_no_fit():
    lines = [line("a", 0, 20), line("b", 30, 5)]
    first, _ = seen(table(*lines), whole(*lines), exact=True).rows
    assert first.fits is None
    assert first.gives_way == ""


@given(st.integers(-2000, 2000))
def test_a_difference_is_exact_or_lies_in_its_band(more):
    assert change(more, None) == Change((more > 0) - (more < 0), abs(more))
    told = change(more, USUAL)
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
        shown = (seen(table(*lines), whole(*lines), exact=exact),)
        hidden = replace(FOUND, name="c")
        told, behind = findings_shown(findings(FOUND, hidden), shown, USUAL, exact=exact)
        names = {row.name for row in shown[0].rows if exact or row.told}
        assert {one.name for one in told} <= names
        assert {name for _, name, _ in behind} <= names
        assert (hidden in told) == exact
        assert all((one.exact is not None) == exact for *_, one in behind)


def test_a_finding_that_leaves_a_small_number_is_not_told():
    lines = [line("a", 20, 30), line("b", 60, 25)]
    shown = (seen(table(*lines), whole(*lines), exact=False),)
    for small in (replace(FOUND, others=(85, 90)), replace(FOUND, mine=(8, 50))):
        assert findings_shown(findings(small), shown, USUAL, exact=False)[0] == ()
    waits = replace(FOUND, measure=Measure.WAIT, mine=(5.0, 50), others=(3.0, 90))
    assert findings_shown(findings(waits), shown, USUAL, exact=False)[0] == (waits,)


def test_of_restricted_groups_only_large_numbers_are_told_even_to_those_who_see_cases():
    lines = [line("a", 20, 30), line("b", 60, 25), line("c", 2, 3)]
    shown = (seen(table(*lines, restricted=True), whole(*lines), exact=True),)
    small = replace(FOUND, name="c", mine=(3, 5))
    told, behind = findings_shown(findings(FOUND, small), shown, USUAL, exact=True)
    visible = {row.name for row in shown[0].rows if row.told}
    assert {one.name for one in told} == {"a"} & visible
    assert all(one.exact is None for *_, one in behind)
    assert {name for _, name, _ in behind} <= visible
    tight = replace(FOUND, others=(85, 90))
    assert findings_shown(findings(tight), shown, USUAL, exact=True)[0] == ()


def test_a_wider_rule_widens_bands_and_raises_what_is_few():
    wide = Rules(30, 30)
    assert change(4, wide).band == (1, 30)
    assert change(40, wide).band == (31, 50)
    lines = [line("a", 40, 50), line("b", 60, 45)]
    one, all_ = table(*lines), whole(*lines)
    found = Fairness(all_, (one,), (), ())
    hidden = protect_all(count_tables(found, ["Gender"]), rules=wide).crosses["Gender"]
    first, second = group_table(one, all_, hidden, wide).rows
    assert first.travel.middle == second.travel.middle == 10
    narrow = group_table(one, all_, hidden, Rules(44, 44)).rows
    assert narrow[0].travel is None
    close = replace(FOUND, mine=(30, 70), others=(40, 90))
    shown = (GroupTable("Gender", (first, second), restricted=False),)
    assert findings_shown(findings(close), shown, USUAL, exact=False)[0]
    assert not findings_shown(findings(close), shown, wide, exact=False)[0]
