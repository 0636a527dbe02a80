"""Counts of people leave protected, are kept for the day, and exports are recorded."""

from dataclasses import replace
from datetime import timedelta

import pytest

from matching.domain.access import Action, Actor, Role
from matching.domain.errors import ConflictError, PermissionDenied
from matching.insight.disclosure import CountTable, Rules, one_way
from matching.services import publishing
from matching.services.publishing import period_of, publish, rules_of
from tests.services.planned import desk_at, events

TABLES = [one_way("Gender", {"female": 7, "male": 23, "not known": 400})]


@pytest.fixture
def desk(sqlite_store):
    return replace(desk_at(sqlite_store), actor=Actor("manager", Role.MANAGER))


def kept(desk, period=None):
    with desk.store.reading() as record:
        return record.publications.of(period or period_of(desk))


def test_a_page_is_protected_and_kept_without_an_event(desk):
    found = publish(desk, "gaps", TABLES, record=False)
    assert found.tables["Gender"].text() == {
        "female": "hidden",
        "male": "hidden",
        "not known": "400",
    }
    (one,) = kept(desk)
    assert (one.form, one.actor) == ("gaps", "manager")
    assert events(desk, "export_gaps") == []


def test_of_what_was_shown_no_small_count_is_written_down(desk):
    publish(desk, "gaps", TABLES, record=False)
    shown = kept(desk)[0].document["shown"]
    assert sorted(count for _, count in shown if count is not None) == [400, 430]
    assert [count for _, count in shown].count(None) == 2


def test_an_export_is_one_event_with_what_it_is_about(desk):
    publish(desk, "xlsx", TABLES, record=True, about=("run", "12"), details={"pages": 1})
    assert events(desk, "export_gaps") == [
        {"kind": "run", "id": "12", "form": "xlsx", "protected": True, "pages": 1}
    ]


def test_the_same_again_is_kept_once_and_recorded_each_time(desk):
    first = publish(desk, "gaps", TABLES, record=False)
    again = publish(desk, "gaps", TABLES, record=False)
    export = publish(desk, "xlsx", TABLES, record=True)
    assert first.tables == again.tables == export.tables
    assert len(kept(desk)) == 1
    assert len(events(desk, "export_gaps")) == 1


def test_what_was_published_that_day_is_held_against_what_comes_next(desk):
    publish(desk, "gaps", [one_way("t", {"a": 40, "b": 60, "c": 200})], record=False)
    later = publish(desk, "gaps", [one_way("t", {"a": 40, "b": 9, "c": 200})], record=True)
    assert later.tables["t"].total.count is None
    assert later.tables["t"].text() == {"a": "40", "b": "hidden", "c": "200"}


def test_the_next_day_starts_anew_and_true_counts_of_the_day_before_are_gone(desk):
    publish(desk, "gaps", TABLES, record=False)
    yesterday = period_of(desk)
    tomorrow = replace(desk, clock=lambda: desk.clock() + timedelta(days=1))
    later = publish(tomorrow, "gaps", [one_way("Gender", {"male": 30})], record=False)
    assert later.tables["Gender"].text() == {"male": "30"}
    (old,) = kept(desk, yesterday)
    assert set(old.document) == {"shown"}
    assert set(kept(tomorrow)[0].document) == {"shown", "sealed"}


def test_the_period_is_the_day_at_the_office(desk):
    late = desk.clock().replace(hour=3, minute=0)
    west = replace(
        desk,
        clock=lambda: late,
        settings=replace(desk.settings, time_zone="America/Los_Angeles"),
    )
    assert period_of(west) == (late.date() - timedelta(days=1)).isoformat()


@pytest.mark.parametrize("role", [Role.WORKER, Role.LICENSING, Role.AUDITOR, Role.ADMIN])
def test_who_may_not_export_publishes_nothing(desk, role):
    other = replace(desk, actor=Actor("x", role))
    with pytest.raises(PermissionDenied):
        publish(other, "xlsx", TABLES, record=True, action=Action.EXPORT_GAPS)
    assert kept(desk) == ()


def test_what_others_publish_meanwhile_is_taken_into_account(desk, monkeypatch):
    protect_all, calls = publishing.protect_all, []

    def slow(*given):
        calls.append(len(given[3]))
        if len(calls) == 1:
            publish(desk, "other", [one_way("u", {"x": 30, "y": 40})], record=False)
        return protect_all(*given)

    monkeypatch.setattr(publishing, "protect_all", slow)
    publish(desk, "gaps", TABLES, record=False)
    assert calls == [0, 0, 1]
    assert [one.form for one in kept(desk)] == ["other", "gaps"]


def test_where_others_publish_all_the_time_nothing_is_published(desk, monkeypatch):
    protect_all = publishing.protect_all

    def racing(*given):
        found = protect_all(*given)
        if given[0] is TABLES:
            size = 100 + len(given[3])
            publish(desk, "other", [one_way(f"u{size}", {"x": size})], record=False)
        return found

    monkeypatch.setattr(publishing, "protect_all", racing)
    with pytest.raises(ConflictError):
        publish(desk, "xlsx", TABLES, record=True)
    assert {one.form for one in kept(desk)} == {"other"}
    assert events(desk, "export_gaps") == []


def test_the_settings_say_what_is_small_and_how_well_it_is_hidden(desk):
    assert rules_of(desk.settings) == Rules(10, 10)
    settings = replace(desk.settings, small_count=4, protection_width=6)
    assert rules_of(settings) == Rules(4, 6)
    found = publish(replace(desk, settings=settings), "gaps", TABLES, record=False)
    assert found.tables["Gender"].text()["female"] == "7"


def test_a_two_way_table_is_published_with_its_margins(desk):
    counts = {("c", "x"): 40, ("c", "y"): 50, ("d", "x"): 60, ("d", "y"): 4}
    table = CountTable("Age", ("Stage", "Age"), counts)
    found = publish(desk, "gaps", [table], record=False).crosses["Age"]
    assert found.rows.text() == {"c": "90", "d": "64"}
    again = publish(desk, "xlsx", [table], record=True).crosses["Age"]
    assert again == found
