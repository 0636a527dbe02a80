"""Requests to partner agencies: where each stands, and handing an open one out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from matching.domain.sharing import PartnerAnswer
from matching.services import sharing
from matching.services.desk import Desk
from matching.services.diligence_exports import HTML, XLSX, PaperForm
from matching.services.sharing import ShareLine, Standing
from matching.ui import components as ui
from matching.ui.text import sharing as text

PAGE_ROWS = 25


def lines(at: Desk) -> tuple[ShareLine, ...]:
    """Return all requests of the office."""
    return sharing.requests(at)


def draw(at: Desk, found: Sequence[ShareLine]) -> None:
    """Draw the list of requests, and the files of an open one."""
    if not found:
        ui.empty(text.NOTHING_TITLE, text.NOTHING)
        return
    _to_add(found)
    _hand_out(at, [one for one in found if one.standing is Standing.OPEN])
    wanted = st.segmented_control(
        text.SHOW,
        [None, *Standing],
        format_func=lambda one: text.SHOW_ALL if one is None else text.STANDINGS[one],
        default=None,
        key="sharing-standing",
    )
    some = [one for one in found if wanted in (None, one.standing)]
    if not some:
        ui.empty("", text.NONE_SUCH)
        return
    columns = text.REQUEST_COLUMNS
    ui.table(
        (*columns[:3], ui.Column(columns[3], long=True)),
        [_row(some[k]) for k in ui.page_of(some, "sharing-page", PAGE_ROWS)],
        text.REQUEST_CAPTION,
    )
    ui.pager(some, "sharing-page", PAGE_ROWS)


def _row(one: ShareLine) -> tuple[object, ...]:
    mark = ui.mark(text.MARKS[one.standing], text.STANDINGS[one.standing])
    return (
        one.share.partner,
        one.share.referral_id or "",
        one.share.code,
        ui.Html(f"<strong>{mark}.</strong> {ui.safe(one.sentence)}"),
    )


def _to_add(found: Sequence[ShareLine]) -> None:
    """Name partners that offer a bed and are not on the record yet."""
    for one in found:
        offered = (one.share.answer or {}).get("answer") == PartnerAnswer.OFFERED
        if one.standing is Standing.ANSWERED and offered and not one.offer_made:
            ui.box(text.NEW_PARTNER.format(partner=one.share.partner), "warn")


def _hand_out(at: Desk, found: Sequence[ShareLine]) -> None:
    if not found:
        return
    by_id = {one.share.id: one.share for one in found}
    ui.section(text.HAND_OUT)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            text.WHICH,
            list(by_id),
            index=None,
            format_func=lambda one: f"{by_id[one].partner} · {by_id[one].code}",
            placeholder=text.WHICH_ANY,
            key="sharing-open",
            width=420,
        )
        if chosen is None:
            return
        for form, label, mime in (
            (PaperForm.WORKBOOK, text.AS_WORKBOOK, XLSX),
            (PaperForm.PRINT, text.AS_PAPER, HTML),
        ):
            st.download_button(
                label,
                partial(_content, at, int(chosen), form),
                file_name=f"request.{form.value}",
                mime=mime,
                key=f"sharing-{form.value}",
                on_click="ignore",
            )


def _content(at: Desk, share_id: int, form: PaperForm) -> bytes:
    return sharing.export_request(at, share_id, form).content
