"""What may be done and spent: the form at the left."""

from __future__ import annotations

import streamlit as st

from matching.domain.words import PlacementType, label
from matching.insight.planner import Ask, BedsIn
from matching.services.planner import MOST_BEDS
from matching.services.planner_choices import Places
from matching.ui import components as ui
from matching.ui.text import common
from matching.ui.text import planner as text

#: What is allowed at first.
_AT_FIRST = {"beds": 2, "trainings": 3, "papers": 2, "new_homes": 0}


def form(places: Places, *, again: bool, busy: bool) -> Ask | None:
    """Draw the budget; return it once the button was pressed."""
    ui.part(text.BUDGET)
    beds = _number(text.BEDS, "beds", MOST_BEDS)
    trainings = _number(text.TRAININGS, "trainings", 20)
    papers = _number(text.PAPERS, "papers", 20)
    homes = _number(text.NEW_HOMES, "new_homes", 5, text.NEW_HOMES_HELP)
    new_beds = _plain(text.NEW_BEDS, "new-beds", 1, 1, 6) if homes else 1
    each, limits = _limits(places, beds)
    money = _money()
    pressed = st.button(
        text.WORK_OUT_AGAIN if again else text.WORK_OUT,
        type="primary",
        key="planner-go",
        disabled=busy,
    )
    if not pressed:
        return None
    return Ask(
        beds=beds,
        beds_in=limits,
        beds_each=each,
        trainings=trainings,
        papers=papers,
        new_homes=homes,
        new_home_beds=new_beds,
        money=money.get("money"),
        bed_cost=money.get("bed", 0),
        training_cost=money.get("training", 0),
        paper_cost=money.get("paper", 0),
        home_cost=money.get("home", 0),
    )


def _number(title: str, name: str, most: int, tip: str | None = None) -> int:
    return _plain(title, name, _AT_FIRST[name], 0, most, tip)


def _plain(
    title: str, name: str, value: int, least: int, most: int, tip: str | None = None
) -> int:
    found = st.number_input(
        title, least, most, value, key=f"planner-{name}", help=tip, persist_state="session"
    )
    return int(found)


def _limits(places: Places, beds: int) -> tuple[int, tuple[BedsIn, ...]]:
    """Draw the limits on beds: how many in one place, and by type or county."""
    if not beds:
        return 1, ()
    with st.expander(text.LIMITS):
        each = _plain(text.EACH, "each", min(3, beds), 1, beds)
        by = st.radio(
            text.LIMIT_BY,
            [text.BY_TYPE, text.BY_COUNTY],
            horizontal=True,
            key="planner-by",
            persist_state="session",
        )
        if by == text.BY_TYPE:
            kinds: list[PlacementType] = st.multiselect(
                text.ONLY_TYPES,
                list(places.types),
                format_func=lambda one: common.capital(label(one)),
                key="planner-types",
                persist_state="session",
            )
            return each, tuple(
                BedsIn(_most(common.capital(label(k)), k.value, beds), placement_type=k)
                for k in kinds
            )
        counties = st.multiselect(
            text.ONLY_COUNTIES,
            list(places.counties),
            format_func=lambda code: places.counties[code],
            key="planner-counties",
            persist_state="session",
        )
        return each, tuple(
            BedsIn(_most(places.counties[c], c, beds), county=c) for c in counties
        )


def _most(name: str, key: str, beds: int) -> int:
    return _plain(text.MOST_IN.format(name=name), f"most-{key}", beds, 0, beds)


def _money() -> dict[str, int]:
    with st.expander(text.COSTS):
        on = st.toggle(text.MONEY_ON, key="planner-money-on", persist_state="session")
        if not on:
            return {}
        most = 100_000_000
        return {
            "money": _plain(text.MONEY, "money", 10_000, 0, most),
            "bed": _plain(text.BED_COST, "cost-bed", 2_000, 0, most),
            "training": _plain(text.TRAINING_COST, "cost-training", 500, 0, most),
            "paper": _plain(text.PAPER_COST, "cost-paper", 300, 0, most),
            "home": _plain(text.HOME_COST, "cost-home", 5_000, 0, most),
        }
