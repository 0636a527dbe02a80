"""The steps of an upload: which there are for a file, and where somebody is needed."""

from __future__ import annotations

from enum import StrEnum

from matching.domain.access import Action
from matching.intake.columns import How, Special
from matching.intake.draft import Draft
from matching.intake.issues import NotKept, Severity
from matching.intake.known_lists import known_list
from matching.intake.meanings import State
from matching.intake.uploads import Counts
from matching.services.desk import Desk

#: Columns of the record that a file must fill before it is taken for a list at all.
_LEAST = 2


class Step(StrEnum):
    """One step; their order is that of the page."""

    FILE = "file"
    SHEET = "sheet"
    COLUMNS = "columns"
    VALUES = "values"
    PROBLEMS = "problems"
    CHANGES = "changes"


_OF_STANDARD = (Step.FILE, Step.PROBLEMS, Step.CHANGES)


def is_standard(draft: Draft) -> bool:
    """Tell whether a file is of a known standard that needs no matching by hand."""
    return bool(draft.standard) and draft.grid is None


def steps(draft: Draft | None) -> tuple[Step, ...]:
    """Return the steps of a file; all of them before there is one."""
    return _OF_STANDARD if draft is not None and is_standard(draft) else tuple(Step)


def reachable(draft: Draft | None) -> frozenset[Step]:
    """Return the steps that may be opened now: not past a file that cannot be read so."""
    if draft is None:
        return frozenset({Step.FILE})
    every = frozenset(steps(draft))
    return every if draft.upload is not None else every - {Step.PROBLEMS, Step.CHANGES}


def step_after(draft: Draft | None, step: Step) -> Step | None:
    """Return the next step, or ``None`` after the last or where it is barred."""
    mine = steps(draft)
    later = [one for one in mine if list(Step).index(one) > list(Step).index(step)]
    return later[0] if later and later[0] in reachable(draft) else None


def step_before(draft: Draft | None, step: Step) -> Step | None:
    """Return the step before, or ``None`` at the first."""
    mine = steps(draft)
    sooner = [one for one in mine if list(Step).index(one) < list(Step).index(step)]
    return sooner[-1] if sooner else None


def nearest(draft: Draft | None, step: Step) -> Step:
    """Return the step itself if it may be opened, else the last one before it that may."""
    while step not in reachable(draft) or step not in steps(draft):
        before = step_before(draft, step)
        if before is None:
            return Step.FILE
        step = before
    return step


def open_questions(draft: Draft) -> dict[Step, int]:
    """Return how many things of each step wait for a person's answer."""
    header = draft.header
    undecided = 0
    if header is not None:
        undecided = sum(one.how is How.UNDECIDED for one in header.matches)
        undecided += draft.stop is not None and undecided == 0
    asked = sum(one.state is State.ASKED for one in draft.meanings)
    errors = sum(one.severity is Severity.ERROR for one in draft.repairs)
    return {Step.COLUMNS: int(undecided), Step.VALUES: asked, Step.PROBLEMS: errors}


def first_step(draft: Draft) -> Step:
    """Return the step to open first: past all those that leave nothing to look at.

    A file whose every column is known and whose first row names them needs no
    walk through the steps; its rows are seen before they are saved all the same.
    """
    if is_standard(draft):
        return Step.PROBLEMS  # says what it was recognised as
    questions = open_questions(draft)
    if questions[Step.COLUMNS] or questions[Step.VALUES] or not _plain(draft):
        return Step.SHEET
    if draft.upload is None:
        return Step.SHEET
    return Step.PROBLEMS if questions[Step.PROBLEMS] else Step.CHANGES


def _plain(draft: Draft) -> bool:
    """Tell whether nothing about the sheet and its columns had to be decided."""
    grid, header = draft.grid, draft.header
    if grid is None or header is None or draft.standard:
        return False
    known = all(
        one.how in (How.NAME, How.REMEMBERED, How.CHOSEN, How.PRIVATE) for one in header.matches
    )
    shown = [one for one in draft.sheets if not one.hidden]
    return known and len(shown) <= 1 and not grid.decisions and not grid.left_out


def is_wrong_file(draft: Draft) -> bool:
    """Tell whether a file is most likely not a list of providers or of people at all."""
    if draft.stop is None or draft.header is None:
        return False
    filled = {one.column for one in draft.header.matches} - {None, Special.PLACE}
    return len(filled) < _LEAST


def counts(draft: Draft) -> Counts | None:
    """Return how many rows went where, if the file can be read so."""
    return None if draft.upload is None else draft.upload.counts


def decisions(draft: Draft) -> tuple[str, ...]:
    """Return everything that was decided without asking, one sentence each."""
    if draft.upload is not None:
        return draft.upload.decisions
    return () if draft.grid is None else draft.grid.decisions


def not_kept(draft: Draft) -> tuple[tuple[str, bool, tuple[str, ...]], ...]:
    """Return the columns that are not kept, by reason: what protects people first.

    Returns
    -------
    tuple of (why, private, columns)
    """
    found: tuple[NotKept, ...] = ()
    if draft.upload is not None:
        found = draft.upload.not_kept
    elif draft.header is not None:
        found = draft.header.not_kept
    by_reason: dict[tuple[str, bool], list[str]] = {}
    for one in found:
        by_reason.setdefault((one.why, one.private), []).append(one.column)
    order = sorted(by_reason.items(), key=lambda item: not item[0][1])
    return tuple((why, private, tuple(names)) for (why, private), names in order)


def assumptions(draft: Draft) -> tuple[str, ...]:
    """Return what is assumed of a published list beyond what stands in it."""
    if not draft.standard or draft.grid is None:
        return ()
    found = known_list(draft.grid.columns)
    return () if found is None else found.decisions


def senders(desk: Desk) -> tuple[str, ...]:
    """Return the agencies on record, for the question who sent a file.

    Raises
    ------
    PermissionDenied
        If the actor may not see providers.
    """
    desk.require(Action.SEE_PROVIDERS)
    with desk.store.reading() as record:
        providers, _ = record.providers.all()
    return tuple(sorted({one.agency for one in providers if one.agency}))
