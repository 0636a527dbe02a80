"""The two lists of the page Plan: those with a place and those without, and their filters."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from matching.domain.errors import MatchingError
from matching.services.desk import Desk
from matching.services.jobs import Job
from matching.services.matching import SavedRun
from matching.services.next_best import NextBest, next_best
from matching.services.people import Unplaced
from matching.services.plan_lists import Asking, Choice, Order
from matching.services.plan_views import Placed, PlanView
from matching.services.standing import Standing, standings
from matching.ui import components as ui
from matching.ui import navigation, parts, work
from matching.ui.casework import waiting
from matching.ui.pages_of import pages_of
from matching.ui.text import common, people
from matching.ui.text import plan as text

PAGE_ROWS = 25
#: Questions of one proposal that the list shows; the case shows all.
MOST_QUESTIONS = 1
#: Steps of a funnel that the list shows.
MOST_STEPS = 3


def choice(view: PlanView) -> Choice:
    """Draw search, sort and filters, and return what they say."""
    everybody = view.people
    with st.container(key="plan-tools"):
        left, right = st.columns((3, 2), gap="small")
        search = left.text_input(text.SEARCH, key="plan-search")
        order = right.selectbox(
            text.SORT, list(Order), format_func=text.ORDERS.__getitem__, key="plan-order"
        )
        with st.expander(text.FILTERS):
            first, second = st.columns(2, gap="small")
            counties = _several(first, text.COUNTY, {one.county for one in everybody})
            kinds = _several(
                first,
                text.KIND,
                {row.placement_type for row in view.placed}
                | {kind for row in view.without for kind in row.person.kinds},
            )
            order_of = {one.priority: one.tier for one in everybody}
            priorities = _several(
                second, text.PRIORITY, sorted(order_of, key=lambda p: (order_of[p], p))
            )
            workers = _several(second, text.WORKER, {one.worker or "" for one in everybody})
            asking = first.selectbox(
                text.ASKING,
                list(Asking),
                format_func=text.ASKINGS.__getitem__,
                key="plan-asking",
                help=text.ASKING_HELP,
            )
    return Choice(
        counties=counties,
        priorities=priorities,
        kinds=kinds,
        workers=workers,
        asking=asking or Asking.ALL,
        search=search or "",
        order=order or Order.PRIORITY,
    )


def _several(where: DeltaGenerator, label: str, values: set[str] | list[str]) -> frozenset[str]:
    options = sorted(values) if isinstance(values, set) else values
    chosen = where.multiselect(
        label,
        options,
        key=f"plan-filter-{label}",
        placeholder=text.ANY,
        format_func=lambda value: value or text.NO_WORKER,
    )
    return frozenset(chosen)


def placed(at: Desk, saved: SavedRun, shown: PlanView, total: int) -> None:
    """Draw those with a place, with what the next best would mean."""
    ui.section(text.PLACED_TITLE, text.shown(len(shown.placed), total))
    if not shown.placed:
        ui.empty("", text.NONE_MATCH if total else text.NONE_PLACED)
        return
    positions = ui.page_of(shown.placed, "plan-placed-page", PAGE_ROWS)
    rows = [shown.placed[k] for k in positions]
    stand = standings(at)
    names = {row.provider_id: row.provider for row in rows}
    # What somebody has done about a proposal since stands beside it.
    done = {
        row.person.case: waiting.mark(at, stand.stand(row.person.case), names)
        for row in rows
        if stand.of(row.person.case) is not Standing.PROPOSED
    }
    if "calls" in pages_of(at.actor):
        st.button(text.CALLS, key="plan-calls", on_click=navigation.go_next, args=("calls",))
    others = _next_best(at, saved, tuple(row.person.case for row in rows))
    ui.rows(
        "placed",
        text.COLUMNS_PLACED,
        (4, 5, 5, 6),
        [
            _placed_line(row, others.get(row.person.case), done.get(row.person.case))
            for row in rows
        ],
        navigation.open_case,
        lead=parts.CASE_LEAD,
        help_text=text.OPEN_CASE,
    )
    ui.pager(shown.placed, "plan-placed-page", PAGE_ROWS)


def _next_best(at: Desk, saved: SavedRun, cases: tuple[str, ...]) -> dict[str, NextBest]:
    """Return the next best place of the people shown; while it is worked out, nothing."""
    about = (saved.number, cases)
    job = work.kept("next-best", about)
    if job is None:
        started = Job(lambda progress, _: next_best(at, saved, cases, progress=progress))
        job = work.keep("next-best", about, started)
    if job.running:
        work.follow(job, "next-best", _WORDS)
        return {}
    try:
        found: dict[str, NextBest] = job.result()
    except MatchingError as error:
        ui.error(error)
        return {}
    except Exception:
        work.forget("next-best")
        raise
    return found


_WORDS = work.Words(doing=text.NEXT_WORKING, tells=True)


def _placed_line(row: Placed, other: NextBest | None, done: ui.Html | None) -> ui.Row:
    decided = ui.safe(common.capital("; ".join(row.reasons)))
    if other is not None:
        decided = ui.Html(f"{decided}<br>{ui.soft(text.next_best(other))}")
    place = ui.mark("proposed", row.provider)
    below = ui.safe(f"{common.capital(row.placement_type)}, {row.distance}")
    since = "" if done is None else f"<br>{done}"
    return ui.Row(
        row.person.case,
        row.person.case,
        (
            parts.stacked(people.who(row.person), people.waiting(row.person)),
            ui.Html(f'<strong>{place}</strong><br><span class="sb-soft">{below}</span>{since}'),
            decided,
            _questions(row),
        ),
    )


def _questions(row: Placed) -> ui.Html:
    if not row.provisional:
        return ui.Html(f'<span class="sb-soft">{ui.safe(text.NOTHING_TO_ASK)}</span>')
    said = list(row.questions[:MOST_QUESTIONS])
    rest = len(row.questions) - len(said)
    if rest:
        said.append(text.MORE_QUESTIONS.format(number=rest))
    return ui.Html(
        f"<strong>{ui.mark('asked', text.PROVISIONAL)}</strong> {ui.safe(' '.join(said))}"
    )


def without(shown: PlanView, total: int) -> None:
    """Draw those without a place, and what stands in the way."""
    ui.section(text.WITHOUT_TITLE, text.shown(len(shown.without), total))
    if not shown.without:
        ui.empty("", text.NONE_MATCH if total else text.ALL_PLACED)
        return
    positions = ui.page_of(shown.without, "plan-without-page", PAGE_ROWS)
    ui.rows(
        "without",
        text.COLUMNS_WITHOUT,
        (4, 5, 11),
        [_without_line(shown.without[k]) for k in positions],
        navigation.open_case,
        lead=parts.CASE_LEAD,
        help_text=text.OPEN_CASE,
    )
    ui.pager(shown.without, "plan-without-page", PAGE_ROWS)


def _without_line(row: Unplaced) -> ui.Row:
    return ui.Row(
        row.person.case,
        row.person.case,
        (
            parts.stacked(people.who(row.person), people.waiting(row.person)),
            ui.mark("without", row.stage_title),
            common.capital(people.in_the_way(row.funnel, MOST_STEPS)),
        ),
    )
