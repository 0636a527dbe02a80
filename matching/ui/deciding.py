"""Decisions on a page: tried out in a panel at the top, kept, listed, taken back.

What is tried out stands in the session only. Nothing is saved until somebody
presses the button that keeps it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import streamlit as st

from matching.domain.errors import MatchingError
from matching.insight.difference import Difference
from matching.services.choosing import (
    TRIAL_SECONDS,
    InForce,
    Trial,
    Wish,
    accept,
    decisions,
    dropped,
    may_decide,
    needs_reason,
    take_back,
    try_out,
)
from matching.services.decisions import REASON_WORDS, Kind, Matter, Reason
from matching.services.desk import Desk
from matching.services.jobs import GivenUp, Job
from matching.services.matching import SavedRun
from matching.services.proof import proof_of, sentences
from matching.ui import components as ui
from matching.ui import noted, session, work
from matching.ui.casework import diligence
from matching.ui.text import common
from matching.ui.text import deciding as text
from matching.ui.text import plan as plan_text

#: Changes listed before the rest is folded away.
MOST_CHANGES = 8


@dataclass(frozen=True, slots=True)
class _Kept:
    """The decision kept last in this session, to be said and undone."""

    number: int
    sentence: str
    undo: Wish | None


def ask(wish: Wish) -> None:
    """Try out a decision with the next run; for a widget's callback."""
    st.session_state["deciding-wish"] = wish


def panel(at: Desk, saved: SavedRun) -> bool:
    """Draw what is being decided and what was decided just now.

    Parameters
    ----------
    at : Desk
    saved : SavedRun
        The plan shown.

    Returns
    -------
    bool
        Whether something is being decided, so that its button is the primary one.
    """
    wish = st.session_state.pop("deciding-wish", None)
    if isinstance(wish, Wish):
        _start(at, saved, wish)
    job = work.kept("deciding", (saved.number,))
    if job is None:
        _said(saved)
        return False
    with st.container(key="deciding"):
        if job.running:
            ui.section(text.IF_DECIDED)
            work.follow(job, "deciding", _WORDS)
        else:
            _result(at, job)
    return True


_WORDS = work.Words(
    doing=text.WORKING,
    stop=text.STOP,
    give_up=text.GIVE_UP,
    stopping=text.STOPPING,
)


def _start(at: Desk, saved: SavedRun, wish: Wish) -> None:
    _close()
    st.session_state.pop("deciding-kept", None)
    work.stop_all()
    job = Job(
        lambda progress, effort: try_out(at, saved, wish, progress=progress, effort=effort),
        seconds=TRIAL_SECONDS,
    )
    work.keep("deciding", (saved.number,), job)


def _close() -> None:
    """Forget what is being tried out."""
    work.forget("deciding")
    st.session_state.pop("deciding-keep", None)


def _keep() -> None:
    st.session_state["deciding-keep"] = True


def _result(at: Desk, job: Job[Trial]) -> None:
    """Draw the difference, or why it cannot be done; keep it if that was pressed."""
    unsaid = False
    try:
        trial = job.result()
        if st.session_state.pop("deciding-keep", False):
            unsaid = _asks_why(trial) and st.session_state.get("deciding-reason") is None
            if not unsaid:
                _save(at, trial)
    except GivenUp:
        _close()
        st.rerun()
    except MatchingError as error:
        ui.section(text.IF_DECIDED)
        ui.error(error)
        st.button(text.CLOSE, key="deciding-close", on_click=_close)
        return
    except Exception:
        _close()
        raise
    _trial(trial)
    if _asks_why(trial):
        _why("deciding-reason")
    if unsaid:
        ui.box(text.REASON_MISSING, "warn", status=True)
    with st.container(horizontal=True):
        st.button(text.KEEP, type="primary", key="deciding-yes", on_click=_keep)
        st.button(text.LEAVE, key="deciding-no", on_click=_close)


def _asks_why(trial: Trial) -> bool:
    return needs_reason(trial.wish) and trial.wish.reason is None


def _why(key: str) -> None:
    """Draw the choice of a reason."""
    st.selectbox(
        text.REASON,
        list(Reason),
        index=None,
        format_func=lambda one: common.capital(REASON_WORDS[one]),
        key=key,
        placeholder=text.REASON_ANY,
        width=520,
    )


def _save(at: Desk, trial: Trial) -> None:
    if trial.wish.matter.case is not None:
        diligence.keep(at, [trial.wish.matter.case], trial.basis.number)
    own = next((one for one in trial.decisions if one.matter == trial.wish.matter), None)
    undo = None if own is None else take_back(own)
    reason, place = st.session_state.get("deciding-reason"), noted.place("deciding-kept")
    with place.alone:
        # The place is new with every trial: what stands there, a run cut short has kept.
        saved = None if place else accept(at, trial, reason)
        if saved is not None:
            place.append(_Kept(saved.number, trial.sentence, undo))
    if saved is not None:
        session.remember(at, saved)
    _close()
    st.rerun()


def _trial(trial: Trial) -> None:
    found = trial.difference
    ui.section(text.heading(trial))
    ui.html(
        f'<div role="status"><p><strong>{ui.safe(trial.sentence)}</strong></p>'
        f"<p>{ui.safe(text.summary(found))}</p></div>"
    )
    before = {one.tier: one.placed for one in trial.basis.run.plan.tiers}
    tiers = [
        f"<li>{ui.safe(text.tier(one, before.get(one.tier, 0)))}</li>"
        for one in trial.run.plan.tiers
        if one.waiting
    ]
    ui.html(_list(tiers))
    changes(marked(found))
    ui.note(text.fit(found))
    proof = proof_of(trial.run.solution, trial.kept.stopped)
    if not proof.proven:
        ui.box(" ".join(sentences(proof)[1:]), "warn", plan_text.NOT_PROVEN_LABEL)


def marked(found: Difference) -> tuple[tuple[str, str], ...]:
    """Return what changes for whom, each sentence with the mark of its kind."""
    kinds = (
        ("placed", found.gained),
        ("without", found.lost),
        ("proposed", found.moved),
        ("proposed", found.shifted),
        ("unknown", found.new),
    )
    meanings = [meaning for meaning, moves in kinds for _ in moves]
    meanings += ["held" if one.referral_id in found.beds else "unknown" for one in found.gone]
    return tuple(zip(meanings, found.sentences(), strict=True))


def changes(lines: Collection[tuple[str, str]]) -> None:
    """Draw what changes for whom, a line each; many are folded away.

    Parameters
    ----------
    lines : collection of (meaning, sentence)
        The meaning is a key of :data:`matching.ui.theme.MEANINGS`.
    """
    items = [f"<li>{ui.mark(meaning, sentence)}</li>" for meaning, sentence in lines]
    if items:
        ui.html(_list(items[:MOST_CHANGES]))
    if len(items) > MOST_CHANGES:
        with st.expander(text.MORE_CHANGES.format(number=f"{len(items):,}")):
            ui.html(_list(items))


def _list(items: list[str]) -> str:
    return f'<ul class="sb-list sb-asks">{"".join(items)}</ul>'


def _said(saved: SavedRun) -> None:
    """Say what was decided just now, with a way back."""
    kept = noted.last("deciding-kept")
    if not isinstance(kept, _Kept) or kept.number != saved.number:
        return
    with st.container(key="decided"):
        ui.box(text.kept(kept.number, kept.sentence), "good", text.KEPT_LABEL, status=True)
        if kept.undo is not None:
            st.button(text.UNDO, key="deciding-undo", on_click=ask, args=(kept.undo,))


def form(at: Desk, matter: Matter, key: str) -> None:
    """Draw what a waiver needs, a reason and a last day, and try it out.

    Parameters
    ----------
    at : Desk
    matter : Matter
        What would be decided.
    key : str
        Unique on the page.
    """
    today = at.local(at.clock()).date()
    with st.form(key, border=False):
        _why(f"{key}-reason")
        if matter.kind is Kind.WAIVE and matter.provider_id is not None:
            st.radio(
                text.SCOPE,
                list(text.SCOPES),
                format_func=text.SCOPES.__getitem__,
                key=f"{key}-scope",
                horizontal=True,
            )
        st.date_input(
            text.UNTIL,
            value=None,
            min_value=today,
            key=f"{key}-until",
            format="YYYY-MM-DD",
            width=260,
        )
        st.form_submit_button(text.TRY, key=f"{key}-try", on_click=_try, args=(matter, key))


def _try(matter: Matter, key: str) -> None:
    reason = st.session_state.get(f"{key}-reason")
    until = st.session_state.get(f"{key}-until")
    if st.session_state.get(f"{key}-scope") == text.EVERYWHERE:
        matter = replace(matter, provider_id=None, pool_id=None)
    ask(Wish(matter, reason=reason, until=until))


def in_force(at: Desk, saved: SavedRun, key: str, cases: Collection[str] | None = None) -> None:
    """Draw the decisions in force, each with who and when and a way to take it back.

    Parameters
    ----------
    at : Desk
    saved : SavedRun
        The plan shown.
    key : str
        Unique on the page.
    cases : collection of str, optional
        Only decisions about these cases and groups; by default all, and what
        the plan could not carry over.
    """

    def all_of_it() -> tuple[tuple[InForce, ...], tuple[str, ...]]:
        return decisions(at), dropped(at)

    found, gone = session.once(at, "decisions", (saved.number,), all_of_it)
    mine = [
        one
        for one in found
        if cases is None or {one.decision.matter.case, one.decision.matter.group} & set(cases)
    ]
    if mine:
        ui.section(text.DECISIONS, text.DECISIONS_NOTE)
        for k, one in enumerate(mine):
            _decision(at, saved, one, f"{key}-{k}")
    if gone and cases is None:
        ui.section(text.DROPPED, text.DROPPED_NOTE)
        items = "".join(f"<li>{ui.safe(one)}</li>" for one in gone)
        ui.html(f'<ul class="sb-list">{items}</ul>')


def _decision(at: Desk, saved: SavedRun, one: InForce, key: str) -> None:
    matter = one.decision.matter
    with st.container(key=f"row-decision-{key}"):
        left, right = st.columns((5, 1), gap="small", vertical_alignment="center")
        with left:
            ui.html(
                f"<p>{ui.mark('proposed', one.sentence)}<br>"
                f'<span class="sb-soft">{ui.safe(one.who)}</span></p>'
            )
        if may_decide(at, saved.run.policy, matter.kind, matter.rule):
            right.button(
                text.TAKE_BACK,
                key=f"take-back-{key}",
                on_click=ask,
                args=(take_back(one.decision),),
                type="tertiary",
            )
