"""The page Gaps agrees with the page Plan, and protects small counts."""

import re

import pytest

from matching.domain.access import Actor, Role
from matching.ui import session
from matching.ui.text import gaps as text
from tests.builders import known_home, known_pool, known_referral
from tests.ui.office import (
    charts,
    drawn,
    go,
    headline,
    opener_of,
    raw,
    record_of,
    said,
    tables,
)


@pytest.fixture
def page(planned):
    return planned("gaps")


def without(app):
    return int(re.match(r"([\d,]+) p", headline(app))[1])


def test_without_a_plan_the_page_leads_to_it(sampled):
    app = sampled("gaps")
    assert headline(app) == text.NO_PLAN_SENTENCE
    assert [one.label for one in app.button] == [text.TO_PLAN]


WAYS = [
    "Region",
    "County",
    "Placement type",
    "Age",
    "Gender",
    "Need",
    "Trafficking",
    "Priority",
]


def test_every_chart_adds_up_to_those_without_a_place_on_the_plan_page(page):
    number = without(page)
    for way in WAYS:
        counted_by(page, way)
        found = charts(page)
        assert len(found) == 2
        assert [drawn(figure) for figure in found] == [number] * 2
    go(page, "plan")
    placed, everybody = re.match(r"(\d+) of (\d+) can", headline(page)).groups()
    assert int(everybody) - int(placed) == number


def counted_by(app, way):
    app.session_state["gaps-way"] = way
    app.run()
    assert not app.exception
    return app


def part(app, name):
    app.session_state["gaps-part"] = name
    app.run()
    assert not app.exception
    return app


def test_the_tables_hold_the_same_numbers_as_the_charts(page):
    number = without(page)
    for way in WAYS:
        stages, table = tables(counted_by(page, way))[:2]
        assert sum(int(row[2]) for row in stages) == number
        assert sum(int(row[1]) for row in table) == number
        assert all(int(row[1]) == sum(int(cell) for cell in row[2:]) for row in table)


@pytest.mark.parametrize("group", [text.CONFIRMED, text.POOR])
def test_weak_places_are_counted_in_every_way_too(page, group):
    page.session_state["gaps-who"] = group
    sums = set()
    for way in WAYS:
        table = tables(counted_by(page, way))[1]
        sums.add(sum(int(row[1]) for row in table))
        assert [drawn(figure) for figure in charts(page)][1] in sums
    assert len(sums) == 1
    assert f"{sums.pop()} " in said(page)


def test_weak_places_stand_apart_and_add_up(page):
    _, _, asked, lost = tables(page)
    words = said(page)
    calls, poor = re.search(
        r"(\d+) must be confirmed by a call, and (\d+) have a poor one", words
    ).groups()
    assert sum(int(row[1]) for row in asked) == int(calls)
    assert sum(int(row[1]) for row in lost) == int(poor)


def test_the_shaded_table_adds_up_by_row_and_in_all(page):
    number = without(page)
    table = tables(part(page, "where"))[-1]
    assert sum(int(row[1]) for row in table) == number
    assert all(int(row[1]) == sum(int(cell) for cell in row[2:]) for row in table)


def test_the_waterfall_ends_with_the_beds_that_the_board_counts(page):
    steps, kinds = tables(part(page, "beds"))
    ready = next(row[1] for row in steps if row[0] == "Usable tonight")
    assert sum(int(row[6].replace(",", "")) for row in kinds) == int(ready)
    assert f" {ready} of " in f" {said(page)} "
    go(page, "board")
    assert re.search(rf"\b{ready} beds? ", headline(page))


def test_the_beds_of_one_kind_are_less_than_all(page):
    part(page, "beds")
    options = page.selectbox(key="gaps-supply-kind").options
    page.selectbox(key="gaps-supply-kind").set_value(options[1].lower()).run()
    assert not page.exception


def test_the_sentence_adds_up(page):
    parts = headline(page).split(": ")[1]
    numbers = [int(n) for n in re.findall(r"(?:^|, )(\d+) ", parts)]
    assert sum(numbers) == without(page)


def test_every_chart_has_words_for_those_who_cannot_see_it(page):
    for one in page.get("plotly_chart"):
        assert one.proto.alt


def test_choosing_a_bar_lists_the_cases_behind_it(page):
    counted_by(page, "Gender")
    page.selectbox(key="gaps-by").set_value("Gender").run()
    page.selectbox(key="gaps-category").set_value("female").run()
    assert not page.exception
    table = next(t for t in tables(page) if t[0][0] == "female")
    opened = [one for one in page.button if one.key.startswith("open-gaps-cases")]
    assert len(opened) == min(25, int(table[0][1]))


def test_a_case_opens_from_the_list(page):
    page.button(key="open-gaps-cases-0").click().run()
    assert not page.exception
    assert headline(page).startswith("No place in this plan.")


def test_a_category_of_another_breakdown_falls_back_to_all(page):
    page.selectbox(key="gaps-by").set_value("Gender").run()
    page.selectbox(key="gaps-category").set_value("female").run()
    page.selectbox(key="gaps-by").set_value("Age").run()
    assert not page.exception
    assert page.selectbox(key="gaps-category").value == text.EVERY_CATEGORY


@pytest.fixture
def manager(planned, monkeypatch):
    monkeypatch.setattr(session, "LOCAL_USER", Actor("manager", Role.MANAGER))
    return planned("gaps")


def test_a_manager_sees_no_small_count_no_two_way_chart_and_no_case(manager):
    assert not manager.exception
    assert text.PROTECTED_LABEL in said(manager)
    assert len(charts(manager)) <= 1
    people = [row[-1] for table in tables(manager)[:-1] for row in table]
    numbers = [int(cell) for cell in people if cell.isdigit()]
    assert not [number for number in numbers if 0 < number <= 10]
    assert "R-" not in raw(manager).replace("R-head", "")
    assert not [one for one in manager.button if one.key.startswith("open-")]


def test_a_manager_may_export_what_is_protected_anyway(manager):
    assert [one.label for one in manager.get("download_button")] == [text.EXPORT, text.BRIEF]


FREE = {"beds_occupied": None, "beds_held": None, "beds_available": 1}
LOUD = {"beds_licensed": 15, "beds_staffed": 15, "beds_accepting": 15}
QUIET = {"beds_licensed": 8, "beds_staffed": None, "beds_accepting": None}


@pytest.fixture
def beds_of(sqlite_template, tmp_path, tmp_path_factory, monkeypatch):
    """Opens the beds of an office with two homes: fifteen beds, and these numbers."""

    def opened(numbers):
        homes = [known_home("P1"), known_home("P2")]
        pools = [known_pool("P1", **FREE | LOUD), known_pool("P2", **FREE | numbers)]
        people = (known_referral(),)
        record = record_of(sqlite_template, tmp_path_factory, homes, pools, people)
        return part(opener_of(record, tmp_path, monkeypatch)("gaps"), "beds")

    return opened


def test_a_home_that_has_not_said_how_many_are_staffed_is_told_in_the_table(beds_of):
    page = beds_of(QUIET)
    steps, (kind,) = tables(page)
    assert (kind[1:6], kind[-1]) == (["2", "23", "15+", "15+", "2"], "1")
    assert ["Staffed", "23 (8 not said)"] in steps
    words = said(page)
    assert (
        "A plus sign means at least: 1 bed pool has not said how many are staffed and 1 bed "
        "pool has not said how many are accepting." in words
    )
    assert "marked as not said" in words


def test_more_staffed_than_licensed_elsewhere_is_what_was_said(beds_of):
    _, (kind,) = tables(beds_of(QUIET | {"beds_licensed": None, "beds_staffed": 4}))
    assert (kind[1:6], kind[-1]) == (["2", "15+", "19", "15+", "2"], "1")


def test_where_all_homes_have_said_no_number_is_at_least(beds_of):
    page = beds_of(LOUD)
    steps, (kind,) = tables(page)
    assert kind[1:6] == ["2", "30", "30", "30", "2"]
    assert not [row for row in steps if "not said" in row[1]]
    assert "A plus sign" not in said(page)
