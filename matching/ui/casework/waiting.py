"""Who is waiting: the list of the board, its filters, and where everybody stands."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from matching.domain.words import label
from matching.services import finding, views
from matching.services.casebook import hour
from matching.services.desk import Desk
from matching.services.standing import Stand, Standing, Standings
from matching.ui import components as ui
from matching.ui import navigation
from matching.ui.text import board as text
from matching.ui.text import casework, common

_PAGE = 15


def draw(at: Desk, board: views.Board, stand: Standings, names: Mapping[str, str]) -> None:
    """Draw those who live nowhere yet.

    Parameters
    ----------
    at : Desk
    board : Board
    stand : Standings
    names : mapping of str to str
        Of providers, as the reader may see them.
    """
    if not board.waiting:
        return
    ui.section(text.WAITING, text.WAITING_SENTENCE)
    found = _filters(board.waiting)
    if not found:
        ui.empty("", text.NO_MATCH)
        return
    shown = ui.page_of(found, "board-page", _PAGE)
    ui.rows(
        "waiting",
        text.COLUMNS,
        (1.3, 1, 1.1, 2.4, 1.4, 2.4),
        [_row(at, found[k], stand, names) for k in shown],
        navigation.open_case,
        help_text=text.OPEN,
    )
    ui.pager(found, "board-page", _PAGE)


def _row(at: Desk, row: views.Waiting, stand: Standings, names: Mapping[str, str]) -> ui.Row:
    person = row.referral
    case = person.referral_id
    return ui.Row(
        case,
        case,
        (
            text.age_gender(
                person.age_years, None if person.gender is None else label(person.gender)
            ),
            common.span(row.hours),
            row.priority,
            ui.chips(row.needs) or ui.soft(text.NO_NEEDS),
            row.home,
            mark(at, stand.stand(case), names, moved=stand.moved),
        ),
    )


#: The mark that each standing has on every page.
MEANINGS = {
    Standing.NO_PLAN: "unknown",
    Standing.PROPOSED: "proposed",
    Standing.NO_PLACE: "without",
    Standing.CALLING: "asked",
    Standing.HELD: "held",
    Standing.ACCEPTED: "placed",
    Standing.PLACED: "placed",
    Standing.AWAY: "held",
    Standing.CLOSED: "unknown",
}


def mark(at: Desk, stand: Stand, names: Mapping[str, str], *, moved: bool = False) -> ui.Html:
    """Return where a case stands, in words with the mark of their meaning.

    Parameters are those of :func:`words`.
    """
    return ui.mark(MEANINGS[stand.standing], words(at, stand, names, moved=moved))


def words(at: Desk, stand: Stand, names: Mapping[str, str], *, moved: bool = False) -> str:
    """Return where a case stands.

    Parameters
    ----------
    at : Desk
    stand : Stand
    names : mapping of str to str
        Of providers.
    moved : bool, default False
        Whether the record moved since the plan.
    """
    name = names.get(stand.provider_id or "", stand.provider_id or "")
    clock = partial(hour, at)
    offer, stay = stand.offer, stand.placement
    if stand.standing is Standing.PROPOSED:
        return text.proposed(name, moved=moved)
    if stand.standing is Standing.NO_PLACE:
        return text.NO_PLACE
    if stand.standing is Standing.CALLING and offer is not None:
        back = None if offer.call_back_at is None else clock(offer.call_back_at)
        return text.calling(name, clock(offer.opened_at), offer.opened_by, back)
    if stand.standing is Standing.HELD and offer is not None and offer.hold_until is not None:
        until = casework.until(at.local(offer.hold_until), at.local(at.clock()))
        return text.held(name, until)
    if stand.standing is Standing.ACCEPTED:
        return text.accepted(name)
    if stand.standing is Standing.PLACED:
        return text.lives(name)
    if stand.standing is Standing.AWAY and stay is not None:
        return text.away(name, casework.STAYS[stay.state])
    if stand.standing is Standing.CLOSED and stand.case is not None:
        outcome = stand.case.outcome
        return text.closed(outcome and casework.OUTCOMES[outcome])
    return text.NO_PLAN


def _filters(rows: tuple[views.Waiting, ...]) -> tuple[views.Waiting, ...]:
    priorities = list(dict.fromkeys(row.priority for row in rows))
    with st.container(horizontal=True, vertical_alignment="bottom", key="board-filters"):
        wanted = st.pills(
            text.PRIORITY, priorities, selection_mode="multi", key="board-priority", wrap=True
        )
        search = st.text_input(
            text.SEARCH, placeholder=text.SEARCH_HINT, key="board-search", width=190
        )
        county = st.selectbox(
            text.COUNTY,
            finding.counties_of(rows),
            index=None,
            placeholder=text.ALL_COUNTIES,
            key="board-county",
            width=190,
        )
        order = st.selectbox(
            text.ORDER,
            list(finding.WaitingOrder),
            format_func=text.ORDERS.__getitem__,
            key="board-order",
            width=225,
        )
    return finding.find_waiting(
        rows,
        priorities=wanted or (),
        county=county,
        text=search or "",
        order=order or finding.WaitingOrder.PRIORITY,
    )
