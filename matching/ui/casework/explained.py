"""Why this place, and why not the rest: the parts of the page Case that explain a plan."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from matching.domain.rulebook import Kind as RuleKind
from matching.insight.asking import distinct
from matching.insight.explain import Barred, CaseExplanation, Option
from matching.insight.funnel import Step
from matching.services.case_views import fallen, found_in_options, is_taken_step, search_barred
from matching.ui import charts, parts
from matching.ui import components as ui
from matching.ui.text import case as text
from matching.ui.text import common, people

PAGE_ROWS = 25


def proposal(found: CaseExplanation, proposal: Option) -> None:
    """Draw what must be asked, the rules that the place meets, and its points."""
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


def why_not(found: CaseExplanation) -> None:
    """Draw the funnel, its steps, and every provider that is no option."""
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
