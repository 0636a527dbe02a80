"""The sixth step: what would change on the record, and saving it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from matching.domain.errors import ConflictError, MatchingError
from matching.intake.draft import Draft
from matching.services import sheets
from matching.services import upload_lists as the
from matching.services import upload_steps as all_steps
from matching.services.desk import Desk
from matching.services.upload_commit import (
    SHRINK_WORDS,
    HowRead,
    Override,
    ShrinkReason,
    commit,
)
from matching.services.upload_compare import compare
from matching.services.upload_comparison import Comparison
from matching.services.upload_lists import LooserGroup
from matching.services.upload_people import Shrunk
from matching.services.upload_records import Where
from matching.services.upload_steps import Step
from matching.ui import components as ui
from matching.ui.text import common
from matching.ui.text import uploading as text
from matching.ui.uploading import affected, answer, frame, state

_COMPARED, _SAID = "upload-compared", "upload-moved"
_KEEP, _CLOSING = "upload-keep", "upload-closing"
_PAGE, _LOOK, _NAMES = 15, 8, 40


@dataclass(frozen=True, slots=True)
class _Answers:
    """What somebody answered about safety and the people living there."""

    confirmed: frozenset[Where]
    overrides: dict[Where, Override]
    open: int


def draw(at: Desk, draft: Draft) -> None:
    """Draw the difference to the record, what needs a second look, and the way to save."""
    if draft.upload is None:
        return
    counts = draft.upload.counts
    comparison = _compared(at, draft)
    frame.head(
        draft,
        Step.CHANGES,
        text.changes_sentence(counts.loaded, comparison.nothing),
        " ".join([*comparison.sentences, text.aside(counts.set_aside)]).strip(),
    )
    moved = st.session_state.pop(_SAID, None)
    if moved:
        ui.box(moved, "bad", text.MOVED)
    top = st.container(key="upload-save-bar")
    _counts(comparison)
    affected.draw(at, comparison, _about(at))
    answers = _second_look(at, comparison)
    _changed(at, comparison)
    _new(comparison)
    _gone(comparison)
    _kept(comparison)
    _preview(at, draft)
    with top:
        _ways(at, draft, comparison, answers)
    frame.decided(draft)


def _compared(at: Desk, draft: Draft) -> Comparison:
    """Return the difference, worked out anew when the record or an answer moved."""
    about = _about(at)
    _, keep, closing, _ = about
    kept = st.session_state.get(_COMPARED)
    if isinstance(kept, tuple) and kept[0] == about and isinstance(kept[1], Comparison):
        return kept[1]
    if draft.upload is None:
        raise TypeError("a file that cannot be read is not compared")
    with st.spinner(text.COMPARING):
        found = compare(at, draft.upload, closing=closing, keep=keep)
    st.session_state[_COMPARED] = (about, found)
    return found


def _about(at: Desk) -> tuple[object, frozenset[Where], frozenset[str], int]:
    """Return what the difference depends on."""
    closing = frozenset(st.session_state.get(_CLOSING) or ())
    return state.current(), _kept_back(), closing, at.store.data_version()


def _kept_back() -> frozenset[Where]:
    found = st.session_state.get(_KEEP)
    return found if isinstance(found, frozenset) else frozenset()


def _keep(wheres: frozenset[Where]) -> None:
    st.session_state[_KEEP] = _kept_back() | wheres


def _keep_none() -> None:
    st.session_state.pop(_KEEP, None)


# --- what needs a second look ---------------------------------------------------------


def _second_look(at: Desk, comparison: Comparison) -> _Answers:
    confirmed: set[Where] = set()
    overrides: dict[Where, Override] = {}
    waiting = 0
    groups = the.looser_groups(at, comparison.loosening)
    if groups:
        ui.section(text.LOOSER, text.looser(sum(len(one.lines) for one in groups)))
        _keep_all([one.wheres for one in groups], "looser")
    for group in groups:
        if _looser(group):
            confirmed |= group.wheres
        else:
            waiting += 1
    if comparison.shrunk:
        ui.section(text.SHRUNK, text.SHRUNK_SENTENCE)
        _keep_all([frozenset({one.where}) for one in comparison.shrunk], "shrunk")
    for one in comparison.shrunk:
        given = _shrunk(one)
        if given is None:
            waiting += 1
        else:
            overrides[one.where] = given
    if _kept_back():
        ui.note(text.kept_back(len(_kept_back())))
        st.button(text.KEEP_NONE, key="upload-keep-none", on_click=_keep_none)
    return _Answers(frozenset(confirmed), overrides, waiting)


def _keep_all(several: list[frozenset[Where]], name: str) -> None:
    """Offer to keep all of a list as it is on record, where it has several entries."""
    if len(several) > 1:
        st.button(
            text.keep_all(len(several)),
            key=f"upload-keep-all-{name}",
            on_click=_keep,
            args=(frozenset().union(*several),),
        )


def _looser(group: LooserGroup) -> bool:
    with st.container(key=f"option-looser-{group.ident}"):
        ui.html(
            f'<h3 class="sb-option">{ui.safe(common.capital(group.label))} '
            f'<span class="sb-soft">{ui.safe(common.count(len(group.lines), "change"))}</span>'
            f"</h3><p>{ui.safe(group.why)}</p>"
        )
        _lines(group.lines, f"upload-looser-{group.ident}", _LOOK, with_label=False)
        with st.container(horizontal=True, vertical_alignment="center"):
            ticked = st.checkbox(
                text.looked(len(group.lines), group.label), key=f"upload-ok-{group.ident}"
            )
            st.button(
                text.KEEP_RECORD,
                key=f"upload-keep-{group.ident}",
                type="tertiary",
                on_click=_keep,
                args=(group.wheres,),
            )
    return ticked


def _shrunk(one: Shrunk) -> Override | None:
    name = answer.key_of(one.where)
    with st.container(key=f"option-shrunk-{name}"):
        ui.html(f"<p>{ui.safe(one.sentence)}</p>")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            who = st.text_input(text.WHO, key=f"upload-who-{name}", width=260)
            why = st.selectbox(
                text.WHY, list(ShrinkReason), index=None, format_func=_reason,
                key=f"upload-reason-{name}", placeholder=text.CHOOSE_REASON, width=340,
            )  # fmt: skip
            st.button(
                text.KEEP_RECORD,
                key=f"upload-keep-{name}",
                type="tertiary",
                on_click=_keep,
                args=(frozenset({one.where}),),
            )
    return Override(who.strip(), why) if who.strip() and why is not None else None


def _reason(reason: ShrinkReason) -> str:
    return common.capital(SHRINK_WORDS[reason])


# --- the lists ------------------------------------------------------------------------


def _counts(comparison: Comparison) -> None:
    nouns = ("provider", "bed_pool") if comparison.kind == "providers" else ("referral",)
    ui.table(
        [
            text.CHANGE_COLUMNS[0],
            *(ui.Column(one, number=True) for one in text.CHANGE_COLUMNS[1:]),
        ],
        [
            (
                text.RECORDS[noun],
                *(f"{comparison.count(what, noun):,}" for what in text.CHANGE_KINDS),
            )
            for noun in nouns
        ],
        text.CHANGES,
    )


def _lines(
    lines: tuple[the.ChangeLine, ...], key: str, size: int = _PAGE, *, with_label: bool = True
) -> None:
    name, fact, before, after = text.LINE_COLUMNS
    columns: list[ui.Column | str] = [name, *([fact] if with_label else []), before, after]
    ui.table(
        columns,
        [
            (
                line.name,
                *([common.capital(line.label)] if with_label else []),
                line.before or ui.soft(common.UNKNOWN),
                line.after or ui.soft(common.UNKNOWN),
            )
            for line in (lines[k] for k in ui.page_of(lines, key, size))
        ],
        text.LINES,
    )
    ui.pager(lines, key, size)


def _changed(at: Desk, comparison: Comparison) -> None:
    lines = the.change_lines(at, (*comparison.changed, *comparison.closed))
    if lines:
        ui.section(text.CHANGED, text.changed(len(lines), len(comparison.changed)))
        _lines(lines, "upload-changed")


def _new(comparison: Comparison) -> None:
    names = the.new_names(comparison)
    if not names:
        return
    with st.expander(text.new(len(names)), key="upload-new"):
        ui.html(ui.chips(names[:_NAMES]))
        if len(names) > _NAMES:
            ui.note(text.AND_MORE.format(more=f"{len(names) - _NAMES:,}"))


def _gone(comparison: Comparison) -> None:
    """Draw what the file does not name; providers can be closed by choosing them."""
    gone = the.gone_records(comparison)
    if not gone:
        return
    ui.section(text.GONE, text.gone(len(gone), comparison.kind))
    names = {one.key[0]: one.name for one in gone}
    if comparison.kind == "providers":
        with st.container(key="narrow-upload-closing"):
            st.session_state[_CLOSING] = [one for one in comparison.closing if one in names]
            st.multiselect(
                text.CLOSE,
                list(names),
                format_func=names.__getitem__,
                key=_CLOSING,
                placeholder=text.CLOSE_NONE,
                help=text.CLOSE_HELP,
            )
    with st.expander(text.gone_list(len(gone)), key="upload-gone"):
        shown = list(names.values())
        ui.html(ui.chips(shown[:_NAMES]))
        if len(shown) > _NAMES:
            ui.note(text.AND_MORE.format(more=f"{len(shown) - _NAMES:,}"))


def _kept(comparison: Comparison) -> None:
    if not comparison.kept:
        return
    with st.expander(text.kept_facts(len(comparison.kept)), key="upload-kept"):
        what, number = text.KEPT_COLUMNS
        ui.table(
            [what, ui.Column(number, number=True)],
            [(common.capital(one.label), f"{one.records:,}") for one in comparison.kept],
            text.KEPT_FACTS,
        )


def _preview(at: Desk, draft: Draft) -> None:
    """Draw the first rows as they will stand on the record."""
    if draft.upload is None:
        return
    shown = sheets.preview(draft.upload)
    if shown.rows:
        with st.expander(text.PREVIEW, key="upload-preview"):
            ui.table(
                [common.capital(title) for title in shown.titles],
                [[_value(at, value) for value in row] for row in shown.rows],
                text.PREVIEW,
            )


def _value(at: Desk, value: object) -> object:
    said = the.plain_words(at, value)
    return said or ui.soft(common.UNKNOWN)


# --- saving ---------------------------------------------------------------------------


def _ways(at: Desk, draft: Draft, comparison: Comparison, answers: _Answers) -> None:
    before = all_steps.step_before(draft, Step.CHANGES)
    loaded = 0 if draft.upload is None else draft.upload.counts.loaded
    if answers.open:
        ui.box(text.still_open(answers.open), "warn")
    with st.container(horizontal=True):
        if loaded and st.button(
            text.save(loaded), type="primary", key="save", disabled=bool(answers.open)
        ):
            _save(at, draft, comparison, answers)
        if before is not None:
            st.button(text.BACK, key="upload-back", on_click=state.go, args=(before,))
        st.button(text.ANOTHER, key="upload-another", type="tertiary", on_click=_again)


def _again() -> None:
    affected.forget()
    state.again()


def _save(at: Desk, draft: Draft, comparison: Comparison, answers: _Answers) -> None:
    found, place = state.current(), state.place_for_saved()
    try:
        with st.spinner(text.SAVING), place.alone:
            if not place:  # else the run before this one, cut short, has saved it
                saved = commit(
                    at,
                    comparison,
                    confirmed_loosening=answers.confirmed,
                    overrides=answers.overrides,
                    closing=comparison.closing,
                    read=HowRead(
                        draft.lasting,
                        "" if draft.grid is None else draft.columns_fingerprint,
                        "" if found is None else found.sender or "",
                    ),
                )
                place.append(saved)
    except ConflictError as error:
        # The difference is worked out anew and shown with the reason.
        st.session_state.pop(_COMPARED, None)
        st.session_state[_SAID] = error.sentence()
        st.rerun()
    except MatchingError as error:
        ui.error(error)
        return
    affected.forget()
    st.rerun()
