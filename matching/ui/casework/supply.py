"""Beds by placement type, and what providers must be asked or told: parts of the board."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from matching.services import views
from matching.ui import components as ui
from matching.ui.text import board as text
from matching.ui.text import common

#: Rows of the lists of what providers must be asked; the rest is on the page Providers.
_FEW = 8


def _bed_cell(beds: views.BedCount) -> str:
    if beds.unknown_pools and not beds.known:
        return text.NOT_SAID
    return f"{beds.known:,}" + ("+" if beds.unknown_pools else "")


def _sum(counts: Iterable[views.BedCount]) -> views.BedCount:
    listed = list(counts)
    return views.BedCount(
        sum(one.known for one in listed), sum(one.unknown_pools for one in listed)
    )


def beds(board: views.Board) -> None:
    """Draw the beds of each placement type, with how many pools have not said."""
    if not board.beds:
        return
    ui.section(text.BEDS, text.BEDS_SENTENCE)
    first, *middle, last = text.BEDS_COLUMNS
    ui.table(
        [first, *(ui.Column(title, number=True) for title in middle), last],
        [
            (
                common.capital(beds.placement_type),
                f"{beds.providers:,}",
                *map(_bed_cell, (beds.licensed, beds.staffed, beds.accepting, beds.free)),
                f"{beds.free.unknown_pools:,}",
                text.news(beds.stale_pools, beds.pools, beds.oldest_hours),
            )
            for beds in board.beds
        ],
        text.BEDS_CAPTION,
        total=(
            text.TOTAL,
            f"{sum(beds.providers for beds in board.beds):,}",
            _bed_cell(_sum(beds.licensed for beds in board.beds)),
            _bed_cell(_sum(beds.staffed for beds in board.beds)),
            _bed_cell(_sum(beds.accepting for beds in board.beds)),
            _bed_cell(_sum(beds.free for beds in board.beds)),
            f"{sum(beds.free.unknown_pools for beds in board.beds):,}",
            text.news(
                sum(beds.stale_pools for beds in board.beds),
                sum(beds.pools for beds in board.beds),
                max(
                    (b.oldest_hours for b in board.beds if b.oldest_hours is not None),
                    default=None,
                ),
            ),
        ),
    )


def stale(board: views.Board) -> None:
    """Draw the providers whose beds nobody has confirmed lately."""
    if not board.stale:
        ui.part(text.STALE_TITLE, text.NOTHING_STALE.format(hours=board.stale_hours))
        return
    ui.part(text.STALE_TITLE, text.stale(len(board.stale), board.providers, board.stale_hours))
    first, kind, heard, beds = text.STALE_COLUMNS
    ui.table(
        [first, kind, heard, ui.Column(beds, number=True)],
        [
            (
                one.name,
                common.kind(one.placement_type),
                text.NEVER if one.hours is None else f"{common.span(one.hours)} ago",
                text.NOT_SAID if one.free is None else f"{one.free:,}",
            )
            for one in board.stale[:_FEW]
        ],
        text.STALE_TITLE,
    )
    _more(len(board.stale))


def endings(board: views.Board, today: date) -> None:
    """Draw the licences, certificates and courses that end."""
    if not board.endings:
        ui.part(text.ENDINGS_TITLE, text.NOTHING_ENDS)
        return
    ended = sum(one.ends < today for one in board.endings)
    ui.part(text.ENDINGS_TITLE, text.endings(ended, len(board.endings) - ended))
    # What ends next can still be kept; what has ended long ago is less urgent.
    order = sorted(board.endings, key=lambda one: (one.ends < today, abs(one.ends - today)))
    ui.table(
        text.ENDINGS_COLUMNS,
        [
            (one.name, one.what, text.ends(common.day(one.ends), (one.ends - today).days))
            for one in order[:_FEW]
        ],
        text.ENDINGS_TITLE,
    )
    _more(len(board.endings))


def _more(total: int) -> None:
    if total > _FEW:
        ui.note(text.MORE.format(more=f"{total - _FEW:,}"))
