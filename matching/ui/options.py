"""The other places of a case, each with its parts, its consequence and its actions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

import streamlit as st

from matching.domain.policy import Policy
from matching.insight.explain import CaseExplanation, Option
from matching.services.case_views import standing_options
from matching.services.choosing import Wish, may_decide
from matching.services.decisions import Kind, forbid, force
from matching.services.desk import Desk
from matching.ui import components as ui
from matching.ui import deciding
from matching.ui.text import case as text
from matching.ui.text import common
from matching.ui.text import deciding as deciding_text

#: Options that one page of the list shows.
PAGE_ROWS = 10
PAGER = "case-options-page"


def shown(others: Sequence[Option]) -> list[Option]:
    """Return the options that the page of the list shows."""
    return [others[k] for k in ui.page_of(others, PAGER, PAGE_ROWS)]


def draw(at: Desk, policy: Policy, found: CaseExplanation) -> None:
    """Draw the other options of a case."""
    others = standing_options(found)
    if not others:
        ui.section(text.OPTIONS, text.NO_OTHERS)
        return
    ui.section(text.OPTIONS, text.options_sentence(found, len(others)))
    homes = Counter(one.provider_id for one in found.options)
    allowed = {kind: may_decide(at, policy, kind) for kind in (Kind.FORCE, Kind.FORBID)}
    for k, one in enumerate(shown(others)):
        _option(found.referral_id, one, k, several=homes[one.provider_id] > 1, allowed=allowed)
    ui.pager(others, PAGER, PAGE_ROWS)


def of_proposal(at: Desk, policy: Policy, case: str, proposal: Option) -> None:
    """Draw what can be decided about the place proposed."""
    if may_decide(at, policy, Kind.FORBID):
        _not_this(case, proposal, "not-proposed", "content")


def _option(
    case: str, one: Option, k: int, *, several: bool, allowed: Mapping[Kind, bool]
) -> None:
    with st.container(key=f"option-{k}"):
        left, right = st.columns((7, 2), gap="medium")
        with left:
            ui.html(_words(one, several=several))
        with right:
            if allowed[Kind.FORCE]:
                _choose(case, one, f"choose-{k}")
            if allowed[Kind.FORBID]:
                _not_this(case, one, f"not-{k}")


def _choose(case: str, one: Option, key: str) -> None:
    """Draw the button that tries out a place for a case."""
    st.button(
        deciding_text.CHOOSE,
        key=key,
        help=ui.literal(deciding_text.CHOOSE_HELP.format(case=case, place=one.name)),
        on_click=deciding.ask,
        args=(Wish(force(case, one.provider_id, one.pool_id)),),
        width="stretch",
    )


def _not_this(
    case: str, one: Option, key: str, width: Literal["stretch", "content"] = "stretch"
) -> None:
    """Draw the button that tries out a plan without a place for a case."""
    st.button(
        deciding_text.NOT_THIS,
        key=key,
        help=ui.literal(deciding_text.NOT_THIS_HELP.format(case=case, place=one.name)),
        on_click=deciding.ask,
        args=(Wish(forbid(case, one.provider_id, one.pool_id)),),
        type="tertiary",
        width=width,
    )


def _words(one: Option, *, several: bool) -> str:
    below = f"{common.capital(common.kind(one.placement_type))}, {one.distance}"
    if several:
        below += f", {text.POOL.format(pool=one.pool_id)}"
    beds = ui.mark("held", text.BEDS_TAKEN) if one.taken else ui.mark("placed", text.BEDS_FREE)
    facts = (
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
