"""The page Plan: one joint plan, everybody's proposal, everybody without one."""

from __future__ import annotations

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from matching.domain.access import Action, allows
from matching.domain.errors import MatchingError
from matching.services.desk import Desk
from matching.services.jobs import Job, start_plan
from matching.services.last_plan import since_last
from matching.services.matching import SavedRun
from matching.services.people import Unplaced
from matching.services.plan_lists import Asking, Choice, Form, Order, choose, export_plan
from matching.services.plan_views import (
    Placed,
    PlanView,
    plan_state,
    plan_view,
    policy_titles,
)
from matching.services.proof import Proof, proof_of, sentences
from matching.ui import components as ui
from matching.ui import deciding, parts, session, work
from matching.ui.text import common, people
from matching.ui.text import plan as text

PAGE_ROWS = 25
#: Questions of one proposal that the list shows; the case shows all.
MOST_QUESTIONS = 1
#: Steps of a funnel that the list shows.
MOST_STEPS = 3


def show() -> None:
    """Draw the page."""
    at = session.desk()
    refused = _work(at)
    if "plan-job" in st.session_state:
        return
    if refused is not None:
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
    choice = _choice(view)
    shown = choose(view, choice)
    _placed(shown, len(view.placed))
    _without(shown, len(view.without))
    _since(at, saved)
    deciding.in_force(at, saved, "plan")
    _export(at, saved, shown, choice)
    _how(view, proof)


def _view(at: Desk, saved: SavedRun) -> PlanView:
    """Return what the page shows, worked out once for each plan and session."""
    with st.spinner(text.OPENING):
        return session.once(at, "plan-view", (saved.number,), lambda: plan_view(at, saved))


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
            started = start_plan(at, str(asked))
            started.wait(work.AT_ONCE)
            st.session_state["plan-job"] = started
        job = st.session_state.get("plan-job")
        if isinstance(job, Job) and not job.running:
            del st.session_state["plan-job"]
            session.remember(job.result())
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


def _choice(view: PlanView) -> Choice:
    """Draw search, sort and filters, and return what they say."""
    everybody = view.people
    with st.container(key="plan-tools"):
        left, right = st.columns((3, 2), gap="small")
        search = left.text_input(text.SEARCH, key="plan-search")
        order = right.selectbox(
            text.SORT, list(Order), format_func=text.ORDERS.__getitem__, key="plan-order"
        )
        with st.expander(text.FILTERS):
            first, second = st.columns(2, gap="small")
            regions = _several(first, text.REGION, {one.region for one in everybody})
            kinds = _several(
                first,
                text.KIND,
                {row.placement_type for row in view.placed}
                | {kind for row in view.without for kind in row.person.kinds},
            )
            order_of = {one.priority: one.tier for one in everybody}
            priorities = _several(
                second, text.PRIORITY, sorted(order_of, key=lambda p: (order_of[p], p))
            )
            workers = _several(second, text.WORKER, {one.worker or "" for one in everybody})
            asking = first.selectbox(
                text.ASKING,
                list(Asking),
                format_func=text.ASKINGS.__getitem__,
                key="plan-asking",
                help=text.ASKING_HELP,
            )
    return Choice(
        regions=regions,
        priorities=priorities,
        kinds=kinds,
        workers=workers,
        asking=asking or Asking.ALL,
        search=search or "",
        order=order or Order.PRIORITY,
    )


def _several(where: DeltaGenerator, label: str, values: set[str] | list[str]) -> frozenset[str]:
    options = sorted(values) if isinstance(values, set) else values
    chosen = where.multiselect(
        label,
        options,
        key=f"plan-filter-{label}",
        placeholder=text.ANY,
        format_func=lambda value: value or text.NO_WORKER,
    )
    return frozenset(chosen)


def _placed(shown: PlanView, total: int) -> None:
    ui.section(text.PLACED_TITLE, text.shown(len(shown.placed), total))
    if not shown.placed:
        ui.empty("", text.NONE_MATCH if total else text.NONE_PLACED)
        return
    positions = ui.page_of(shown.placed, "plan-placed-page", PAGE_ROWS)
    ui.rows(
        "placed",
        text.COLUMNS_PLACED,
        (4, 5, 5, 6),
        [_placed_line(shown.placed[k]) for k in positions],
        session.open_case,
        split=parts.CASE_SPLIT,
        help_text=text.OPEN_CASE,
    )
    ui.pager(shown.placed, "plan-placed-page", PAGE_ROWS)


def _placed_line(row: Placed) -> ui.Row:
    place = ui.mark("proposed", row.provider)
    below = ui.safe(f"{common.capital(row.placement_type)}, {row.distance}")
    return ui.Row(
        row.person.case,
        row.person.case,
        (
            parts.stacked(people.who(row.person), people.waiting(row.person)),
            ui.Html(f'<strong>{place}</strong><br><span class="sb-soft">{below}</span>'),
            common.capital("; ".join(row.reasons)),
            _questions(row),
        ),
    )


def _questions(row: Placed) -> ui.Html:
    if not row.provisional:
        return ui.Html(f'<span class="sb-soft">{ui.safe(text.NOTHING_TO_ASK)}</span>')
    said = list(row.questions[:MOST_QUESTIONS])
    rest = len(row.questions) - len(said)
    if rest:
        said.append(text.MORE_QUESTIONS.format(number=rest))
    return ui.Html(
        f"<strong>{ui.mark('asked', text.PROVISIONAL)}</strong> {ui.safe(' '.join(said))}"
    )


def _without(shown: PlanView, total: int) -> None:
    ui.section(text.WITHOUT_TITLE, text.shown(len(shown.without), total))
    if not shown.without:
        ui.empty("", text.NONE_MATCH if total else text.ALL_PLACED)
        return
    positions = ui.page_of(shown.without, "plan-without-page", PAGE_ROWS)
    ui.rows(
        "without",
        text.COLUMNS_WITHOUT,
        (4, 5, 11),
        [_without_line(shown.without[k]) for k in positions],
        session.open_case,
        split=parts.CASE_SPLIT,
        help_text=text.OPEN_CASE,
    )
    ui.pager(shown.without, "plan-without-page", PAGE_ROWS)


def _without_line(row: Unplaced) -> ui.Row:
    return ui.Row(
        row.person.case,
        row.person.case,
        (
            parts.stacked(people.who(row.person), people.waiting(row.person)),
            ui.mark("without", row.stage_title),
            common.capital(people.in_the_way(row.funnel, MOST_STEPS)),
        ),
    )


def _since(at: Desk, saved: SavedRun) -> None:
    """Draw what changed since the plan before, if there was one."""
    found = session.once(at, "plan-since", (saved.number,), lambda: since_last(at, saved))
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
