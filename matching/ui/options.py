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
from matching.services.decisions import Kind, Matter, forbid, force
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
        _option(found, one, k, several=homes[one.provider_id] > 1, allowed=allowed)
    ui.pager(others, PAGER, PAGE_ROWS)


def of_proposal(at: Desk, policy: Policy, found: CaseExplanation) -> None:
    """Draw what can be decided about the place proposed."""
    if found.proposal is not None and may_decide(at, policy, Kind.FORBID):
        _button(found, found.proposal, Kind.FORBID, "not-proposed", "content")


def _option(
    found: CaseExplanation, one: Option, k: int, *, several: bool, allowed: Mapping[Kind, bool]
) -> None:
    with st.container(key=f"option-{k}"):
        left, right = st.columns((7, 2), gap="medium")
        with left:
            ui.html(_words(one, several=several))
        with right:
            if allowed[Kind.FORCE]:
                _button(found, one, Kind.FORCE, f"choose-{k}")
            if allowed[Kind.FORBID]:
                _button(found, one, Kind.FORBID, f"not-{k}")


def _button(
    found: CaseExplanation,
    one: Option,
    kind: Kind,
    key: str,
    width: Literal["stretch", "content"] = "stretch",
) -> None:
    """Draw the button that tries out a decision about a place."""
    label, help_text = deciding_text.ACTIONS[kind]
    st.button(
        label,
        key=key,
        help=ui.literal(help_text.format(case=found.referral_id, place=one.name)),
        on_click=deciding.ask,
        args=(Wish(matter(found, one, kind)),),
        type="secondary" if kind is Kind.FORCE else "tertiary",
        width=width,
    )


def matter(found: CaseExplanation, one: Option, kind: Kind) -> Matter:
    """Return the decision: on the provider, or on the bed pool where several would fit."""
    pools = [other for other in found.options if other.provider_id == one.provider_id]
    decide = force if kind is Kind.FORCE else forbid
    return decide(found.referral_id, one.provider_id, one.pool_id if len(pools) > 1 else None)


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
