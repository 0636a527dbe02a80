"""The map on the screen: choices, key, table, and what a manager is shown."""

import re
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from matching.domain.records import Provider, Referral
from tests.builders import HARRIS, NEAR
from tests.services.planned import HOMES, PEOPLE, POOLS
from tests.ui import office


def section(role):
    import dataclasses

    from matching.domain.access import Actor, Role
    from matching.ui import gap_map_section, session

    at = dataclasses.replace(session.desk(), actor=Actor("tester", Role(role)))
    gap_map_section.show(at, session.current_run(at) if role == "local" else None)


def _open(home: Provider) -> Provider:
    return replace(
        home, confidential=False, victim_service_provider=False, domestic_violence=False
    )


def people() -> list[Referral]:
    """Many without a place in one county, 3 in another state, 1 without a county."""
    many = [replace(PEOPLE[7], referral_id=f"M{k}") for k in range(40)]
    some = [replace(PEOPLE[7], referral_id=f"S{k}", home_county=NEAR) for k in range(15)]
    few = [replace(PEOPLE[7], referral_id=f"T{k}", home_county=HARRIS) for k in range(3)]
    return [*PEOPLE, *many, *some, *few, replace(PEOPLE[7], referral_id="N1", home_county=None)]


#: One of them keeps its county to itself.
PLACES = [replace(HOMES[0], confidential=True), *(_open(home) for home in HOMES[1:])]


@pytest.fixture(scope="module")
def record(sqlite_template, tmp_path_factory):
    return office.record_of(sqlite_template, tmp_path_factory, PLACES, POOLS, people())


@pytest.fixture
def opened(record, monkeypatch):
    def go(role="local"):
        import streamlit as st

        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{record}")
        st.cache_resource.clear()
        app = AppTest.from_function(section, kwargs={"role": role}, default_timeout=60)
        app.run()
        assert not app.exception
        return app

    return go


def key_of(app):
    (found,) = re.findall(r'<ul class="sb-legend">.*?</ul>', office.raw(app))
    return re.sub(r"<[^>]+>", " ", found)


def test_the_map_and_its_table_say_the_same(opened):
    app = opened()
    app.selectbox(key="gap-map-states").set_value("All 2 states on record").run()
    (table,) = office.tables(app)
    (figure,) = office.charts(app)
    tips = " ".join(str(one.get("text")) for one in figure["data"])
    for name, without, waiting, ready, licensed in table[:-1]:
        assert (
            f"{name}: people without a place: {without}; people in the plan: {waiting}; "
            f"beds usable tonight: {ready}; licensed beds: {licensed}"
        ) in tips
    assert table[-1][0] == "County not known"
    assert sum(int(row[2]) for row in table) == len(people())
    assert "1 confidential place is not counted with a county" in office.said(app)


def test_the_finding_is_the_title_and_the_key_counts_every_county(opened):
    app = opened()
    assert "have people without a place" in office.said(app)
    counted = [int(one) for one in re.findall(r"\((\d+) count", key_of(app))]
    assert sum(counted) in (75, 254)


def test_another_measure_shades_other_counties(opened):
    app = opened()
    before = office.charts(app)[0]
    app.button_group(key="gap-map-measure").set_value("licensed").run()
    assert not app.exception
    assert office.charts(app)[0] != before
    assert "licensed beds" in office.said(app)


def test_one_state_can_be_looked_at_alone(opened):
    app = opened()
    app.selectbox(key="gap-map-states").set_value("TX").run()
    (table,) = office.tables(app)
    assert [row[0] for row in table] == ["Harris County, TX", "County not known"]
    assert "253 other counties of this map have nobody in the plan" in office.said(app)


def test_the_table_can_be_put_in_order(opened):
    app = opened()
    app.selectbox(key="gap-map-states").set_value("XA").run()
    app.selectbox(key="gap-map-order").set_value("County").run()
    names = [row[0] for row in office.tables(app)[0][:-1]]
    assert names == sorted(names)
    app.selectbox(key="gap-map-order").set_value("licensed").run()
    beds = [int(row[-1]) for row in office.tables(app)[0][:-1]]
    assert beds == sorted(beds, reverse=True)


def test_a_manager_sees_no_small_number_of_people(opened):
    app = opened("manager")
    assert "Identified demand" not in str(app.button_group(key="gap-map-measure").options)
    figures = str(office.charts(app))
    assert "people in the plan" not in figures
    told = re.findall(r"people without a place: ([^;]+);", figures)
    listed = [row[1] for row in office.tables(app)[0]]
    assert sorted(told) == sorted(listed[: len(told)])
    for found in (*told, *listed):
        assert not re.fullmatch(r"[1-9]|10", found)
    assert "hidden" in key_of(app)
