"""The page Calls: whom to call, what to ask, one press for each answer, beds held."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from matching.domain.access import Action, allows
from matching.domain.casework import OfferState
from matching.services import holding
from matching.services.call_lines import CallSheet, Place
from matching.services.call_print import printed
from matching.services.call_sheet import for_case, tonight
from matching.services.casebook import hour
from matching.services.desk import Desk
from matching.services.holding import HoldLine
from matching.services.matching import SavedRun
from matching.services.plan_views import PlanState
from matching.services.standing import Standings, standings
from matching.ui import components as ui
from matching.ui import parts, session
from matching.ui.casework import call, holds, renewal, said, watch
from matching.ui.text import call_page, common
from matching.ui.text import calls as text

_PAGE, _PAGER = 12, "calls-page"


def show() -> None:
    """Draw the page."""
    at = session.desk()
    seen = watch.begin(at)
    stand, lines = standings(at), holding.holds(at)
    saved = _plan(at, stand)
    if saved is None:
        moved = stand.number is not None
        ui.head(text.PAGE, text.MOVED_SENTENCE if moved else text.NO_PLAN_SENTENCE)
        said.show("calls")
        if moved:
            # Nobody waits for a press before a list that follows from a plan of today's facts.
            renewal.ask_once((stand.number, seen))
        if not renewal.draw(at):
            words = (
                (text.MOVED_TITLE, text.MOVED) if moved else (text.NO_PLAN_TITLE, text.NO_PLAN)
            )
            ui.empty(*words)
            _make(text.MAKE_AGAIN if moved else text.MAKE)
        holds.draw(at, lines, stand.moves)
    else:
        _sheet(at, saved, stand, lines)
    watch.keep(seen)


def _plan(at: Desk, stand: Standings) -> SavedRun | None:
    """Return the plan that the list follows: the newest, also while it is made again."""
    if stand.number is None or stand.made_at is None:
        return None
    return parts.shown_run(at, PlanState(stand.number, stand.made_at, stand.moved))


def _make(label: str) -> None:
    st.button(label, type="primary", key="calls-make", on_click=renewal.ask)


def _sheet(at: Desk, saved: SavedRun, stand: Standings, lines: Sequence[HoldLine]) -> None:
    case = _chosen(saved)
    sheet = tonight(at, saved) if case is None else for_case(at, saved, case)
    held = sum(one.offer.state is OfferState.HELD for one in lines)
    ui.head(
        text.PAGE,
        text.sentence(sheet, held, len(lines) - held),
        ui.as_of(at, sheet.as_of, text.source(sheet.number)),
    )
    said.show("calls")
    if not renewal.draw(at) and stand.moved:
        ui.box(text.STALE, "warn", text.STALE_LABEL)
        _make(text.MAKE_AGAIN)
    under_way = sheet.place(call.place() or "")
    if under_way is not None:
        call.draw(at, under_way, saved.number)
    holds.draw(at, lines, stand.moves)
    _list(at, saved, sheet)


def _chosen(saved: SavedRun) -> str | None:
    """Return the one case that is called for, if one was chosen and is in the plan."""
    found = st.session_state.get("calls-case")
    return found if found in saved.run.problem.referral_ids else None


def _list(at: Desk, saved: SavedRun, sheet: CallSheet) -> None:
    ui.section(text.LIST, sheet.order)
    st.selectbox(
        text.FOR,
        list(saved.run.problem.referral_ids),
        index=None,
        key="calls-case",
        placeholder=text.EVERYBODY,
        help=text.FOR_HELP,
        persist_state="session",
        width=330,
    )
    if not sheet.places:
        ui.empty(text.NOBODY_TITLE, text.NOBODY if sheet.case is None else text.NOBODY_CASE)
        return
    shown = [sheet.places[k] for k in ui.page_of(sheet.places, _PAGER, _PAGE)]
    by_id = {one.provider_id: one for one in shown}
    ui.rows(
        "calls",
        text.COLUMNS,
        (3, 2, 4),
        [_row(at, one) for one in shown],
        lambda provider: call.start(by_id[provider], saved.number),
        lead=25,
        help_text=text.OPEN,
    )
    ui.pager(sheet.places, _PAGER, _PAGE)
    if sheet.nobody_to_call and sheet.case is None:
        people = common.count(sheet.nobody_to_call, "person", "people")
        ui.note(text.NOT_CALLED.format(people=people))
    if allows(at.actor.role, Action.EXPORT_CASE):
        local, as_of = at.local(sheet.as_of), ui.as_of(at, sheet.as_of)
        st.download_button(
            text.PRINT,
            data=partial(printed, at, sheet, partial(call_page.page, as_of=as_of)),
            file_name=text.PRINT_FILE.format(moment=f"{local:%Y-%m-%d-%H%M}"),
            mime="text/html",
            key="calls-print",
            on_click="ignore",
        )


def _row(at: Desk, one: Place) -> ui.Row:
    whom = "<br>".join(
        f"<strong>{ui.safe(case)}</strong> {ui.safe(words)}"
        for case, words in text.for_whom(one)
    )
    now = (text.calling(one, partial(hour, at)), text.taken(one.taken))
    marks = [ui.mark("held", words) for words in now if words]
    known = [*marks, ui.safe(text.vacancies(one)), ui.soft(one.past.sentence())]
    cells = (ui.Html(whom), text.number(one), ui.Html("<br>".join(known)))
    return ui.Row(one.provider_id, one.name, cells)


show()
