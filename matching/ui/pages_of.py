"""Which pages there are for whom: one table of pages and the action that opens each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from matching.domain.access import Action, Actor, Role, allows
from matching.ui.text import shell as text

#: What somebody must be allowed to do to open a page; ``None`` is everybody.
OPENS: Mapping[str, Action | None] = MappingProxyType(
    {
        "board": Action.SEE_CASES,
        "plan": Action.RUN_PLAN,
        "calls": Action.RECORD_CALL,
        "case": Action.SEE_CASES,
        "referral": Action.RECORD_REFERRAL,
        "providers": Action.SEE_PROVIDERS,
        "upload": Action.UPLOAD_PROVIDERS,
        "sharing": Action.SHARE_CASE,
        "gaps": Action.SEE_GAPS,
        "planner": Action.PLAN_CAPACITY,
        "whatif": Action.PLAN_CAPACITY,
        "fairness": Action.SEE_FAIRNESS,
        "policy": None,
        "audit": Action.SEE_AUDIT,
        "accounts": Action.MANAGE_ACCOUNTS,
        "account": None,
    }
)

#: Pages that another action opens as well.
ALSO: Mapping[str, Action] = MappingProxyType(
    {"upload": Action.UPLOAD_REFERRALS, "sharing": Action.SHARE_BEDS}
)


def may_open(actor: Actor, name: str) -> bool:
    """Tell whether somebody may open a page."""
    wanted = OPENS[name]
    if wanted is None or allows(actor.role, wanted):
        return True
    other = ALSO.get(name)
    return other is not None and allows(actor.role, other)


def pages_of(actor: Actor) -> tuple[str, ...]:
    """Return the names of somebody's pages in their order; the first opens first.

    Before there are accounts nobody has one of their own; whoever asks for that page by
    its address is told so.
    """
    return tuple(
        name
        for name in text.PAGES
        if may_open(actor, name) and not (name == "account" and actor.role is Role.LOCAL)
    )
