"""What surrounds every step: the steps themselves, the way on and back, what was decided."""

from __future__ import annotations

import streamlit as st

from matching.intake.draft import Draft
from matching.services import upload_steps as the
from matching.services.upload_steps import Step
from matching.ui import components as ui
from matching.ui.text import common
from matching.ui.text import shell as words
from matching.ui.text import upload as text
from matching.ui.uploading import state


def steps(draft: Draft | None, at: Step) -> None:
    """Draw the steps across the top; those that can be opened are buttons."""
    may = the.reachable(draft)
    questions = {} if draft is None else the.open_questions(draft)
    with st.container(
        horizontal=True, vertical_alignment="center", key="upload-steps", gap="small"
    ):
        for number, step in enumerate(the.steps(draft), start=1):
            name = text.step(number, step, questions.get(step, 0))
            if step is at:
                _here(name)
            else:
                st.button(
                    name,
                    key=f"upload-step-{step}",
                    type="tertiary",
                    disabled=step not in may,
                    on_click=state.go,
                    args=(step,),
                )


def all_done() -> None:
    """Draw the steps when all of them are behind."""
    names = [text.step(number, step, 0) for number, step in enumerate(Step, start=1)]
    with st.container(
        horizontal=True, vertical_alignment="center", key="upload-steps", gap="small"
    ):
        said = " &nbsp; ".join(ui.safe(name) for name in names)
        st.html(f'<p class="sb sb-soft sb-steps">{said}</p>', width="content")
        _here(text.DONE)


def _here(name: str) -> None:
    st.html(
        f'<div class="sb sb-step" aria-current="step">{ui.safe(name)}</div>', width="content"
    )


def head(draft: Draft, at: Step, sentence: str, note: str = "") -> None:
    """Draw the steps and this step's one sentence, with what the file is."""
    steps(draft, at)
    known = text.of_file(draft.filename, draft.kind.value, draft.standard)
    said = " ".join(part for part in (known, note, text.NOTHING_SAVED) if part)
    ui.head(words.PAGES["upload"], sentence, said)


def ways(draft: Draft, at: Step) -> None:
    """Draw the one primary button that leads on, and the ways back."""
    after, before = the.step_after(draft, at), the.step_before(draft, at)
    with st.container(horizontal=True):
        if after is not None:
            st.button(
                text.go_on(after),
                key="upload-on",
                type="primary",
                on_click=state.go,
                args=(after,),
            )
        if before is not None:
            st.button(text.BACK, key="upload-back", on_click=state.go, args=(before,))
        st.button(text.ANOTHER, key="upload-another", type="tertiary", on_click=state.again)


def on_again(draft: Draft, at: Step) -> None:
    """Draw the way on once more where a step is long."""
    after = the.step_after(draft, at)
    if after is not None:
        st.button(text.go_on(after), key="upload-on-below", on_click=state.go, args=(after,))


def decided(draft: Draft) -> None:
    """Draw everything that was decided without asking, folded away."""
    said, dropped = the.decisions(draft), the.not_kept(draft)
    number = len(said) + sum(len(names) for _, _, names in dropped)
    if not number:
        return
    with st.expander(text.DECIDED.format(number=f"{number:,}"), key="upload-decided"):
        if said:
            ui.part(text.DECISIONS)
            items = "".join(f"<li>{ui.safe(one)}</li>" for one in said)
            ui.html(f'<ul class="sb-list">{items}</ul>')
        if dropped:
            private = sum(len(names) for _, kept_out, names in dropped if kept_out)
            every = sum(len(names) for _, _, names in dropped)
            ui.part(text.NOT_KEPT, text.not_kept(every, private))
            first, columns = text.NOT_KEPT_COLUMNS
            ui.table(
                [first, ui.Column(columns, long=True)],
                [(common.capital(why), ui.chips(names)) for why, _, names in dropped],
                text.NOT_KEPT,
            )
