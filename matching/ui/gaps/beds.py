"""Supply as it is: the waterfall of beds."""

from __future__ import annotations

import streamlit as st

from matching.insight.levels import LEVEL_WORDS, LOSS_WORDS, Level, level_text
from matching.insight.supply import Said, Step, Supply
from matching.services.desk import Desk
from matching.services.gap_views import SupplyView
from matching.ui import charts, parts
from matching.ui import components as ui
from matching.ui.text import common
from matching.ui.text import supply as text


def show(at: Desk, view: SupplyView) -> None:
    """Draw the beds of everything, or of one type and region."""
    found = view.supply
    first, second = st.columns(2, gap="small")
    kind = _choice(first, text.KIND, found.kinds, "gaps-supply-kind")
    region = _choice(second, text.REGION, found.regions, "gaps-supply-region")
    steps = found.waterfall(kind, region)
    moment = common.moment(view.moment, at.local(at.clock()).date())
    ui.section(text.title(steps), text.sentence(moment, steps))
    if any(step.beds for step in steps):
        parts.chart(charts.waterfall(_falls(steps)), text.ALT, "gaps-supply")
        with st.expander(text.TABLE):
            _steps(steps)
    ui.section(text.BY_KIND, text.at_least(_unsaid(found, region)))
    _kinds(found, region)


def _choice(
    column: st.delta_generator.DeltaGenerator, title: str, names: tuple[str, ...], key: str
) -> str | None:
    options = [text.EVERY, *names]
    if st.session_state.get(key) not in options:
        st.session_state[key] = text.EVERY
    chosen = column.selectbox(title, options, format_func=common.capital, key=key)
    return None if chosen == text.EVERY else chosen


def _falls(steps: tuple[Step, ...]) -> list[charts.Fall]:
    out = []
    before = 0
    for step in steps:
        top = before
        for loss, number in step.lost:
            top -= number
            words = LOSS_WORDS[loss]
            out.append(charts.Fall(words, top, number, f"−{number:,}", "without", level=False))
        if step.entered and before:
            words = text.ENTERED.format(level=LEVEL_WORDS[step.level])
            number = step.entered
            out.append(charts.Fall(words, top, number, f"+{number:,}", "unknown", level=False))
        out.append(
            charts.Fall(
                LEVEL_WORDS[step.level],
                0,
                step.beds,
                level_text(step.beds, step.followed),
                "placed",
                level=True,
            )
        )
        before = step.beds
    return out


def _steps(steps: tuple[Step, ...]) -> None:
    ui.table(
        (text.STEP_COLUMNS[0], ui.Column(text.STEP_COLUMNS[1], number=True)),
        [(common.capital(fall.words), fall.number) for fall in _falls(steps)],
        text.STEPS_CAPTION,
    )


def _kinds(found: Supply, region: str | None) -> None:
    levels = found.levels
    incomplete = found.incomplete_of(region=region)

    def line(name: str, kind: str | None) -> tuple[str, ...]:
        numbers = [_cell(found.said(level, kind, region)) for level in levels]
        more = [f"{found.incomplete_of(kind, region):,}"] if incomplete else []
        return (name, f"{found.providers_of(kind, region):,}", *numbers, *more)

    kinds = [kind for kind in found.kinds if found.providers_of(kind, region)]
    ui.table(
        (
            text.KIND,
            ui.Column(text.PROVIDERS, number=True),
            *(ui.Column(_short(level), number=True) for level in levels),
            *([ui.Column(text.UNSAID, number=True)] if incomplete else []),
        ),
        [line(common.capital(kind), kind) for kind in kinds],
        text.BY_KIND_CAPTION,
        total=line(text.EVERY, None),
    )


def _cell(said: Said) -> str:
    """Return a number of beds as the page Board does: "15+", or that nobody has said."""
    if said.unsaid_pools and not said.beds:
        return text.NOT_SAID
    return f"{said.beds:,}" + ("+" if said.unsaid_pools else "")


def _unsaid(found: Supply, region: str | None) -> dict[Level, int]:
    """Return how many bed pools have not said how many beds reach a level, by level."""
    counts = {level: found.said(level, region=region).unsaid_pools for level in found.levels}
    return {level: pools for level, pools in counts.items() if pools}


def _short(level: Level) -> str:
    return "Of use" if level is Level.OF_USE else LEVEL_WORDS[level]
