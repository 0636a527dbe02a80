"""The page Fairness: the finding first, every part, and nothing small for a manager."""

import re
import shutil

import pytest

from matching.domain.access import Actor, Role
from matching.insight import fairness_aims
from matching.insight.fairness_aims import aims_of
from matching.services.equity import record_equity
from matching.services.fairness_effects import EFFECT_SECONDS
from matching.store import open_store
from matching.ui import session
from matching.ui.fairness import aims
from matching.ui.text import equity as race_text
from matching.ui.text import fairness as text
from matching.ui.text import fairness_parts as parts_text
from tests.services.fair import desk_of, drawn, races
from tests.services.planned import office
from tests.ui.office import charts, finished, go, headline, keys, opener_of, raw, said, tables


@pytest.fixture(scope="module")
def large_record(sqlite_template, tmp_path_factory):
    """A region of 180 people with a plan, and what is recorded of their race."""
    path = tmp_path_factory.mktemp("fair") / "record.db"
    shutil.copy(sqlite_template, path)
    store = open_store(f"sqlite:///{path}")
    desk = desk_of(store)
    homes, pools, people = drawn()
    record_equity(desk, races(office(desk, homes, pools, people)))
    store.close()
    return path


@pytest.fixture
def opener(large_record, tmp_path, monkeypatch):
    return opener_of(large_record, tmp_path, monkeypatch)


@pytest.fixture
def page(opener):
    return opener("fairness")


@pytest.fixture
def manager(opener, monkeypatch):
    monkeypatch.setattr(session, "LOCAL_USER", Actor("manager", Role.MANAGER))
    return opener("fairness")


def part(app, name):
    app.session_state["fairness-part"] = name
    app.run()
    assert not app.exception
    return app


def grouped_by(app, title):
    app.selectbox(key="fairness-way-choice").set_value(title).run()
    assert not app.exception
    return app


def numbers(cells):
    return [int(n.replace(",", "")) for cell in cells for n in re.findall(r"[\d,]*\d", cell)]


def test_without_a_plan_the_page_leads_to_it(sampled):
    app = sampled("fairness")
    assert headline(app) == text.NO_PLAN_SENTENCE
    assert [one.label for one in app.button] == [text.TO_PLAN]


def test_every_way_to_group_adds_up_to_the_plan(page):
    placed, everybody = re.search(r"([\d,]+) waiting, ([\d,]+) with", said(page)).groups()[::-1]
    without = int(everybody) - int(placed)
    choices = page.selectbox(key="fairness-way-choice").options
    assert choices[:2] == ["Age", "Gender"]
    for title in ("Age", "Gender", "Need", "Trafficking", "Priority"):
        (table,) = tables(grouped_by(page, title))
        told = [re.match(r"(\d+) of (\d+)", row[1]).groups() for row in table]
        assert sum(int(count) for count, _ in told) == without
        assert sum(int(of) for _, of in told) == int(everybody)
    assert text.BY_DESIGN in said(page)


def test_the_chart_shows_the_groups_of_which_something_may_be_said(page):
    (figure,) = charts(grouped_by(page, "Age"))
    (table,) = tables(page)
    large = [row for row in table if text.TOO_FEW not in row[1]]
    assert len(figure["layout"]["annotations"]) == len(large) < len(table)
    assert text.left_out(len(table) - len(large)) in said(page)


def test_the_way_chosen_stays_when_another_part_is_looked_at(page):
    grouped_by(page, "Need")
    part(page, "record")
    part(page, "groups")
    assert page.selectbox(key="fairness-way-choice").value == "Need"


def test_race_is_protected_even_for_those_who_see_cases(page):
    grouped_by(page, "Race")
    assert text.RESTRICTED_LABEL in said(page)
    (table,) = tables(page)
    counts = numbers(row[1].split("chance")[0].split(",")[0] for row in table)
    assert counts
    assert not [one for one in counts if 0 < one <= 10]


@pytest.fixture
def few_aims(monkeypatch):
    monkeypatch.setattr(fairness_aims, "aims_of", lambda policy: aims_of(policy)[:4])


def test_aims_are_worked_out_when_asked_for(page, few_aims):
    part(page, "aims")
    assert aims.WORK not in page.session_state
    page.button(key="fairness-aims-ask").click().run()
    finished(page, aims.WORK)
    (table,) = tables(page)
    assert [row[0] for row in table[:2]] == ["Priority", "Longest wait first"]
    assert "shift places between these groups" in said(page)
    assert page.session_state[aims.WORK].job.seconds < EFFECT_SECONDS
    grouped_by(page, "Gender")
    assert len(tables(page)) == 1


def test_nothing_overridden_is_told_as_such_or_by_provider(page):
    part(page, "record")
    assert parts_text.RECORD_NOTE in said(page)


def test_race_is_recorded_and_removed_by_those_who_may(page):
    part(page, "race")
    assert "Recorded for 170 cases" in said(page)
    page.button(key="fairness-race-forget").click().run()
    assert not page.exception
    assert race_text.gone(170) in said(page)
    assert "Nothing is recorded." in said(page)
    part(page, "groups")
    assert "Race" not in page.selectbox(key="fairness-way-choice").options


def test_a_list_is_looked_at_before_it_is_recorded(page):
    part(page, "race")
    rows = b"case,race,remarks\nR-none,Asian,x\nR-none,White,x\n"
    page.get("file_uploader")[0].upload("race.csv", rows).run()
    assert "0 cases on the record. Nothing is recorded yet." in said(page)
    assert page.button(key="fairness-race-record").disabled
    for words in ("R-none", "remarks", "this case stands further up already"):
        assert words in said(page)
    case = drawn()[2][0].referral_id
    box = page.get("file_uploader")[0]
    box.upload("race.csv", f"case,race\n{case},Asian\n".encode()).run()
    page.button(key="fairness-race-record").click().run()
    assert not page.exception
    assert "Recorded for 1 case. No plan changes by it." in said(page)


def test_a_file_that_cannot_be_used_is_told(page):
    part(page, "race")
    page.get("file_uploader")[0].upload("race.csv", b"name,age\nx,3\n").run()
    assert not page.exception
    assert "no column for the case reference" in said(page)


def test_a_manager_sees_no_small_count_and_no_case(manager):
    assert text.PROTECTED_LABEL in said(manager)
    assert "R-" not in raw(manager)
    for title in manager.selectbox(key="fairness-way-choice").options:
        names = {text.way(one): one for one in text.TITLES}
        grouped_by(manager, names[title])
        for table in tables(manager):
            counts = numbers(row[1].split("chance")[0].split(",")[0] for row in table)
            assert not [one for one in counts if 0 < one <= 10]
    (choice,) = manager.get("button_group")
    assert [one.content for one in choice.proto.options] == [
        text.PARTS[name] for name in ("groups", "aims", "record")
    ]
    assert [one.label for one in manager.get("download_button")] == [text.EXPORT]


def test_a_manager_may_ask_what_aims_do_and_is_told_in_bands(manager, few_aims):
    part(manager, "aims")
    manager.button(key="fairness-aims-ask").click().run()
    finished(manager, aims.WORK)
    (table,) = tables(manager)
    told = [cell for row in table for cell in row[1:3]]
    bands = re.findall(r"\((.*?)\)", " ".join(told))
    assert bands
    assert all(" to " in one for one in bands)


def test_a_worker_is_refused(opener, monkeypatch):
    monkeypatch.setattr(session, "LOCAL_USER", Actor("worker", Role.WORKER))
    app = opener("fairness")
    assert "The page Fairness is not for the role worker." in said(app)
    assert keys(app) == set()


def test_the_page_is_reached_from_the_plan(page):
    go(page, "plan")
    go(page, "fairness")
    assert text.PAGE in said(page)
