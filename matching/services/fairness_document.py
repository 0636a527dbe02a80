"""The fairness of a plan as plain data, for exports: protected numbers in plain words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from matching.insight.disclosure import Cell
from matching.services.fairness_bands import Change
from matching.services.fairness_views import FairnessView, GroupRow, Middle

NOT_TOLD = "not shown"


def fairness_document(view: FairnessView, as_of: datetime) -> dict[str, Any]:
    """Return a protected view as plain data.

    Parameters
    ----------
    view : FairnessView
    as_of : datetime
        The moment of the plan in the office's time zone.

    Returns
    -------
    dict
        Without race and tribal status.

    Raises
    ------
    ValueError
        If the view holds true numbers.
    """
    if not view.protected:
        raise ValueError("Only protected numbers leave the page.")
    return {
        "as_of": as_of.isoformat(),
        "policy": view.policy_title,
        "plan": view.number,
        "all": _row(view.all),
        "tables": {
            table.title: [_row(row) for row in table.rows]
            for table in view.tables
            if not table.restricted
        },
    }


def _row(row: GroupRow) -> dict[str, Any]:
    return {
        "name": row.name,
        "people": _cell(row.people),
        "placed": _cell(row.placed),
        "without": _cell(row.without),
        "share": _share(row),
        "waited": _middle(row.waited),
        "still": _middle(row.still),
        "travel": _middle(row.travel),
        "first": against(row.first),
        "first_still": _middle(row.first_still),
        "first_travel": _middle(row.first_travel),
    }


def _cell(cell: Cell) -> int | str:
    return cell.text if cell.count is None else cell.count


def _middle(found: Middle | None) -> int | str:
    return NOT_TOLD if found is None else found.middle


def _share(row: GroupRow) -> str:
    if row.share is None:
        return NOT_TOLD
    if not row.enough:
        return "too few to say"
    share, low, high = (round(100 * one) for one in row.share)
    return f"{share}% (chance: {low}% to {high}%)"


def against(one: Change) -> str:
    """Return a difference in words: "1 to 10 more", "2 fewer", "as many"."""
    if one.sign is None:
        return NOT_TOLD
    if one.sign == 0:
        return "as many"
    word = "more" if one.sign > 0 else "fewer"
    if one.exact is not None:
        return f"{one.exact:,} {word}"
    low, high = one.band or (1, 0)
    return f"{low:,} to {high:,} {word}" if high else f"{low:,} or more {word}"
