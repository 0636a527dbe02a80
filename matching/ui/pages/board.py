"""The page Board: who is waiting, what is free, and what needs a person now."""

from __future__ import annotations

from datetime import date

import streamlit as st

from matching.domain.access import Action, allows
from matching.domain.errors import MatchingError
from matching.domain.words import Urgency
from matching.services import matching, views
from matching.services.desk import Desk
from matching.services.living import living
from matching.services.person_now import person_now
from matching.services.standing import Standings
from matching.ui import components as ui
from matching.ui import navigation, session
from matching.ui.casework import now, placed, renewal, said, supply, waiting, watch
from matching.ui.casework_forms import clear_site
from matching.ui.pages_of import pages_of
from matching.ui.text import board as text
from matching.ui.text import common
from matching.ui.text import shell as words


def page() -> None:
    """Draw the page."""
    at = session.desk()
    seen = watch.begin(at)
    board = session.board(at)
    stand = session.everybody(at)
    clocks = session.clocks(at)
    local = at.local(board.as_of)
    ui.head(
        words.PAGES["board"],
        text.sentence(
            len(board.waiting),
            board.usable,
            common.moment(local, local.date()),
            board.with_a_bed,
        ),
        _plan_sentence(at, stand),
    )
    said.show("board")
    renewal.draw(at)
    _actions(at, board, stand)
    _counts(board)
    waiting.draw(at, board, stand, _names(at))
    if board.providers:
        now.draw(person_now(at, clocks))
        clear_site.warn(clocks)
    lines = living(at, clocks)
    if lines:
        placed.draw(at, lines)
    supply.beds(board)
    _providers(board, local.date())
    watch.keep(seen)


def _plan_sentence(at: Desk, stand: Standings) -> str:
    if stand.number is None or stand.made_at is None:
        return text.no_plan_yet()
    made = common.moment(at.local(stand.made_at), at.local(at.clock()).date())
    return text.last_plan(stand.number, made, moved=stand.moved)


def _actions(at: Desk, board: views.Board, stand: Standings) -> None:
    """Draw what can be done from here; the plan is made on the page itself."""
    with st.container(horizontal=True, key="board-actions"):
        ready = bool(board.waiting and board.providers)
        asked = ready and allows(at.actor.role, Action.RUN_PLAN) and _plan_button(stand)
        for name, label in (("calls", text.CALLS), ("referral", text.NEW_REFERRAL)):
            if name in pages_of(at.actor) and (ready or name == "referral"):
                st.button(label, key=f"go-{name}", on_click=navigation.go_next, args=(name,))
    if not ready:
        _nothing(board)
    elif asked:
        _make_plan(at)


def _plan_button(stand: Standings) -> bool:
    name = text.MAKE_PLAN if stand.number is None else text.MAKE_AGAIN
    return st.button(name, type="primary", key="make-plan")


def _make_plan(at: Desk) -> None:
    with st.status(text.MAKING, expanded=True) as status:
        try:
            saved = matching.run_plan(
                at, progress=lambda stage: status.write(text.STAGES[stage])
            )
        except MatchingError as error:
            status.update(label=text.NOT_MADE, state="error")
            ui.error(error)
            return
        status.update(label=text.MADE, state="complete")
    session.remember(at, saved)
    navigation.go("plan")


def _nothing(board: views.Board) -> None:
    if board.waiting:
        ui.empty(text.BEDS, text.NO_BEDS)
    else:
        ui.empty(text.EMPTY_TITLE, text.EMPTY)
    if st.button(text.GO_UPLOAD, type="primary", key="go-upload"):
        navigation.go("upload")


def _counts(board: views.Board) -> None:
    tonight = sum(row.referral.urgency is Urgency.TONIGHT for row in board.waiting)
    free = views.BedCount(
        sum(beds.free.known for beds in board.beds),
        sum(beds.free.unknown_pools for beds in board.beds),
    )
    ui.counts(text.counts(board, tonight, free))


def _names(at: Desk) -> dict[str, str]:
    return {
        row.provider.provider_id: row.provider.name or row.provider.provider_id
        for row in session.providers(at)
    }


def _providers(board: views.Board, today: date) -> None:
    if not board.providers:
        return
    ui.section(text.PROVIDERS)
    left, right = st.columns(2, gap="large")
    with left:
        supply.stale(board)
    with right:
        supply.endings(board, today)


page()
