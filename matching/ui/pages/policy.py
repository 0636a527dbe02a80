"""The page Policy: the rules in force in words, who may waive them, and the clocks."""

from __future__ import annotations

import streamlit as st

from matching.domain.rulebook import Kind
from matching.services.policy_views import PolicyView, RuleLine, policy_view
from matching.ui import components as ui
from matching.ui import session
from matching.ui.text import common
from matching.ui.text import policy as text
from matching.ui.text import shell as words


def show() -> None:
    """Draw the page."""
    at = session.desk()
    view = policy_view(at)
    ui.head(words.PAGES["policy"], text.sentence(view), ui.as_of(at, at.clock()))
    ui.section(text.ORDER)
    items = "".join(f"<li>{ui.safe(one)}</li>" for one in text.order(view))
    ui.html(f'<ul class="sb-list">{items}</ul>')
    for kind in Kind:
        _kind(view, kind)
    _preferences(view)
    _clocks(view)
    _off(view)
    _version(view)


def _kind(view: PolicyView, kind: Kind) -> None:
    rules = view.of_kind(kind)
    if not rules:
        return
    title, note = text.KINDS[kind]
    waived = any(one.waiver_role is not None for one in rules)
    columns = [one for one in text.COLUMNS if waived or one != text.WAIVER]
    ui.section(f"{title}: {common.count(len(rules), 'rule')}", f"{note} {text.ASKED}".strip())
    ui.table(
        (columns[0], *(ui.Column(one, long=True) for one in columns[1:])),
        [_cells(one, waived=waived) for one in rules],
        text.CAPTION,
    )


def _cells(one: RuleLine, *, waived: bool) -> tuple[object, ...]:
    return (
        one.title,
        " ".join(p for p in (one.meaning, text.UNKNOWN[one.on_unknown]) if p),
        _settings(one.settings),
        *((text.waived_by(one.waiver_role),) if waived else ()),
        " ".join(p for p in (one.citation or text.OFFICE, text.effect(one)) if p),
    )


def _settings(settings: tuple[tuple[str, str], ...]) -> ui.Html | str:
    if not settings:
        return ""
    items = "".join(
        f"<li>{ui.safe(common.capital(what))}: {ui.safe(value)}</li>"
        for what, value in settings
    )
    return ui.Html(f'<ul class="sb-list">{items}</ul>')


def _preferences(view: PolicyView) -> None:
    ui.section(text.PREFERENCES, text.PREFERENCES_NOTE)
    first, what, weight = text.PREFERENCE_COLUMNS
    ui.table(
        (first, ui.Column(what, long=True), ui.Column(weight, number=True)),
        [(one.title, one.meaning, f"{one.weight:,}") for one in view.preferences],
        text.PREFERENCE_CAPTION,
    )


def _clocks(view: PolicyView) -> None:
    ui.section(text.CLOCKS, text.CLOCKS_NOTE)
    first, long, source = text.CLOCK_COLUMNS
    ui.table(
        (first, long, ui.Column(source, long=True)),
        [
            (text.CLOCK_NAMES[one.name], text.length(one), one.citation or text.OFFICE)
            for one in view.clocks
        ],
        text.CLOCK_CAPTION,
    )


def _off(view: PolicyView) -> None:
    if not view.off:
        return
    ui.section(text.OFF, text.OFF_NOTE)
    with st.expander(common.count(len(view.off), "rule")):
        first, what, why = text.OFF_COLUMNS
        ui.table(
            (first, ui.Column(what, long=True), ui.Column(why, long=True)),
            [(one.title, one.meaning, _why_off(one)) for one in view.off],
            text.OFF_CAPTION,
        )


def _why_off(one: RuleLine) -> str:
    return text.effect(one) or text.SWITCHED_OFF


def _version(view: PolicyView) -> None:
    ui.section(text.VERSION)
    ui.facts(
        [
            (text.NAME, view.name),
            (text.STATE, view.jurisdiction),
            (text.VERSION_OF, view.version),
            (text.FINGERPRINT, view.fingerprint[:16]),
            (text.UNKNOWN_BEDS, f"{view.unknown_vacancy_beds:,}"),
        ]
    )


show()
