"""The page Board: who is waiting, what is free, and what needs a person now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import streamlit as st

from matching.domain.errors import MatchingError
from matching.domain.words import Urgency, label
from matching.services import finding, matching, views
from matching.services.desk import Desk
from matching.services.standing import Standing, Standings, standings
from matching.ui import components as ui
from matching.ui import session
from matching.ui.text import board as text
from matching.ui.text import common
from matching.ui.text import shell as words

#: Rows of the lists of what needs a person; the rest is on the page Providers.
_FEW = 8
_PAGE = 15


def page() -> None:
    """Draw the page."""
    at = session.desk()
    board = session.board(at)
    stand = standings(at)
    local = at.local(board.as_of)
    ui.head(
        words.PAGES["board"],
        text.sentence(len(board.waiting), board.usable, common.moment(local, local.date())),
        _plan_sentence(at, stand),
    )
    if board.waiting and board.providers:
        _make_plan(at, stand)
    else:
        _nothing(board)
    _counts(board)
    _waiting(board, stand, _names(at))
    _beds(board)
    _person(board, local.date())


def _plan_sentence(at: Desk, stand: Standings) -> str:
    if stand.number is None or stand.made_at is None:
        return text.no_plan_yet()
    made = common.moment(at.local(stand.made_at), at.local(at.clock()).date())
    return text.last_plan(stand.number, made, moved=stand.moved)


def _make_plan(at: Desk, stand: Standings) -> None:
    name = text.MAKE_PLAN if stand.number is None else text.MAKE_AGAIN
    if not st.button(name, type="primary", key="make-plan"):
        return
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
    session.remember(saved)
    session.go("plan")


def _nothing(board: views.Board) -> None:
    if board.waiting:
        ui.empty(text.BEDS, text.NO_BEDS)
    else:
        ui.empty(text.EMPTY_TITLE, text.EMPTY)
    if st.button(text.GO_UPLOAD, type="primary", key="go-upload"):
        session.go("upload")


def _counts(board: views.Board) -> None:
    tonight = sum(row.referral.urgency is Urgency.TONIGHT for row in board.waiting)
    free = views.BedCount(
        sum(beds.free.known for beds in board.beds),
        sum(beds.free.unknown_pools for beds in board.beds),
    )
    unsaid = common.count(free.unknown_pools, "bed pool")
    ui.counts(
        [
            (text.COUNT_WAITING, f"{len(board.waiting):,}", text.tonight_note(tonight)),
            (
                text.COUNT_USABLE,
                f"{board.usable:,}",
                text.USABLE_NOTE.format(hours=board.stale_hours),
            ),
            (
                text.COUNT_FREE,
                f"{free.known:,}",
                text.UNSAID_NOTE.format(pools=unsaid) if free.unknown_pools else "",
            ),
            (
                text.COUNT_ASK,
                f"{len(board.stale):,}",
                text.ASK_NOTE.format(providers=f"{board.providers:,}"),
            ),
        ]
    )


def _names(at: Desk) -> dict[str, str]:
    return {
        row.provider.provider_id: row.provider.name or row.provider.provider_id
        for row in session.providers(at)
    }


def _waiting(board: views.Board, stand: Standings, names: dict[str, str]) -> None:
    if not board.waiting:
        return
    ui.section(text.WAITING, text.WAITING_SENTENCE)
    found = _filters(board.waiting)
    if not found:
        ui.empty("", text.NO_MATCH)
        return
    shown = ui.page_of(found, "board-page", _PAGE)
    lines = [
        ui.Row(
            row.referral.referral_id,
            row.referral.referral_id,
            (
                text.age_gender(
                    row.referral.age_years,
                    None if row.referral.gender is None else label(row.referral.gender),
                ),
                common.span(row.hours),
                row.priority,
                ui.chips(row.needs) or ui.soft(text.NO_NEEDS),
                row.home,
                _standing(row, stand, names),
            ),
        )
        for row in (found[k] for k in shown)
    ]
    ui.rows(
        "waiting",
        text.COLUMNS,
        (1.3, 1, 1.1, 2.6, 1.5, 1.9),
        lines,
        session.open_case,
        help_text=text.OPEN,
    )
    ui.pager(found, "board-page", _PAGE)


def _standing(row: views.Waiting, stand: Standings, names: dict[str, str]) -> ui.Html:
    case = row.referral.referral_id
    where = stand.of(case)
    if where is Standing.PROPOSED:
        provider = stand.places[case]
        said = text.proposed(names.get(provider, provider), moved=stand.moved)
        return ui.mark("proposed", said)
    if where is Standing.NO_PLACE:
        return ui.mark("without", text.NO_PLACE)
    return ui.mark("unknown", text.NO_PLAN)


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


def _bed_cell(beds: views.BedCount) -> str:
    if beds.unknown_pools and not beds.known:
        return text.NOT_SAID
    return f"{beds.known:,}" + ("+" if beds.unknown_pools else "")


def _sum(counts: Iterable[views.BedCount]) -> views.BedCount:
    listed = list(counts)
    return views.BedCount(
        sum(one.known for one in listed), sum(one.unknown_pools for one in listed)
    )


def _beds(board: views.Board) -> None:
    if not board.beds:
        return
    ui.section(text.BEDS, text.BEDS_SENTENCE)
    first, *middle, last = text.BEDS_COLUMNS
    ui.table(
        [first, *(ui.Column(title, number=True) for title in middle), last],
        [
            (
                common.capital(beds.placement_type),
                f"{beds.providers:,}",
                *map(_bed_cell, (beds.licensed, beds.staffed, beds.accepting, beds.free)),
                f"{beds.free.unknown_pools:,}",
                text.news(beds.stale_pools, beds.pools, beds.oldest_hours),
            )
            for beds in board.beds
        ],
        text.BEDS_CAPTION,
        total=(
            text.TOTAL,
            f"{sum(beds.providers for beds in board.beds):,}",
            _bed_cell(_sum(beds.licensed for beds in board.beds)),
            _bed_cell(_sum(beds.staffed for beds in board.beds)),
            _bed_cell(_sum(beds.accepting for beds in board.beds)),
            _bed_cell(_sum(beds.free for beds in board.beds)),
            f"{sum(beds.free.unknown_pools for beds in board.beds):,}",
            text.news(
                sum(beds.stale_pools for beds in board.beds),
                sum(beds.pools for beds in board.beds),
                max(
                    (b.oldest_hours for b in board.beds if b.oldest_hours is not None),
                    default=None,
                ),
            ),
        ),
    )


def _person(board: views.Board, today: date) -> None:
    if not board.providers:
        return
    ui.section(text.PERSON)
    left, right = st.columns(2, gap="large")
    with left:
        _stale(board)
    with right:
        _endings(board, today)


def _stale(board: views.Board) -> None:
    if not board.stale:
        ui.part(text.STALE_TITLE, text.NOTHING_STALE.format(hours=board.stale_hours))
        return
    ui.part(text.STALE_TITLE, text.stale(len(board.stale), board.providers, board.stale_hours))
    first, kind, heard, beds = text.STALE_COLUMNS
    ui.table(
        [first, kind, heard, ui.Column(beds, number=True)],
        [
            (
                one.name,
                common.kind(one.placement_type),
                text.NEVER if one.hours is None else f"{common.span(one.hours)} ago",
                text.NOT_SAID if one.free is None else f"{one.free:,}",
            )
            for one in board.stale[:_FEW]
        ],
        text.STALE_TITLE,
    )
    _more(len(board.stale))


def _endings(board: views.Board, today: date) -> None:
    if not board.endings:
        ui.part(text.ENDINGS_TITLE, text.NOTHING_ENDS)
        return
    ended = sum(one.ends < today for one in board.endings)
    ui.part(text.ENDINGS_TITLE, text.endings(ended, len(board.endings) - ended))
    # What ends next can still be kept; what has ended long ago is less urgent.
    order = sorted(board.endings, key=lambda one: (one.ends < today, abs(one.ends - today)))
    ui.table(
        text.ENDINGS_COLUMNS,
        [
            (one.name, one.what, text.ends(common.day(one.ends), (one.ends - today).days))
            for one in order[:_FEW]
        ],
        text.ENDINGS_TITLE,
    )
    _more(len(board.endings))


def _more(total: int) -> None:
    if total > _FEW:
        ui.note(text.MORE.format(more=f"{total - _FEW:,}"))


page()
