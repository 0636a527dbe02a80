"""The other places of a case, each with its parts, its consequence and its actions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

import streamlit as st

from matching.domain.errors import MatchingError
from matching.domain.policy import Policy
from matching.insight.explain import CaseExplanation, Option
from matching.services.case_views import standing_options
from matching.services.choosing import Wish, may_decide
from matching.services.decisions import Kind, Matter, forbid, force
from matching.services.desk import Desk
from matching.services.jobs import Job
from matching.services.matching import SavedRun
from matching.services.options import LONG_SECONDS, Alternative, case_options
from matching.ui import components as ui
from matching.ui import deciding, session, work
from matching.ui.text import case as text
from matching.ui.text import common
from matching.ui.text import deciding as deciding_text

#: Options that one page of the list shows.
PAGE_ROWS = 10
PAGER = "case-options-page"

#: Name of the work on consequences.
WORK = "options"
#: Seconds of it unasked; where plans must be made again, the rest is asked for.
SECONDS = 10.0


def draw(at: Desk, saved: SavedRun, found: CaseExplanation, *, wait: bool = False) -> None:
    """Draw the other places of a case.

    Parameters
    ----------
    at : Desk
    saved : SavedRun
        The plan shown.
    found : CaseExplanation
    wait : bool, default False
        Whether other work of this page has its turn first.
    """
    others = standing_options(found)
    if not others:
        none = text.NONE_FITS if found.proposal is None else text.NO_OTHERS
        ui.section(text.options_title(found), none)
        return
    ui.section(text.options_title(found), text.options_sentence(found, len(others)))
    mine = [others[k] for k in ui.page_of(others, PAGER, PAGE_ROWS)]
    told = {} if wait else _told(at, saved, found, mine)
    homes = Counter(one.provider_id for one in found.options)
    policy = saved.run.policy
    allowed = {kind: may_decide(at, policy, kind) for kind in (Kind.FORCE, Kind.FORBID)}
    for k, one in enumerate(mine):
        with st.container(key=f"option-{k}"):
            left, right = st.columns((7, 2), gap="medium")
            with left:
                ui.html(_words(one, told.get(one.pool), several=homes[one.provider_id] > 1))
            with right:
                for kind, key in ((Kind.FORCE, f"choose-{k}"), (Kind.FORBID, f"not-{k}")):
                    if allowed[kind]:
                        _button(found, one, kind, key)
    if any(not (one.worked_out and one.exact) for one in told.values()):
        ui.note(text.OTHERS_OPEN)
        st.button(text.OTHERS_REST, key="options-rest", on_click=_ask)
    ui.pager(others, PAGER, PAGE_ROWS)


def _ask() -> None:
    st.session_state["options-asked"] = True


def _told(
    at: Desk, saved: SavedRun, found: CaseExplanation, mine: Sequence[Option]
) -> dict[int, Alternative]:
    """Return what each place shown would mean for others; while it is worked out, nothing."""
    case, pools = found.referral_id, tuple(one.pool for one in mine)
    about = (saved.number, case, pools)
    asked = st.session_state.pop("options-asked", False)
    # What others have worked out for this plan holds for everybody who sees the same.
    found_by_others = session.box(at, WORK, about)
    job = work.kept(WORK, about)
    if job is None and found_by_others and not asked:
        return dict(found_by_others[0])
    if job is None or (asked and not job.running):
        started = Job(
            lambda progress, effort: case_options(
                at, saved, case, pools=pools, progress=progress, effort=effort
            ),
            seconds=LONG_SECONDS if asked else SECONDS,
        )
        job = work.keep(WORK, about, started)
    if job.running:
        work.follow(job, WORK, _WORDS)
        return {}
    try:
        told = {one.option.pool: one for one in job.result().others}
    except MatchingError as error:
        ui.error(error)
        return {}
    except Exception:
        work.forget(WORK)
        raise
    if all(one.worked_out for one in told.values()):
        found_by_others[:] = [told]
    return dict(told)


_WORDS = work.Words(
    doing=text.OTHERS_WORKING,
    tells=True,
    stop=text.OTHERS_STOP,
    stopping=text.OTHERS_STOPPING,
)


def of_proposal(at: Desk, policy: Policy, found: CaseExplanation) -> None:
    """Draw what can be decided about the place proposed."""
    if found.proposal is not None and may_decide(at, policy, Kind.FORBID):
        _button(found, found.proposal, Kind.FORBID, "not-proposed", "content")


def _button(
    found: CaseExplanation,
    one: Option,
    kind: Kind,
    key: str,
    width: Literal["stretch", "content"] = "stretch",
) -> None:
    """Draw the button that tries out a decision about a place."""
    label, help_text = deciding_text.ACTIONS[kind]
    if kind is Kind.FORCE and found.proposal is None:
        label = deciding_text.CHOOSE_FIRST
    st.button(
        label,
        key=key,
        help=ui.literal(help_text.format(case=found.referral_id, place=one.name)),
        on_click=deciding.ask,
        args=(Wish(matter(found, one, kind)),),
        type="secondary" if kind is Kind.FORCE or one.proposed else "tertiary",
        width=width,
    )


def matter(found: CaseExplanation, one: Option, kind: Kind) -> Matter:
    """Return the decision: on the provider, or on the bed pool where several would fit."""
    pools = [other for other in found.options if other.provider_id == one.provider_id]
    decide = force if kind is Kind.FORCE else forbid
    return decide(found.referral_id, one.provider_id, one.pool_id if len(pools) > 1 else None)


def _words(one: Option, told: Alternative | None, *, several: bool) -> str:
    below = f"{common.capital(common.kind(one.placement_type))}, {one.distance}"
    if several:
        below += f", {text.POOL.format(pool=one.pool_id)}"
    beds = ui.mark("held", text.BEDS_TAKEN) if one.taken else ui.mark("placed", text.BEDS_FREE)
    facts = (
        (text.OPTION_OTHERS, _for_others(told)),
        (text.OPTION_BEDS, beds),
        (text.OPTION_PARTS, ui.safe(text.cost_parts(one))),
        (text.OPTION_ASK, ui.safe(text.questions(one))),
    )
    lines = "".join(f"<dt>{ui.safe(what)}</dt><dd>{said}</dd>" for what, said in facts)
    return (
        f'<h3 class="sb-option">{ui.safe(one.name)} '
        f'<span class="sb-soft">{ui.safe(below)}</span></h3>'
        f'<dl class="sb-facts sb-wide">{lines}</dl>'
    )


def _for_others(told: Alternative | None) -> ui.Html:
    """Return the consequence, marked by whether somebody loses a place or moves."""
    if told is None or not told.worked_out:
        said = text.OTHERS_OPEN_ONE if told is None else " ".join(told.sentences)
        return ui.mark("unknown", said)
    meaning = "without" if told.loses else "proposed" if told.moves else "placed"
    if not told.possible:
        meaning = "held"
    return ui.mark(meaning, " ".join(told.sentences))
