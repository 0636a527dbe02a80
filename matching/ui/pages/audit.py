"""The page Audit: what was done, by whom and when, and whether the log is whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

import streamlit as st

from matching.domain.access import Action
from matching.services.audit import (
    AuditForm,
    AuditPage,
    Filters,
    Verified,
    audit_page,
    export_audit,
    verify,
)
from matching.services.desk import Desk
from matching.ui import components as ui
from matching.ui import session
from matching.ui.text import audit as text

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PAGE_KEY = "audit-page"


def show() -> None:
    """Draw the page."""
    at = session.desk()
    at.require(Action.SEE_AUDIT)
    everything = audit_page(at)
    minute = f"{at.clock():%Y%m%d%H%M}"
    checked = session.once(at, "audit-check", (everything.total, minute), partial(verify, at))
    ui.head(
        text.PAGE,
        text.sentence(everything.total, checked.holds),
        ui.as_of(at, everything.as_of),
    )
    _check(checked)
    if everything.total == 0:
        ui.empty("", text.EMPTY)
        return
    wanted = _filters(everything)
    found = _asked(at, wanted)
    ui.section(text.LIST, text.shown(found.total, everything.total))
    if not found.lines:
        ui.empty("", text.NONE)
        return
    ui.table(
        (text.COLUMNS[0], ui.Column(text.COLUMNS[1], long=True)),
        [(one.seq, one.sentence) for one in found.lines],
        text.LIST,
    )
    if found.pages > 1:
        st.pagination(found.pages, key=_PAGE_KEY)
    _exports(at, wanted)


def _asked(at: Desk, wanted: Filters) -> AuditPage:
    """Return the page of events that was asked for; other filters begin at the first."""
    if st.session_state.get("audit-wanted") != wanted:
        st.session_state["audit-wanted"] = wanted
        st.session_state.pop(_PAGE_KEY, None)
    return audit_page(at, wanted, int(st.session_state.get(_PAGE_KEY) or 1))


def _check(checked: Verified) -> None:
    """Say what the check of the chain came to, and what to note."""
    ui.section(text.CHECK, text.CHECK_NOTE)
    if checked.holds:
        ui.box(checked.sentence, "good", text.HOLDS_LABEL)
    else:
        ui.box(" ".join((checked.sentence, *checked.problems)), "bad", text.BROKEN_LABEL)
    ui.facts([(text.HEAD_LABEL, text.head(checked))])


def _filters(everything: AuditPage) -> Filters:
    with st.expander(text.FILTERS):
        first, second, third = st.columns(3)
        with first:
            actor = _one_of(text.ACTOR, everything.actors, "audit-actor", str)
            since = st.date_input(text.FIRST, None, key="audit-first", format="YYYY-MM-DD")
        with second:
            action = _one_of(text.ACTION, everything.actions, "audit-action", text.kind)
            last = st.date_input(text.LAST, None, key="audit-last", format="YYYY-MM-DD")
        with third:
            kind = _one_of(text.KIND, everything.kinds, "audit-kind", text.kind)
            code = st.text_input(
                text.OBJECT, key="audit-object", max_chars=80, help=text.OBJECT_HELP
            )
    return Filters(
        actor=actor,
        action=action,
        object_kind=kind,
        object_id=code.strip() or None,
        first=since if isinstance(since, date) else None,
        last=last if isinstance(last, date) else None,
    )


def _one_of(
    label: str, values: tuple[str, ...], key: str, words: Callable[[str], str]
) -> str | None:
    chosen: str | None = st.selectbox(
        label, values, index=None, key=key, placeholder=text.ANY, format_func=words
    )
    return chosen


def _exports(at: Desk, wanted: Filters) -> None:
    ui.note(text.EXPORT_NOTE)
    with st.container(horizontal=True):
        for form, label, mime in (
            (AuditForm.XLSX, text.XLSX, _XLSX),
            (AuditForm.CSV, text.CSV, "text/csv"),
        ):
            st.download_button(
                label,
                partial(export_audit, at, form, wanted),
                file_name=f"audit.{form.value}",
                mime=mime,
                key=f"audit-{form.value}",
                on_click="ignore",
            )


show()
