"""The page Gaps agrees with the page Plan, and protects small counts."""

import re

import pytest

from matching.domain.access import Actor, Role
from matching.ui import session
from matching.ui.text import gaps as text
from tests.ui.office import charts, drawn, go, headline, raw, said, tables


@pytest.fixture
def page(planned):
    return planned("gaps")


def without(app):
    return int(re.match(r"([\d,]+) p", headline(app))[1])


def test_without_a_plan_the_page_leads_to_it(sampled):
    app = sampled("gaps")
    assert headline(app) == text.NO_PLAN_SENTENCE
    assert [one.label for one in app.button] == [text.TO_PLAN]


def test_every_chart_adds_up_to_those_without_a_place_on_the_plan_page(page):
    number = without(page)
    found = charts(page)
    assert len(found) == 5
    assert [drawn(figure) for figure in found] == [number] * 5
    go(page, "plan")
    placed, everybody = re.match(r"(\d+) of (\d+) can", headline(page)).groups()
    assert int(everybody) - int(placed) == number


def test_the_tables_hold_the_same_numbers_as_the_charts(page):
    number = without(page)
    stages, *two_way = tables(page)[:5]
    assert sum(int(row[2]) for row in stages) == number
    for table in two_way:
        assert sum(int(row[1]) for row in table) == number
        assert all(int(row[1]) == sum(int(cell) for cell in row[2:]) for row in table)


def test_the_sentence_adds_up(page):
    parts = headline(page).split(": ")[1]
    numbers = [int(n) for n in re.findall(r"(?:^|, )(\d+) ", parts)]
    assert sum(numbers) == without(page)


def test_every_chart_has_words_for_those_who_cannot_see_it(page):
    for one in page.get("plotly_chart"):
        assert one.proto.alt


def test_choosing_a_bar_lists_the_cases_behind_it(page):
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
    assert [one.label for one in manager.get("download_button")] == [text.EXPORT]
