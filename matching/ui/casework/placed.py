"""Who lives where, and what happened: away, back, moved, notice, ended and what it taught."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import streamlit as st

from matching.domain.access import Action, allows
from matching.domain.casework import Lesson, Outcome, Placement, StayEnd, StayState
from matching.domain.errors import InputError
from matching.services import stays
from matching.services.answers import clocks_of
from matching.services.desk import Desk
from matching.services.living import Living, Room, rooms
from matching.ui import components as ui
from matching.ui import navigation
from matching.ui.casework import said
from matching.ui.casework.said import Told
from matching.ui.text import casework, common
from matching.ui.text import placed as text
from matching.ui.text.placed import Happened

_OPEN, _PAGE, _PAGER = "placed-open", 10, "placed-page"


def draw(at: Desk, lines: Sequence[Living]) -> None:
    """Draw everybody who lives somewhere, and the form of the one that is open."""
    ui.section(text.TITLE, text.sentence(lines) if lines else text.NOBODY)
    if not lines:
        return
    shown = [lines[k] for k in ui.page_of(lines, _PAGER, _PAGE)]
    ui.rows(
        "placed",
        text.COLUMNS,
        (4, 5),
        [ui.Row(one.case, one.case, (_where(one), _next(one))) for one in shown],
        _open,
        help_text=text.OPEN,
    )
    ui.pager(lines, _PAGER, _PAGE)
    chosen = next((one for one in lines if one.case == st.session_state.get(_OPEN)), None)
    if chosen is not None:
        form(at, chosen)


def _where(one: Living) -> ui.Html:
    return ui.mark("held" if one.away else "placed", one.sentence)


def _next(one: Living) -> ui.Html:
    if one.next is None:
        return ui.soft(text.NOTHING_NEXT)
    return ui.mark("without" if one.next.over else "unknown", one.next.sentence)


def _open(case: str) -> None:
    st.session_state[_OPEN] = None if st.session_state.get(_OPEN) == case else case


def _close() -> None:
    st.session_state.pop(_OPEN, None)


def form(at: Desk, one: Living, *, inside: bool = False) -> None:
    """Draw what can be recorded about a stay.

    Parameters
    ----------
    at : Desk
    one : Living
    inside : bool, default False
        Whether this is the page of the case itself.
    """
    key = f"stay-{one.placement.id}"
    with st.container(key=f"open-part-{key}" if not inside else key):
        if not inside:
            with st.container(horizontal=True):
                ui.part(text.WHAT.format(case=one.case))
                _links(one, key)
        if not allows(at.actor.role, Action.RECORD_PLACEMENT):
            return
        what = st.pills(
            text.WHAT.format(case=one.case),
            text.may_happen(one),
            format_func=text.HAPPENED.__getitem__,
            key=f"{key}-what",
            label_visibility="visible" if inside else "collapsed",
            wrap=True,
        )
        if what is None:
            return
        with st.form(f"{key}-{what}", border=False):
            _fields(at, key, what)
            st.form_submit_button(
                text.SAVE,
                type="primary",
                key=f"{key}-save",
                on_click=_save,
                args=(one, what, key),
            )


def _links(one: Living, key: str) -> None:
    st.button(
        text.OPEN_CASE,
        key=f"{key}-case",
        type="tertiary",
        on_click=navigation.open_case,
        args=(one.case,),
    )
    st.button(text.CLOSE, key=f"{key}-close", type="tertiary", on_click=_close)


def _fields(at: Desk, key: str, what: Happened) -> None:
    """Draw what is asked about one kind of happening."""
    now = at.local(at.clock())
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{key}-filters"):
        if what is not Happened.BACK:
            st.date_input(
                text.DAY, value=now.date(), key=f"{key}-day", format="YYYY-MM-DD", width=170
            )
            clock = now.time().replace(second=0, microsecond=0)
            st.time_input(text.TIME, value=clock, key=f"{key}-time", width=130)
        if what in (Happened.MISSING, Happened.HOSPITAL):
            st.number_input(
                text.BED_DAYS,
                0,
                stays.MOST_BED_DAYS,
                value=clocks_of(at).bed_hold_days,
                key=f"{key}-days",
                help=text.BED_DAYS_HELP,
                width=190,
            )
        if what is Happened.MOVED:
            _choice(text.WHERE, rooms(at), text.room, f"{key}-where", text.WHERE_ANY)
        if what is Happened.NOTICE:
            st.date_input(
                text.LAST_DAY, value=None, key=f"{key}-last", format="YYYY-MM-DD", width=220
            )
        if what is Happened.ENDED:
            _choice(
                text.WHY, list(StayEnd), casework.ENDS.__getitem__, f"{key}-why", text.WHY_ANY
            )
    if what is Happened.ENDED:
        _ending(key)


def _ending(key: str) -> None:
    st.radio(text.NEEDS, [text.NEEDS_YES, text.NEEDS_NO], index=None, key=f"{key}-needs")
    _choice(
        text.OUTCOME,
        list(Outcome),
        casework.OUTCOMES.__getitem__,
        f"{key}-outcome",
        text.OUTCOME_ANY,
    )
    st.multiselect(
        text.LESSONS,
        list(Lesson),
        format_func=lambda one: common.capital(casework.LESSONS[one]),
        key=f"{key}-lessons",
        help=text.LESSONS_HELP,
        placeholder=text.LESSONS_ANY,
    )
    st.checkbox(text.NOTHING_LEARNED, key=f"{key}-nothing", help=text.NOTHING_LEARNED_HELP)


def _choice(
    label: str, options: Sequence[Any], words: Callable[[Any], str], key: str, nothing: str
) -> None:
    st.selectbox(
        label,
        options,
        index=None,
        format_func=lambda one: common.capital(words(one)),
        key=key,
        placeholder=nothing,
        width=330,
    )


_GIVEN = (
    "day",
    "time",
    "days",
    "where",
    "last",
    "why",
    "needs",
    "outcome",
    "lessons",
    "nothing",
)


def _save(one: Living, what: Happened, key: str) -> None:
    """Record what happened; for a callback."""
    given = {name: st.session_state.get(f"{key}-{name}") for name in _GIVEN}

    def work(at: Desk) -> Told:
        _WORK[what](at, one.placement, given)
        sentence = text.DONE[what].format(case=one.case)
        if what is Happened.ENDED:
            again = given["needs"] == text.NEEDS_YES
            sentence += f" {text.WAITS_AGAIN if again else text.CLOSED}"
        return Told(sentence)

    said.act(work, _close)


Given = dict[str, Any]


def _moment(at: Desk, given: Given) -> datetime:
    """Return when it was: this minute is now, since the form knows minutes only."""
    if given["day"] is None or given["time"] is None:
        raise InputError(text.MISSING_PARTS)
    now = at.clock()
    moment = datetime.combine(given["day"], given["time"], at.local(now).tzinfo)
    return now if 0 <= (now - moment).total_seconds() < 60 else moment


def _away(state: StayState) -> Callable[[Desk, Placement, Given], object]:
    def work(at: Desk, stay: Placement, given: Given) -> object:
        since, days = _moment(at, given), given["days"]
        return stays.leave(
            at, int(stay.id or 0), state, since, days, expected_version=stay.version
        )

    return work


def _back(at: Desk, stay: Placement, _: Given) -> object:
    return stays.come_back(at, int(stay.id or 0), expected_version=stay.version)


def _moved(at: Desk, stay: Placement, given: Given) -> object:
    where = given["where"]
    if not isinstance(where, Room):
        raise InputError(text.MISSING_PLACE)
    return stays.transfer(
        at,
        int(stay.id or 0),
        where.provider_id,
        where.pool_id,
        at=_moment(at, given),
        expected_version=stay.version,
    )


def _notice(at: Desk, stay: Placement, given: Given) -> object:
    return stays.notice(
        at,
        int(stay.id or 0),
        _moment(at, given),
        planned_end=given["last"],
        expected_version=stay.version,
    )


def _ended(at: Desk, stay: Placement, given: Given) -> object:
    if given["why"] is None or given["needs"] is None:
        raise InputError(text.MISSING_WHY)
    needs = given["needs"] == text.NEEDS_YES
    return stays.end(
        at,
        int(stay.id or 0),
        given["why"],
        _moment(at, given),
        needs_place=needs,
        lessons=given["lessons"] or (),
        nothing_learned=bool(given["nothing"]),
        outcome=None if needs else given["outcome"],
        expected_version=stay.version,
    )


_WORK: dict[Happened, Callable[[Desk, Placement, Given], object]] = {
    Happened.MISSING: _away(StayState.MISSING),
    Happened.HOSPITAL: _away(StayState.HOSPITAL),
    Happened.BACK: _back,
    Happened.MOVED: _moved,
    Happened.NOTICE: _notice,
    Happened.ENDED: _ended,
}
