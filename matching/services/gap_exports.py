"""The gaps of a plan as files: a workbook and a printed brief, protected whoever asks."""

from __future__ import annotations

from matching.domain.access import Action
from matching.domain.errors import NotFound
from matching.export.brief import brief_page
from matching.export.workbook import Lapsing
from matching.insight.disclosure import Protected
from matching.services.desk import Desk
from matching.services.documents import about_gaps
from matching.services.gap_brief import gap_brief
from matching.services.gap_tables import gap_tables, gaps_book
from matching.services.gap_views import supply_view
from matching.services.lapses import lapses
from matching.services.matching import SavedRun, reopen
from matching.services.publishing import publish


def export_gaps(desk: Desk, saved: SavedRun | None = None) -> bytes:
    """Write the gaps of a plan as a workbook.

    One transaction, one audit event.

    Parameters
    ----------
    desk : Desk
    saved : SavedRun, optional
        By default the plan saved last.

    Raises
    ------
    PermissionDenied
        If the actor may not export gaps.
    NotFound
        If there is no plan of today's facts.
    """
    desk.require(Action.EXPORT_GAPS)
    saved = saved or _latest(desk)
    shown = _published(desk, saved, "xlsx")
    as_of = desk.local(saved.run.problem.as_of)
    about = {**about_gaps(saved.run), "as_of": as_of.isoformat()}
    ending = lapses(desk)
    lapsing = Lapsing(ending.horizons, ending.counts(lambda line: line.what))
    return gaps_book(about, shown, supply_view(desk, saved).supply, lapsing)


def export_brief(desk: Desk, saved: SavedRun | None = None) -> bytes:
    """Write the gaps of a plan as a brief of one printed page.

    One transaction, one audit event.

    Parameters
    ----------
    desk : Desk
    saved : SavedRun, optional
        By default the plan saved last.

    Returns
    -------
    bytes
        HTML that needs nothing else.

    Raises
    ------
    PermissionDenied
        If the actor may not export gaps.
    NotFound
        If there is no plan of today's facts.
    """
    desk.require(Action.EXPORT_GAPS)
    saved = saved or _latest(desk)
    shown = _published(desk, saved, "brief")
    return brief_page(gap_brief(desk, saved, shown, supply_view(desk, saved), lapses(desk)))


def _published(desk: Desk, saved: SavedRun, form: str) -> Protected:
    tables, nests = gap_tables(saved.run)
    return publish(
        desk, form, tables, record=True, nests=nests, about=("run", str(saved.number))
    )


def _latest(desk: Desk) -> SavedRun:
    saved = reopen(desk, Action.SEE_GAPS)
    if saved is None:
        raise NotFound("There is no plan of today's facts.", next_step="Make the plan first.")
    return saved
