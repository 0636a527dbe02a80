"""The page Plan: one joint plan, everybody's proposal, everybody without one."""

from __future__ import annotations

from functools import partial

import streamlit as st

from matching.domain.access import Action, allows
from matching.domain.errors import MatchingError
from matching.services.desk import Desk
from matching.services.jobs import GivenUp, Job, start_plan
from matching.services.last_plan import since_last
from matching.services.matching import SavedRun
from matching.services.plan_lists import Choice, Form, choose, export_plan
from matching.services.plan_views import (
    PlanView,
    plan_state,
    plan_view,
    policy_titles,
)
from matching.services.proof import Proof, proof_of, sentences
from matching.ui import components as ui
from matching.ui import deciding, more_beds, parts, plan_lists, session, work
from matching.ui.text import common
from matching.ui.text import plan as text


def show() -> None:
    """Draw the page."""
    at = session.desk()
    refused = _work(at)
    if "plan-job" in st.session_state:
        return
    if isinstance(refused, GivenUp):
        ui.box(refused.sentence(), status=True)
    elif refused is not None:
        ui.error(refused)
    state = plan_state(at)
    if state is None:
        ui.head(text.PAGE, text.EMPTY_SENTENCE)
        ui.empty(text.EMPTY_TITLE, text.EMPTY)
        _maker(at, text.MAKE)
        return
    saved = parts.shown_run(at, state)
    if saved is None:
        made = common.moment(at.local(state.made_at), at.local(at.clock()).date())
        ui.head(text.PAGE, text.MOVED_SENTENCE)
        ui.empty("", text.MOVED_EMPTY.format(number=state.number, made=made))
        _maker(at, text.MAKE_AGAIN)
        return
    view = _view(at, saved)
    sentence = text.sentence(view, len(saved.decisions))
    ui.head(text.PAGE, sentence, ui.as_of(at, view.as_of, text.source(view)))
    if text.note(view):
        ui.note(text.note(view))
    proof = proof_of(saved.run.solution, saved.stopped)
    if not proof.proven:
        ui.box(text.not_proven(proof), "warn", text.NOT_PROVEN_LABEL)
    if state.moved:
        ui.box(text.MOVED, "warn", text.MOVED_LABEL)
    open_now = deciding.panel(at, saved)
    _maker(at, text.MAKE_AGAIN, view.certificate.policy_name, primary=not open_now)
    choice = plan_lists.choice(view)
    shown = choose(view, choice)
    plan_lists.placed(at, saved, shown, len(view.placed))
    plan_lists.without(shown, len(view.without))
    if view.without:
        more_beds.draw(at, saved)
    _since(at, saved)
    deciding.in_force(at, saved, "plan")
    _export(at, saved, shown, choice)
    _how(view, proof)


def _view(at: Desk, saved: SavedRun) -> PlanView:
    """Return what the page shows, worked out once for each plan."""
    about = (saved.number,)

    def opened() -> PlanView:
        with st.spinner(text.OPENING):
            return session.of_plan(at, "plan-view", about, lambda: plan_view(at, saved))

    return session.once(at, "plan-view", about, opened)


def _ask_for_plan() -> None:
    st.session_state["plan-asked"] = st.session_state.get("plan-policy")


def _maker(at: Desk, label: str, policy: str | None = None, *, primary: bool = True) -> None:
    """Draw the choice of policy, first that of the plan shown, and the button."""
    if not allows(at.actor.role, Action.RUN_PLAN):
        return
    titles = policy_titles()
    names = list(titles)
    usual = policy or at.settings.policy
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            text.POLICY,
            names,
            index=names.index(usual) if usual in names else 0,
            format_func=titles.__getitem__,
            key="plan-policy",
            help=text.POLICY_HELP,
            persist_state="session",
            width=280,
        )
        st.button(
            label,
            type="primary" if primary else "secondary",
            on_click=_ask_for_plan,
            key="plan-make",
        )


def _work(at: Desk) -> MatchingError | None:
    """Start the plan that was asked for, and show the one being made.

    Returns
    -------
    MatchingError or None
        Why no plan was made, if that was refused.
    """
    asked = st.session_state.pop("plan-asked", None)
    try:
        if asked is not None and "plan-job" not in st.session_state:
            work.stop_all()
            started = start_plan(at, str(asked))
            work.at_once(started)
            st.session_state["plan-job"] = started
        job = st.session_state.get("plan-job")
        if isinstance(job, Job) and not job.running:
            del st.session_state["plan-job"]
            session.remember(at, job.result())
            st.rerun()
    except MatchingError as error:
        return error
    if isinstance(job, Job):
        ui.head(text.PAGE, text.MAKING_SENTENCE, text.MAKING_NOTE)
        work.follow(job, "plan", _WORDS)
    return None


_WORDS = work.Words(
    doing=text.MAKING,
    stages=text.STAGES,
    stop=text.STOP,
    give_up=text.GIVE_UP,
    stopping=text.STOPPING,
)


def _since(at: Desk, saved: SavedRun) -> None:
    """Draw what changed since the plan before, if there was one."""
    about = (saved.number, session.version(at))  # whoever left it may have a bed by now
    found = session.once(at, "plan-since", about, lambda: since_last(at, saved))
    if found is None:
        return
    made = common.moment(at.local(found.made_at), at.local(at.clock()).date())
    note = text.SINCE_NOTE.format(number=found.number, who=found.made_by, made=made)
    ui.section(text.SINCE, f"{text.since(found)} {note}")
    deciding.changes(deciding.marked(found.difference))


def _export(at: Desk, saved: SavedRun, shown: PlanView, choice: Choice) -> None:
    if not allows(at.actor.role, Action.EXPORT_PLAN):
        return
    ui.section(text.EXPORT, text.EXPORT_NOTE)
    with st.container(horizontal=True):
        for form, label, kind in (
            (
                Form.XLSX,
                text.EXPORT_XLSX,
                "vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ),
            (Form.CSV, text.EXPORT_CSV, "csv"),
        ):
            st.download_button(
                label,
                partial(export_plan, at, saved, shown, choice, form),
                file_name=f"plan-{saved.number}.{form.value}",
                mime=f"{'text' if form is Form.CSV else 'application'}/{kind}",
                key=f"plan-export-{form.value}",
                on_click="ignore",
            )


def _how(view: PlanView, proof: Proof) -> None:
    """Draw how the plan was decided and how far it is proven."""
    made = view.certificate
    with st.expander(text.HOW):
        aims = [aim for k, aim in enumerate(text.AIMS) if made.icwa or k != text.ICWA_AIM]
        items = "".join(f"<li>{ui.safe(aim)}</li>" for aim in aims)
        ui.part(text.AIMS_TITLE)
        ui.html(f"<ol>{items}</ol>")
        ui.table(
            [text.TIER_COLUMNS[0], *(ui.Column(t, number=True) for t in text.TIER_COLUMNS[1:])],
            [
                (text.tier(one.tier), f"{one.waiting:,}", f"{one.placed:,}", f"{one.most:,}")
                for one in made.tiers
            ],
            text.TIERS_CAPTION,
        )
        ui.note(text.MOST_NOTE)
        ui.part(text.PROOF_TITLE)
        ui.html("".join(f"<p>{ui.safe(one)}</p>" for one in sentences(proof)))
        said = text.certificate(made)
        ui.facts([(text.FACTS[key], value) for key, value in said.items()])
        ui.part(text.RUN_TITLE, text.REPLAY.format(number=view.number))
        command = text.REPLAY_COMMAND.format(number=view.number)
        ui.html(f"<p><code>{ui.safe(command)}</code></p>")


show()
