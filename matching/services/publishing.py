"""Counts of people for those who may not see cases: protected, attacked and kept.

Whatever reaches a role without cases, and every export, goes through
:func:`publish`. What was published on the same day at the office is held
together: nothing new may give away what is hidden in any of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matching.domain.access import Action
from matching.domain.errors import ConflictError
from matching.insight.disclosure import (
    CountTable,
    Nest,
    Protected,
    Release,
    Rules,
    protect_all,
)
from matching.insight.disclosure_sums import told
from matching.insight.disclosure_tables import plain_counts, release_of_plain
from matching.services.desk import Desk
from matching.settings import Settings
from matching.store import Publication, Transaction

#: Where the record keeps true counts until the period is over, and what was shown.
SEALED, SHOWN = "sealed", "shown"
#: Times that tables are protected anew because others were published meanwhile.
_TRIES = 3


def rules_of(settings: Settings) -> Rules:
    """Return from which number on a count is shown, and how well others are hidden."""
    return Rules(settings.small_count, settings.protection_width or settings.small_count)


def period_of(desk: Desk) -> str:
    """Return the period that it is: the day at the office, such as "2026-11-03"."""
    return desk.local(desk.clock()).date().isoformat()


def publish(
    desk: Desk,
    form: str,
    tables: Sequence[CountTable],
    *,
    record: bool,
    nests: Sequence[Nest] = (),
    action: Action = Action.EXPORT_GAPS,
    about: tuple[str, str] = ("", ""),
    details: Mapping[str, Any] | None = None,
) -> Protected:
    """Protect all tables of a page or a file, and keep what is published.

    For a page of somebody who may not see cases, and for every export::

        gaps = {("Outcome", "without")}
        shown = publish(desk, "gaps", [
            one_way("Outcome", {"placed": 210, "without": 90}),
            CountTable("Age", ("Stage", "Age"), counts_by_stage_and_age, of=gaps),
        ], record=False)
        shown.tables["Outcome"].cells["placed"].text      # "210"
        shown.crosses["Age"].cells["c", "13 to 15"].text  # "14" or "hidden"
        shown.crosses["Age"].rows.cells["c"].text         # its margins

    All tables that are shown together go in one call: they are protected
    together, and a margin that several share is shown in all or in none. The
    same dimension must have the same name in every table and on every page.
    Before any look at the record the caller asks for the right to the page.

    Parameters
    ----------
    desk : Desk
    form : str
        The page, or the kind of file; no personal fact.
    tables : sequence of CountTable
        Of true counts, each with its own title.
    record : bool
        Whether this is an export: then the actor must have the right to it, and
        it is an event in the audit. A page is kept too, without an event.
    nests : sequence of Nest, optional
        Dimensions of the tables that divide others further.
    action : Action, optional
        What the export is in the audit.
    about : (str, str), optional
        Kind and id of what was exported, such as ("run", "12").
    details : mapping, optional
        Of the event; codes and counts that are no people.

    Returns
    -------
    Protected
        Hand out its ``tables`` and ``crosses``; its ``release`` holds true
        counts and goes nowhere.

    Raises
    ------
    PermissionDenied
        If the actor may not export.
    ConflictError
        If others publish so often meanwhile that it cannot be held against all.
    ValueError
        If tables contradict each other, two have one title, or two-way tables
        form a ring.
    """
    if record:
        desk.require(action)
    period = period_of(desk)
    for _ in range(_TRIES):
        with desk.store.reading() as reading:
            kept = reading.publications.of(period)
        earlier = [release_of_plain(one.document[SEALED]) for one in kept]
        found = protect_all(tables, nests, rules_of(desk.settings), earlier)
        plain = found.release.to_plain()
        new = all(one.document[SEALED] != plain for one in kept)
        if not new and not record:
            return found
        with desk.store.transaction() as writing:
            if writing.publications.last(period) != (kept[-1].id if kept else 0):
                continue
            if new:
                _keep(desk, writing, period, form, found.release)
            if record:
                writing.audit.append(
                    desk.actor,
                    desk.clock(),
                    action,
                    object_kind=about[0],
                    object_id=about[1],
                    details={"form": form, "protected": True, **(details or {})},
                )
            return found
    raise ConflictError(
        "Others published counts at the same time. Nothing was published.",
        next_step="Try again.",
    )


def _keep(desk: Desk, writing: Transaction, period: str, form: str, release: Release) -> None:
    writing.publications.seal(period)
    shown, hidden = told(release)
    writing.publications.add(
        Publication(
            made_at=desk.clock(),
            actor=desk.actor.name,
            period=period,
            form=form,
            document={
                SHOWN: plain_counts([*shown, *((name, None) for name, _ in hidden)]),
                SEALED: release.to_plain(),
            },
        )
    )
