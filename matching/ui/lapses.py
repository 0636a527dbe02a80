"""What lapses soon and what it would cost: a part of the page Gaps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import streamlit as st

from matching.domain.access import Action, allows
from matching.domain.errors import MatchingError
from matching.services.desk import Desk
from matching.services.lapses import (
    HorizonCost,
    LapseCosts,
    LapseLine,
    LapsesView,
    lapses,
    start_lapse_costs,
)
from matching.services.matching import SavedRun
from matching.services.plan_views import plan_state
from matching.ui import components as ui
from matching.ui import navigation, phone_round, session, work
from matching.ui.text import common
from matching.ui.text import lapses as text

PAGE_ROWS = 20
WORK, _ASKED = "lapses", "lapses-asked"

_WORDS = work.Words(doing=text.WORKING, stop=text.STOP, stopping=text.STOPPING, tells=True)
_WAYS: dict[str, Callable[[LapseLine], str]] = {
    text.WAYS[0]: lambda one: one.kind,
    text.WAYS[1]: lambda one: one.region,
    text.WAYS[2]: lambda one: one.what,
}


def show(at: Desk, saved: SavedRun | None = None) -> None:
    """Draw what lapses, and what it would cost for those who may ask.

    Parameters
    ----------
    at : Desk
    saved : SavedRun, optional
        The plan saved last, where it is there already.
    """
    minute = f"{at.clock():%Y%m%d%H%M}"
    about = (at.store.data_version(), at.actor.role, minute)
    view = session.once(at, "lapses-view", about, lambda: lapses(at))
    moment = common.moment(at.local(view.as_of), at.local(at.clock()).date())
    ui.section(text.title(view), text.SENTENCE.format(moment=moment))
    others = text.unknown(view)
    if view.lines:
        _counts(view)
    if others:
        ui.box(others, label=text.UNKNOWN_LABEL)
    if view.lines:
        with st.expander(text.LIST):
            _list(view.lines)
    if view.unknown:
        with st.expander(text.UNKNOWN_LIST):
            _unknown(view.unknown)
    if view.lines or view.unknown:
        _ways_out(at)
    if view.lines and allows(at.actor.role, Action.PLAN_CAPACITY):
        _cost(at, saved)


def _counts(view: LapsesView) -> None:
    chosen = st.segmented_control(
        text.BY, list(_WAYS), default=text.WAYS[0], required=True, key="lapses-by"
    )
    by = chosen or text.WAYS[0]
    heads = [text.HORIZON.format(days=days) for days in view.horizons]
    counts = view.counts(_WAYS[by])
    ui.table(
        (by, *(ui.Column(head, number=True) for head in heads)),
        [
            (common.capital(name), *(f"{number:,}" for number in numbers))
            for name, numbers in counts
        ],
        text.TABLE_CAPTION.format(by=by.lower()),
        total=("All", *(f"{len(view.within(days)):,}" for days in view.horizons)),
    )


def _list(lines: tuple[LapseLine, ...]) -> None:
    shown = ui.page_of(lines, "lapses-page", PAGE_ROWS)
    ui.table(
        text.LIST_COLUMNS,
        [
            (
                one.name,
                common.capital(one.what),
                _day(one.ends),
                text.counts_for(one),
                common.capital(one.kind),
                one.region,
            )
            for one in (lines[k] for k in shown)
        ],
        text.LIST_CAPTION,
    )
    ui.pager(lines, "lapses-page", PAGE_ROWS)


def _day(ends: date | None) -> ui.Html:
    """Return a day that is not broken over two lines."""
    said = common.UNKNOWN if ends is None else common.day(ends)
    return ui.Html(f'<span class="sb-whole">{ui.safe(said)}</span>')


def _unknown(lines: tuple[LapseLine, ...]) -> None:
    shown = ui.page_of(lines, "lapses-unknown-page", PAGE_ROWS)
    ui.table(
        text.UNKNOWN_COLUMNS,
        [
            (one.name, common.capital(one.what), common.capital(one.kind), one.region)
            for one in (lines[k] for k in shown)
        ],
        text.UNKNOWN_CAPTION,
    )
    ui.pager(lines, "lapses-unknown-page", PAGE_ROWS)


def _ways_out(at: Desk) -> None:
    """Offer what closes it: asking on the telephone, or a new list."""
    with st.container(horizontal=True):
        if allows(at.actor.role, Action.CONFIRM_BEDS):
            st.button(text.TO_ROUND, key="lapses-round", type="tertiary", on_click=_to_round)
        if allows(at.actor.role, Action.UPLOAD_PROVIDERS):
            st.button(
                text.TO_UPLOAD,
                key="lapses-upload",
                type="tertiary",
                on_click=navigation.go_next,
                args=("upload",),
            )


def _to_round() -> None:
    phone_round.show()
    navigation.go_next("providers")


def _ask() -> None:
    st.session_state[_ASKED] = True


def _cost(at: Desk, saved: SavedRun | None) -> None:
    ui.section(text.COST, text.COST_SENTENCE)
    state = plan_state(at)
    if state is None or state.moved:
        ui.note(text.NO_PLAN)
        return
    about = (state.number, at.store.data_version(), at.actor.role)
    asked = st.session_state.pop(_ASKED, False)
    job = work.kept(WORK, about)
    try:
        if asked:
            work.stop_all()
            job = work.keep(WORK, about, start_lapse_costs(at, saved))
        if job is None:
            st.button(text.ASK, key="lapses-ask", on_click=_ask)
        elif job.running:
            work.follow(job, WORK, _WORDS)
        else:
            _found(job.result())
    except MatchingError as error:
        work.forget(WORK)
        ui.error(error)
        st.button(text.ASK, key="lapses-ask", on_click=_ask)
    except Exception:
        work.forget(WORK)
        raise


def _found(found: LapseCosts) -> None:
    ui.part(text.cost_title(found), text.BANDS if found.protected else "")
    if found.horizons:
        ui.table(
            (text.COST_COLUMNS[0], ui.Column(text.COST_COLUMNS[1], number=True)),
            [
                (common.capital(text.ahead(one)), text.against_today(one))
                for one in found.horizons
            ],
            text.COST_CAPTION,
        )
        _who(found.horizons[-1])
    if found.providers:
        days = found.horizons[-1].days if found.horizons else 90
        ui.part(text.ALONE, text.ALONE_SENTENCE.format(days=days))
        shown = ui.page_of(found.providers, "lapses-alone-page", PAGE_ROWS)
        ui.table(
            (*text.ALONE_COLUMNS[:3], ui.Column(text.ALONE_COLUMNS[3], number=True)),
            [
                (
                    one.name,
                    common.capital(common.listed(one.what)),
                    _day(one.first),
                    one.text,
                )
                for one in (found.providers[k] for k in shown)
            ],
            text.ALONE_CAPTION,
        )
        ui.pager(found.providers, "lapses-alone-page", PAGE_ROWS)
    rest = text.rest(found)
    if rest:
        ui.note(rest)
    if found.left:
        st.button(text.AGAIN, key="lapses-ask", on_click=_ask)


def _who(last: HorizonCost) -> None:
    if not last.lines:
        return
    with st.expander(text.WHO.format(day=text.ahead(last))):
        items = "".join(f"<li>{ui.safe(line)}</li>" for line in last.lines)
        ui.html(f'<ul class="sb-list">{items}</ul>')
