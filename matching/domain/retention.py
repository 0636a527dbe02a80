"""How long what is recorded about people is kept: the `[retention]` table of a policy.

It changes no plan. What a state's own law says about case records belongs in that
state's file, with its citation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from matching.domain.policy_checks import fail, number, only

#: Seven years after the last change, unless law says longer.
SEVEN_YEARS = 2555

_CITATION = (
    "HUD, Homeless Management Information Systems data and technical standards (2004): "
    "dispose of or de-identify seven years after the last change, unless law says longer"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Days after which something is removed.

    Attributes
    ----------
    closed_days : int
        Facts of a case, after it was closed.
    sessions_days : int
        Who was signed in when, after it was last seen.
    openings_days : int
        Who opened a confidential provider, after that ended; the audit log keeps it.
    publications_days : int
        Tables of counts that were given out.
    images_days : int
        What records said before an upload; an upload older than that cannot be undone.
    searches_days : int
        Diligent-search records.
    sharing_days : int
        Consents and requests to partners, after they expired.
    citation : str
        The text that asks for it.
    """

    closed_days: int = SEVEN_YEARS
    sessions_days: int = 90
    openings_days: int = 365
    publications_days: int = SEVEN_YEARS
    images_days: int = 365
    searches_days: int = SEVEN_YEARS
    sharing_days: int = SEVEN_YEARS
    citation: str = _CITATION

    def days(self, name: str) -> timedelta:
        """Return a length of time by its name."""
        return timedelta(days=getattr(self, name))


#: Least and most of each: what an office could mean, not what is wise.
_LIMITS: Mapping[str, tuple[int, int]] = {
    one.name: (1, 36_500) for one in fields(Retention) if one.name.endswith("_days")
}


def read(table: Any, name: str) -> Retention:
    """Read the retention of a policy; what it does not say is as in :class:`Retention`.

    Parameters
    ----------
    table : object
        The `[retention]` table as it was read.
    name : str
        Name of the policy, for errors.

    Raises
    ------
    PolicyError
        With a sentence that says where the file is wrong.
    """
    where = "[retention]"
    only(table, _LIMITS.keys() | {"citation"}, name, where)
    citation = table.get("citation", _CITATION)
    if not isinstance(citation, str):
        raise fail(name, where, "'citation' must be a text.")
    days = {
        key: number(table[key], *limits, name, f"{where} {key}")
        for key, limits in _LIMITS.items()
        if key in table
    }
    return Retention(**days, citation=citation)
