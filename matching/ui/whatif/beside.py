"""Today and scenarios side by side: the finding, a chart, its tables, and who is affected."""

from __future__ import annotations

import streamlit as st

from matching.domain.rulebook import Stage
from matching.insight.gaps import STAGE_WORDS
from matching.services.scenario_lines import Entry, Line, Part
from matching.services.scenario_views import Column, Comparison
from matching.ui import charts, parts
from matching.ui import components as ui
from matching.ui.text import whatif as text

#: Parts that everybody sees at once; the others open.
_FIRST = (Part.PEOPLE, Part.CHANGES, Part.SUPPLY)


def show(found: Comparison) -> None:
    """Draw the comparison."""
    if len(found.columns) > 1:
        ui.section(text.beside_title(found), text.BESIDE_SENTENCE)
    else:
        ui.section(text.BESIDE, text.BESIDE_SENTENCE)
    if found.protected:
        ui.box(text.PROTECTED, label=text.PROTECTED_LABEL)
    _chart(found)
    _table(found, _FIRST)
    with st.expander(text.PROTECTED_TABLES if found.protected else text.MORE_TABLES):
        _table(found, (Part.STAGES, Part.PRIORITY, Part.DISTANCE))
    for column in found.columns[1:]:
        _scenario(column, protected=found.protected)


def _chart(found: Comparison) -> None:
    """Draw people without a place by stage; exact numbers only, bands are no bars."""
    names: list[str] = []
    counts: dict[tuple[str, Stage], int] = {}
    for column in found.columns:
        if column.by_stage is None:
            return
        name = column.name or text.TODAY
        names.append(name)
        counts |= {(name, stage): number for stage, number in column.by_stage.items()}
    if any(counts.values()):
        parts.chart(
            charts.stacked_stages(names, counts, STAGE_WORDS), text.BESIDE_ALT, "whatif-stages"
        )


def _table(found: Comparison, shown: tuple[Part, ...]) -> None:
    heads = [text.TODAY, *(column.name for column in found.columns[1:])]
    for part in shown:
        lines = found.of(part)
        if not lines or (part is Part.CHANGES and len(found.columns) == 1):
            continue
        ui.part(text.PARTS[part])
        ui.table(
            (text.COUNTED, *(ui.Column(head, number=True) for head in heads)),
            [_row(line) for line in lines],
            f"{text.PARTS[part]}: {text.TABLE_CAPTION}",
        )


def _row(line: Line) -> tuple[object, ...]:
    return line.label, *(_entry(one) for one in line.entries)


def _entry(one: Entry) -> object:
    if not one.change:
        return one.text
    return ui.Html(f"<span>{ui.safe(one.text)} {ui.soft(f'({one.change})')}</span>")


def _scenario(column: Column, *, protected: bool) -> None:
    ui.part(text.steps_title(column))
    items = "".join(f"<li>{ui.safe(line)}</li>" for line in column.lines)
    ui.html(f'<ul class="sb-list">{items}</ul>')
    if column.invented:
        ui.note(text.INVENTED.format(people=f"{column.invented:,}"))
    if column.unproven:
        ui.box(text.UNPROVEN, "warn")
    for name, number in column.residents:
        known = number != "not known"
        said = text.LIVING if known else text.LIVING_UNKNOWN
        ui.note(said.format(name=name, number=number))
    if column.dropped != "0":
        ui.note(text.DROPPED.format(number=column.dropped))
        for one in column.dropped_told:
            ui.note(text.DROPPED_ONE.format(case=one.case, place=one.before))
    if not protected:
        _who(column)


def _who(column: Column) -> None:
    if not column.told:
        ui.note(text.NOBODY)
        return
    with st.expander(text.WHO):
        items = "".join(
            f"<li>{ui.safe(text.told(one.case, one.before, one.after))}</li>"
            for one in column.told
        )
        ui.html(f'<ul class="sb-list">{items}</ul>')
        if column.more_told:
            ui.note(text.TOLD_MORE.format(number=f"{len(column.told):,}"))
