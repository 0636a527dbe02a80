"""The page Case: where it stands, what can be done, why this place, and why not the rest."""

from __future__ import annotations

from contextlib import nullcontext

import streamlit as st

from matching.domain.errors import NotFound
from matching.services.case_desk import CaseDesk, case_desk, every_case
from matching.services.case_views import CaseLine, CaseView, case_lines, open_case
from matching.services.desk import Desk
from matching.services.matching import SavedRun
from matching.ui import components as ui
from matching.ui import deciding, group, navigation, options, promise, session, smallest
from matching.ui.casework import diligence, explained, history, renewal, said, watch, where
from matching.ui.casework_forms import edit_case
from matching.ui.text import case as text
from matching.ui.text import common, people

#: Bed pools above which explaining a case takes a while.
LARGE = 1_000


def show() -> None:
    """Draw the page."""
    at = session.desk()
    seen = watch.begin(at)
    saved = session.current_run(at)
    chosen = navigation.selected_case()
    found = None if chosen is None else _found(at, chosen)
    if found is None:
        _choose_first(at, saved)
        return
    if saved is not None and found.case.referral_id in saved.run.problem.referral_ids:
        _in_plan(at, saved, found)
    else:
        _beside_plan(at, saved, found)
    watch.keep(seen)


def _found(at: Desk, case: str) -> CaseDesk | None:
    """Return a case as it stands; ``None`` if it is not on the record any more."""
    try:
        return case_desk(at, case, session.everybody(at))
    except NotFound:
        return None


def _choose_first(at: Desk, saved: SavedRun | None) -> None:
    if saved is None:
        ui.head(text.PAGE, text.NO_PLAN_SENTENCE)
        ui.empty(text.NO_PLAN_TITLE, text.NO_PLAN)
        if st.button(text.TO_PLAN, type="primary", key="case-to-plan"):
            navigation.go("plan")
    else:
        ui.head(text.PAGE, text.CHOOSE_SENTENCE)
    _chooser(at, saved, None)


def _beside_plan(at: Desk, saved: SavedRun | None, found: CaseDesk) -> None:
    """Draw a case that the plan does not explain: it has a bed, or the record moved."""
    case = found.case.referral_id
    ui.head(f"{text.PAGE} {case}", where.sentence(at, found), where.below(at, found))
    _chooser(at, saved, case)
    said.show(f"case {case}")
    renewal.draw(at)
    where.draw(at, found)
    diligence.wishes(at, case)
    history.draw(at, found)
    where.about(found)
    edit_case.draw(at, case, found.clocks)


def _in_plan(at: Desk, saved: SavedRun, found: CaseDesk) -> None:
    """Draw a case that waits, with what the plan says of it."""
    chosen = found.case.referral_id
    view = _view(at, saved, chosen)
    why = view.explanation
    below = ui.as_of(at, view.as_of, text.person(view))
    ui.head(f"{text.PAGE} {chosen}", text.sentence(view), below)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _chooser(at, saved, chosen)
        options.of_proposal(at, saved.run.policy, why)
    said.show(f"case {chosen}")
    renewal.draw(at)
    deciding.panel(at, saved)
    where.draw(at, found, why.proposal, saved.number)
    if why.proposal is not None:
        explained.proposal(why, why.proposal)
    waits = why.proposal is None and promise.draw(at, saved, chosen)
    group.draw(at, saved, chosen)
    if why.proposal is None:
        smallest.draw(at, saved, chosen)
    deciding.in_force(at, saved, "case", _concerned(saved, chosen))
    options.draw(at, saved, why, wait=waits)
    diligence.wishes(at, chosen)
    history.draw(at, found)
    _about(view)
    edit_case.draw(at, chosen, found.clocks)
    explained.why_not(why)


def _take_choice() -> None:
    st.session_state["case"] = st.session_state.get("case-choice")


def _chooser(at: Desk, saved: SavedRun | None, chosen: str | None) -> None:
    known: dict[str, CaseLine] = (
        {} if saved is None else {line.case: line for line in case_lines(at, saved)}
    )
    stands = dict(every_case(at, session.everybody(at)))
    lines = {
        case: text.line(known[case]) if case in known else text.standing_line(case, stand)
        for case, stand in stands.items()
    }
    # The case may have been opened from a list since this widget was last drawn; and where
    # it stands is part of what is written here, by which the browser knows what is chosen.
    shown = (chosen, lines.get(chosen or ""))
    if (st.session_state.get("case-choice"), st.session_state.get("case-shown")) != shown:
        st.session_state["case-choice"], st.session_state["case-shown"] = shown
    st.selectbox(
        text.CHOOSE,
        list(lines),
        index=None,
        format_func=lambda case: lines.get(case, case),
        key="case-choice",
        on_change=_take_choice,
        placeholder=text.CHOOSE_PLACEHOLDER,
        help=text.CHOOSE_HELP,
        width=520,
    )


def _view(at: Desk, saved: SavedRun, case: str) -> CaseView:
    """Return the case; opening it is recorded once, not with every redrawing."""

    def opened() -> CaseView:
        for name in ("case-step", "case-search", "case-barred-page", options.PAGER):
            st.session_state.pop(name, None)
        # In a small region it is there before anybody could read that it is coming.
        large = saved.run.problem.size[1] > LARGE
        with st.spinner(text.OPENING) if large else nullcontext():
            return open_case(at, saved, case)

    return session.once(at, "case-view", (saved.number, case), opened)


def _concerned(saved: SavedRun, case: str) -> list[str]:
    """Return the case and its group, whose decisions concern it."""
    code = saved.run.problem.referral_records[saved.run.row(case)].group_id
    return [case] if code is None else [case, code]


def _about(view: CaseView) -> None:
    ui.section(text.ABOUT)
    ui.facts(
        [
            (text.ABOUT_AGE, people.who(view.person)),
            (text.ABOUT_PRIORITY, people.waiting(view.person)),
            *((common.capital(what), value) for what, value in view.facts),
            *(
                (label, common.capital(common.listed(names)))
                for label, names in (
                    (text.NONE_LABEL, view.none),
                    (text.UNKNOWN_LABEL, view.unknown),
                )
                if names
            ),
        ]
    )


show()
