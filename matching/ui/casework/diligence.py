"""The papers of a case, and the search kept before somebody acts on a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

import streamlit as st

from matching.domain.access import Action, allows
from matching.services import diligence_exports as exports
from matching.services.desk import Desk
from matching.services.diligence import keep_search
from matching.services.diligence_exports import HTML, XLSX, PaperForm
from matching.services.exports import Export
from matching.services.matching import SavedRun
from matching.services.smallest import SmallChanges
from matching.services.wish_words import MARKS
from matching.services.wishes import wishes_of
from matching.ui import components as ui
from matching.ui import navigation, session, work
from matching.ui.text import diligence as text

#: How each answer to a wish is marked.
_MEANINGS = {True: "placed", False: "without", None: "unknown"}


def keep(at: Desk, cases: Iterable[str], run_id: int) -> None:
    """Keep who was considered for some cases in a plan that is acted on.

    Parameters
    ----------
    at : Desk
    cases : iterable of str
    run_id : int
        Number of the plan; nothing is kept of one that this session does not show.
    """
    saved = session.current_run(at)
    if saved is None or saved.number != run_id:
        return
    for case in cases:
        if case in saved.run.problem.referral_ids:
            keep_search(at, saved, case)


def button(at: Desk, case: str) -> None:
    """Draw the papers of a case behind one button: record, wishes, provider's copy, sharing.

    Parameters
    ----------
    at : Desk
    case : str
    """
    if not allows(at.actor.role, Action.EXPORT_CASE):
        return
    saved = _plan_of(at, case)
    with st.popover(text.PAPERS, help=text.PAPERS_HELP, width="content"):
        ui.note(text.PAPERS_NOTE)
        made = partial(_record, at, case, saved, PaperForm.PRINT)
        _download("record", text.RECORD, made, HTML, text.RECORD_HELP)
        book = partial(_record, at, case, saved, PaperForm.WORKBOOK)
        _download("workbook", text.WORKBOOK, book, XLSX)
        own = partial(exports.export_wishes, at, case, saved)
        _download("wishes", text.WISHES, own, HTML, text.WISHES_HELP)
        if saved is not None:
            _copy(at, case, saved)
        if allows(at.actor.role, Action.SHARE_CASE):
            st.button(text.SHARE, key="papers-share", on_click=_share, args=(case,))


def _plan_of(at: Desk, case: str) -> SavedRun | None:
    """Return the plan shown, if the case is part of it."""
    found = session.current_run(at)
    return found if found and case in found.run.problem.referral_ids else None


def _share(case: str) -> None:
    st.session_state["sharing-case"] = case
    st.session_state["sharing-part"] = "ask"
    navigation.go_next("sharing")


def _download(
    name: str, label: str, made: Callable[[], Export], mime: str, help_text: str = ""
) -> None:
    def content() -> bytes:
        return made().content

    st.download_button(
        label,
        content,
        file_name=text.FILES[name],
        mime=mime,
        key=f"papers-{name}",
        help=help_text or None,
        on_click="ignore",
    )


def _record(at: Desk, case: str, saved: SavedRun | None, form: PaperForm) -> Export:
    return exports.export_record(at, case, form, saved, _changes(saved, case))


def _changes(saved: SavedRun | None, case: str) -> SmallChanges | None:
    """Return what would help, if somebody looked for it in this session."""
    if saved is None:
        return None
    job = work.kept("smallest", (saved.number, case))
    if job is None or job.running:
        return None
    found = job.result()
    return found if isinstance(found, SmallChanges) else None


def _copy(at: Desk, case: str, saved: SavedRun) -> None:
    """Draw the choice of a provider, and the copy for it."""

    def fitting() -> dict[str, str]:
        found: dict[str, str] = {}
        for option in saved.run.case(case).options:
            found.setdefault(option.provider_id, option.name)
        return found

    names = session.shared(at, "fitting", _about(at, case, saved), fitting)
    if not names:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            text.COPY_FOR,
            list(names),
            index=None,
            format_func=lambda one: names[one],
            placeholder=text.COPY_ANY,
            key=f"papers-provider-{case}",
            help=text.COPY_HELP,
            width=520,
        )
        if chosen is not None:
            made = partial(exports.export_provider_copy, at, case, chosen, saved)
            _download("copy", text.COPY, made, HTML)


def _about(at: Desk, case: str, saved: SavedRun | None) -> tuple[object, ...]:
    """Return what the papers of a case depend on."""
    plan = None if saved is None else saved.number
    return (case, plan, session.moment(at), f"{at.local(at.clock()):%Y%m%d}")


def wishes(at: Desk, case: str) -> None:
    """Draw the young person's wishes as their own sheet says them.

    Parameters
    ----------
    at : Desk
    case : str
    """
    saved = _plan_of(at, case)
    about = _about(at, case, saved)
    found = session.shared(at, "wishes", about, lambda: wishes_of(at, case, saved))
    ui.section(text.WISHES_TITLE, f"{found.place} {text.wishes_sentence(found)}")
    if found.lines:
        ui.table(
            (
                text.WISH_COLUMNS[0],
                text.WISH_COLUMNS[1],
                ui.Column(text.WISH_COLUMNS[2], long=True),
            ),
            [
                (one.asked, ui.mark(_MEANINGS[one.met], MARKS[one.met]), one.answer)
                for one in found.lines
            ],
            text.WISH_CAPTION,
        )
    pairs = [
        (title, ", ".join(some))
        for title, some in ((text.NO_WISH, found.no_wish), (text.NOT_ASKED, found.not_asked))
        if some
    ]
    if pairs:
        ui.facts(pairs)
