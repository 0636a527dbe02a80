"""The page Case: why this place, which others, and why not the rest."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from matching.domain.rulebook import Kind as RuleKind
from matching.insight.asking import distinct
from matching.insight.explain import Barred, CaseExplanation, Option
from matching.insight.funnel import Step
from matching.services.case_views import (
    CaseView,
    case_lines,
    fallen,
    found_in_options,
    is_taken_step,
    open_case,
    search_barred,
)
from matching.services.desk import Desk
from matching.services.matching import SavedRun
from matching.ui import charts, deciding, group, options, parts, promise, session, smallest
from matching.ui import components as ui
from matching.ui.text import case as text
from matching.ui.text import common, people

PAGE_ROWS = 25


def show() -> None:
    """Draw the page."""
    at = session.desk()
    saved = session.current_run(at)
    if saved is None:
        ui.head(text.PAGE, text.NO_PLAN_SENTENCE)
        ui.empty(text.NO_PLAN_TITLE, text.NO_PLAN)
        if st.button(text.TO_PLAN, type="primary", key="case-to-plan"):
            session.go("plan")
        return
    chosen = _chosen(at, saved)
    if chosen is None:
        ui.head(text.PAGE, text.CHOOSE_SENTENCE)
        _chooser(at, saved, None)
        return
    view = _view(at, saved, chosen)
    found = view.explanation
    below = ui.as_of(at, view.as_of, text.person(view))
    ui.head(f"{text.PAGE} {chosen}", text.sentence(view), below)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _chooser(at, saved, chosen)
        options.of_proposal(at, saved.run.policy, found)
    deciding.panel(at, saved)
    if found.proposal is not None:
        _proposal(found, found.proposal)
    waits = found.proposal is None and promise.draw(at, saved, chosen)
    group.draw(at, saved, chosen)
    if found.proposal is None:
        smallest.draw(at, saved, chosen)
    deciding.in_force(at, saved, "case", _concerned(saved, chosen))
    options.draw(at, saved, found, wait=waits)
    _about(view)
    _why_not(found)


def _chosen(at: Desk, saved: SavedRun) -> str | None:
    """Return the case of this session if it is part of the plan."""
    chosen = session.selected_case()
    known = {line.case for line in case_lines(at, saved)}
    return chosen if chosen in known else None


def _take_choice() -> None:
    st.session_state["case"] = st.session_state.get("case-choice")


def _chooser(at: Desk, saved: SavedRun, chosen: str | None) -> None:
    lines = {line.case: text.line(line) for line in case_lines(at, saved)}
    # The case may have been opened from a list since this widget was last drawn.
    if st.session_state.get("case-choice") != chosen:
        st.session_state["case-choice"] = chosen
    st.selectbox(
        text.CHOOSE,
        list(lines),
        index=None,
        format_func=lambda case: lines.get(case, case),
        key="case-choice",
        on_change=_take_choice,
        placeholder=text.CHOOSE_PLACEHOLDER,
        help=text.CHOOSE_HELP,
        width=520,
    )


def _view(at: Desk, saved: SavedRun, case: str) -> CaseView:
    """Return the case; opening it is recorded once, not with every redrawing."""

    def opened() -> CaseView:
        for name in ("case-step", "case-search", "case-barred-page", options.PAGER):
            st.session_state.pop(name, None)
        with st.spinner(text.OPENING):
            return open_case(at, saved, case)

    return session.once(at, "case-view", (saved.number, case), opened)


def _concerned(saved: SavedRun, case: str) -> list[str]:
    """Return the case and its group, whose decisions concern it."""
    code = saved.run.problem.referral_records[saved.run.row(case)].group_id
    return [case] if code is None else [case, code]


def _about(view: CaseView) -> None:
    ui.section(text.ABOUT)
    ui.facts(
        [
            (text.ABOUT_AGE, people.who(view.person)),
            (text.ABOUT_PRIORITY, people.waiting(view.person)),
            *((common.capital(what), value) for what, value in view.facts),
            *(
                (label, common.capital(common.listed(names)))
                for label, names in (
                    (text.NONE_LABEL, view.none),
                    (text.UNKNOWN_LABEL, view.unknown),
                )
                if names
            ),
        ]
    )


def _proposal(found: CaseExplanation, proposal: Option) -> None:
    if proposal.questions:
        ui.section(text.ASK, text.ASK_NOTE)
        items = "".join(
            f"<li>{ui.mark('asked', one)}</li>" for one in distinct(proposal.questions)
        )
        ui.html(f'<ul class="sb-list sb-asks">{items}</ul>')
    if proposal.fallback:
        ui.box(text.FALLBACK)
    _waived(found)
    ui.section(text.MET)
    by_kind = {kind: [m for m in found.met if m.kind is kind] for kind in RuleKind}
    groups = [(kind, met) for kind, met in by_kind.items() if met]
    for number, (kind, met) in enumerate(groups):
        with st.expander(text.kind_title(kind, len(met)), expanded=number == 0):
            cited = any(one.citation for one in met)
            titles = text.MET_COLUMNS if cited else text.MET_COLUMNS[:2]
            ui.table(
                (titles[0], *(ui.Column(title, long=True) for title in titles[1:])),
                [
                    (
                        ui.mark("placed", one.title),
                        one.sentence,
                        *((one.citation,) if cited else ()),
                    )
                    for one in met
                ],
                text.MET_CAPTION,
            )
    counted = sorted((one for one in proposal.points if one.points), key=lambda p: -p.cost)
    ui.section(text.points_title(proposal), text.POINTS_NOTE)
    if counted:
        bars = [
            charts.Bar(
                common.capital(text.AGAINST[one.code]),
                one.points,
                text.points_number(one.points, one.cost),
            )
            for one in counted
        ]
        parts.chart(charts.plain_bars(bars, "proposed"), text.POINTS_ALT, "case-points")
    as_wished = text.as_wished(proposal)
    if as_wished:
        ui.html(f"<p>{ui.soft(as_wished)}</p>")


def _waived(found: CaseExplanation) -> None:
    """Draw what would bar the place, apart from the rules that it meets."""
    if not found.waived:
        return
    ui.section(text.WAIVED, text.WAIVED_NOTE)
    items = "".join(
        f"<li><strong>{ui.mark('held', one.title)}.</strong> {ui.safe(one.sentence)} "
        f"{ui.soft(text.waived_by(one))}</li>"
        for one in found.waived
    )
    ui.html(f'<ul class="sb-list sb-asks">{items}</ul>')


def _why_not(found: CaseExplanation) -> None:
    ui.section(text.funnel_title(found), text.WHY_NOT)
    bars = [charts.Bar(f"{text.ALL_PROVIDERS}: {found.providers:,}", found.providers, "")]
    bars += [
        charts.Bar(text.funnel_bar(step), step.left, text.funnel_number(step))
        for step in found.funnel
    ]
    parts.chart(charts.plain_bars(bars, "proposed"), text.FUNNEL_ALT, "case-funnel")
    with st.expander(text.FUNNEL_TABLE):
        ui.table(
            (
                text.FUNNEL_COLUMNS[0],
                *(ui.Column(title, number=True) for title in text.FUNNEL_COLUMNS[1:]),
            ),
            [
                (text.ALL_PROVIDERS, "", f"{found.providers:,}"),
                *((step.title, f"{step.fell:,}", f"{step.left:,}") for step in found.funnel),
            ],
            text.FUNNEL_CAPTION,
        )
    _step(found)
    _search(found)


def _step(found: CaseExplanation) -> None:
    """Draw the choice of a step, and the providers that stopped there."""
    steps: dict[str, Step] = {step.code: step for step in found.funnel}
    code = st.selectbox(
        text.STEP,
        list(steps),
        index=None,
        format_func=lambda one: people.stopped(one, steps[one].fell),
        placeholder=text.STEP_ANY,
        key="case-step",
        width=520,
    )
    if code is None:
        return
    if is_taken_step(code):
        ui.box(text.TAKEN_STEP)
        return
    _barred(fallen(found, code), f"case-step-page-{code}", text.STEP_CAPTION)


def _search(found: CaseExplanation) -> None:
    """Draw every provider that is no option, with what stands in the way."""
    ui.section(text.every_barred(len(found.barred)), text.near_misses(found.barred))
    wanted = st.text_input(text.SEARCH, key="case-search", help=text.SEARCH_HELP, width=520)
    for option in found_in_options(found, wanted or ""):
        ui.box(text.fits(option), "good")
    matching = search_barred(found, wanted or "")
    if not matching:
        ui.empty("", text.NONE_FOUND)
        return
    _barred(matching, "case-barred-page", text.BARRED_CAPTION)


def _barred(rows: Sequence[Barred], key: str, caption: str) -> None:
    titles = text.BARRED_COLUMNS
    positions = ui.page_of(rows, key, PAGE_ROWS)
    ui.table(
        (titles[0], ui.Column(titles[1], long=True)),
        [(_place(one), _findings(one)) for one in (rows[k] for k in positions)],
        caption,
    )
    ui.pager(rows, key, PAGE_ROWS)


def _place(one: Barred) -> ui.Html:
    below = f"{common.capital(common.kind(one.placement_type))}, {one.distance}"
    return ui.Html(f'<div class="sb-place">{parts.stacked(one.name, below)}</div>')


def _findings(one: Barred) -> ui.Html:
    if one.near_miss:
        mark = ui.mark("held", text.ONE_RULE)
        return ui.Html(f"<strong>{mark}.</strong> {ui.safe(one.findings[0].sentence)}")
    items = "".join(f"<li>{ui.safe(finding.sentence)}</li>" for finding in one.findings)
    return ui.Html(f'<ul class="sb-list">{items}</ul>')


show()
