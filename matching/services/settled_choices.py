"""What follows from who has a bed, as it is kept with a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matching.domain.errors import StoreError
from matching.engine.choices import Choices, Seat

_KINDS = ("only", "forbidden", "calling")

Rows = Mapping[str, Sequence[Sequence[str | None]]]


def settled_to_plain(choices: Choices) -> dict[str, list[list[str | None]]]:
    """Return what follows from who has a bed as plain data, ready for JSON."""
    out = {}
    for kind in _KINDS:
        seats: frozenset[Seat] = getattr(choices, kind)
        out[kind] = [list(seat) for seat in sorted(seats, key=str)]
    return out


def settled_from_plain(rows: Rows) -> Choices:
    """Return what :func:`settled_to_plain` wrote; older plans keep nothing.

    Raises
    ------
    StoreError
        If it is not in that form.
    """
    try:
        seats = {kind: [_seat(row) for row in rows.get(kind, ())] for kind in _KINDS}
    except (AttributeError, TypeError, ValueError):
        raise StoreError(
            "What is stored with a plan cannot be read by this version.",
            next_step="Use the version of the software that wrote it, or a newer one.",
        ) from None
    return Choices().and_(
        only=seats["only"], forbidden=seats["forbidden"], calling=seats["calling"]
    )


def _seat(row: Sequence[str | None]) -> Seat:
    person, provider, pool = row
    if not isinstance(person, str) or not isinstance(provider, str):
        raise TypeError("a seat is of a person at a provider")
    return Seat(person, provider, pool)
