"""Overrides and declines by provider, rule and preference, and what calls found."""

from __future__ import annotations

from matching.services.fairness_record import RecordView
from matching.ui import components as ui
from matching.ui.text import fairness_parts as text

PAGE_ROWS = 20


def show(view: RecordView) -> None:
    """Draw what stands out, and then everything."""
    if view.empty:
        ui.section(text.RECORD, text.RECORD_NOTE)
        ui.empty("", text.RECORD_EMPTY)
        return
    ui.section(text.record_sentence(view), text.RECORD_NOTE)
    if view.providers:
        _providers(view)
    if view.rules:
        _rules(view)
    if view.preferences:
        _preferences(view)
    if view.declines:
        _declines(view)
    if view.calls:
        _calls(view)
    if view.sites:
        _sites(view)


def _declines(view: RecordView) -> None:
    ui.part(text.DECLINES, text.DECLINES_NOTE)
    first, number, why = text.DECLINE_COLUMNS
    named = (first, ui.Column(number, number=True))
    shown = not view.protected
    ui.table(
        (*named, ui.Column(why, long=True)) if shown else named,
        [
            (
                one.name,
                one.declined.text,
                *([text.decline_reasons(one.reasons)] if shown else ()),
            )
            for one in view.declines
        ],
        text.DECLINES,
    )
    ui.table(
        (text.REASON_COLUMNS[0], ui.Column(text.REASON_COLUMNS[1], number=True)),
        [(text.decline_reason(code), cell.text) for code, cell in view.decline_reasons],
        text.DECLINE_REASONS,
    )


def _sites(view: RecordView) -> None:
    ui.part(text.SITES, text.SITES_NOTE)
    ui.table(
        _numbers(text.SITE_COLUMNS),
        [(one.name, f"{one.reported:,}", f"{one.cleared:,}") for one in view.sites],
        text.SITES,
    )


def _numbers(titles: tuple[str, ...]) -> tuple[ui.Column | str, ...]:
    return (titles[0], *(ui.Column(title, number=True) for title in titles[1:]))


def _providers(view: RecordView) -> None:
    ui.part(text.PROVIDERS, text.PROVIDERS_NOTE)
    standing_out = [text.provider_sentence(one) for one in view.providers if one.most]
    if len(standing_out) > 1:
        items = "".join(f"<li>{ui.safe(one)}</li>" for one in standing_out[1:])
        ui.html(f'<ul class="sb-list">{items}</ul>')
    shown = ui.page_of(view.providers, "fairness-providers", PAGE_ROWS)
    ui.table(
        _numbers(text.PROVIDER_COLUMNS),
        [
            (
                one.name,
                one.fit.text,
                one.declined.text,
                one.ruled_out.text,
                one.refused.text,
                one.declined_in_all.text,
                one.forced.text,
            )
            for one in (view.providers[k] for k in shown)
        ],
        text.PROVIDERS,
    )
    ui.pager(view.providers, "fairness-providers", PAGE_ROWS)


def _rules(view: RecordView) -> None:
    ui.part(text.RULES, text.RULES_NOTE)
    columns = _numbers(text.RULE_COLUMNS[:-1])
    shown = not view.protected
    ui.table(
        (*columns, ui.Column(text.RULE_COLUMNS[-1], long=True)) if shown else columns,
        [
            (
                one.title,
                one.waived.text,
                one.alone.text,
                one.waived_alone.text,
                *([text.reasons(one)] if shown else ()),
            )
            for one in view.rules
        ],
        text.RULES,
    )


def _preferences(view: RecordView) -> None:
    ui.part(text.PREFERENCES, text.PREFERENCES_NOTE)
    ui.table(
        _numbers(text.PREFERENCE_COLUMNS),
        [(one.title, one.against.text, one.choices.text) for one in view.preferences],
        text.PREFERENCES,
    )


def _calls(view: RecordView) -> None:
    ui.part(text.CALLS, f"{text.call_sentence(view.calls)} {text.CALLS_NOTE}")
    ui.table(
        _numbers(text.CALL_COLUMNS),
        [
            (one.name, f"{one.answers:,}", f"{one.fewer:,}", f"{one.more:,}")
            for one in view.calls
        ],
        text.CALLS,
    )
