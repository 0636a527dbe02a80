"""The group of a case: who belongs to it, where they stand, and what keeps them apart."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from matching.services.choosing import may_decide
from matching.services.desk import Desk
from matching.services.groups import GroupView, group_of
from matching.services.matching import SavedRun
from matching.ui import components as ui
from matching.ui import deciding, navigation, session
from matching.ui.text import case as text
from matching.ui.text import deciding as deciding_text


def draw(at: Desk, saved: SavedRun, case: str) -> None:
    """Draw the group of a case, if it has one."""
    about = (saved.number, session.version(at), case)
    found = session.shared(at, "case-group", about, lambda: group_of(at, saved, case))
    if found is None:
        return
    ui.section(text.GROUP, found.sentence)
    ui.rows(
        "group",
        text.GROUP_COLUMNS,
        (1,),
        [
            ui.Row(
                one.case,
                one.case,
                (
                    ui.mark("without", text.GROUP_NO_PLACE)
                    if one.provider is None
                    else ui.mark("proposed", one.provider),
                ),
            )
            for one in found.members
        ],
        navigation.open_case,
        help_text=text.GROUP_OPEN,
    )
    if found.may_be_apart:
        ui.note(text.GROUP_APART)
    _obstacles(found)
    if found.obstacles and may_decide(at, saved.run.policy, found.matter.kind):
        with st.expander(deciding_text.SPLIT):
            ui.note(deciding_text.SPLIT_NOTE)
            deciding.form(at, found.matter, "group-split")


def _obstacles(found: GroupView) -> None:
    """Draw what stands in the way, provider by provider, the nearest first."""
    if not found.obstacles:
        return
    ui.part(text.OBSTACLES, text.OBSTACLES_NOTE)
    items = []
    for _, some in groupby(found.obstacles, key=lambda one: one.provider_id):
        mine = list(some)
        first, reasons = text.obstacles(mine[0].name, [one.sentence for one in mine])
        lines = "".join(f"<li>{ui.safe(one)}</li>" for one in reasons)
        head = ui.mark("without", first or mine[0].name or text.OBSTACLES_ALL)
        items.append(f'<li><strong>{head}</strong><ul class="sb-list">{lines}</ul></li>')
    ui.html(f'<ul class="sb-list sb-asks">{"".join(items)}</ul>')
