"""Which pages there are for whom: one table of pages and the action that opens each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from matching.domain.access import Action, Actor, Role, allows
from matching.ui import session
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


def there_are() -> tuple[str, ...]:
    """Return the names of the pages that have been made, in the order of the navigation."""
    return tuple(name for name in text.PAGES if session.page_file(name).is_file())


def may_open(actor: Actor, name: str) -> bool:
    """Tell whether somebody may open a page."""
    if name == "account" and actor.role is Role.LOCAL:
        return False  # there is none yet
    wanted = OPENS[name]
    if wanted is None or allows(actor.role, wanted):
        return True
    other = ALSO.get(name)
    return other is not None and allows(actor.role, other)


def pages_of(actor: Actor) -> tuple[str, ...]:
    """Return the names of the pages somebody may open; the first opens first."""
    return tuple(name for name in there_are() if may_open(actor, name))
