"""The list of beds for partner agencies."""

from __future__ import annotations

from functools import partial

import streamlit as st

from matching.services.desk import Desk
from matching.services.diligence_exports import HTML, XLSX, PaperForm
from matching.services.shared_beds import bed_list, export_beds
from matching.ui import components as ui
from matching.ui import session
from matching.ui.text import common
from matching.ui.text import sharing as text


def draw(at: Desk) -> None:
    """Draw the beds usable tonight, and the list to hand out."""
    minute = at.clock().strftime("%Y-%m-%d %H:%M")
    about = (at.store.data_version(), minute, session.scope(at))
    found = session.once(at, "sharing-beds", about, lambda: bed_list(at))
    ui.section(text.beds_sentence(found), ui.as_of(at, found.as_of, text.BED_NOTE))
    if not found.lines:
        ui.empty("", text.NO_BEDS)
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        partner = st.text_input(
            text.BED_PARTNER,
            key="beds-partner",
            help=text.PARTNER_HELP,
            max_chars=80,
            width=320,
        )
        if partner and partner.strip():
            for form, label, mime in (
                (PaperForm.WORKBOOK, text.BED_WORKBOOK, XLSX),
                (PaperForm.PRINT, text.BED_PAPER, HTML),
            ):
                st.download_button(
                    label,
                    partial(_content, at, partner, form),
                    file_name=f"beds.{form.value}",
                    mime=mime,
                    key=f"beds-{form.value}",
                    on_click="ignore",
                )
    columns = text.BED_COLUMNS
    numbers = {2, 3}
    ui.table(
        [ui.Column(title, number=k in numbers) for k, title in enumerate(columns)],
        [
            (
                common.capital(one.kind),
                one.place,
                f"{one.beds:,}",
                text.FEW if one.providers is None else f"{one.providers:,}",
                one.news,
            )
            for one in found.lines
        ],
        text.BED_CAPTION,
    )


def _content(at: Desk, partner: str, form: PaperForm) -> bytes:
    return export_beds(at, partner, form).content
