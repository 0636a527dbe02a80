"""The smallest change that would give a person a place, by what it takes.

For somebody whom the plan leaves without a place, alone or with a group: a
call, a waiver, a wider radius, training, a licence, staff or a bed. Every
answer is confirmed by making the whole plan again with that one change in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from matching.domain.errors import ChoiceError
from matching.engine.effort import Effort
from matching.engine.rules.base import facts
from matching.engine.rules.text import start, who
from matching.engine.solution import Solution
from matching.insight.attempts import Attempt, Case, ChangeKind
from matching.insight.attempts_calls import answers, vacancies
from matching.insight.attempts_people import split, waivers, wider
from matching.insight.attempts_places import beds, remedied, staffed
from matching.insight.chances import Chances
from matching.insight.difference import Difference, Place, difference, placings
from matching.insight.edits import Edit, Fact, facts_of, solved_with
from matching.insight.near import Near

__all__ = ["KIND_WORDS", "TRIES", "Change", "ChangeKind", "Changes", "smallest_changes"]

#: Plans made again for one kind of change, at most, unless told otherwise.
TRIES = 3

#: Told in a few words what is tried next.
Progress = Callable[[str], None]

#: What is looked for, in words, for progress.
KIND_WORDS = {
    ChangeKind.CALL: "a call",
    ChangeKind.WAIVE: "a waiver",
    ChangeKind.WIDEN: "a wider radius",
    ChangeKind.TRAIN: "training",
    ChangeKind.RELICENSE: "a licence or certificate",
    ChangeKind.STAFF: "more staff",
    ChangeKind.BED: "one more bed",
}


@dataclass(frozen=True, slots=True)
class Change:
    """A single change with which the plan gives a person a place.

    Attributes
    ----------
    kind : ChangeKind
    provider : str or None
        Identifier of the provider it is about.
    pool : str or None
        Identifier of the bed pool, where it is about one.
    code : str
        Code of the rule that stood in the way; "beds" where others had them.
    amount : int or None
        Beds, miles or members of staff.
    sentence : str
        The change, what it would give, and what becomes of everybody else.
    difference : Difference
        The plan with the change, against the plan without.
    place : (str, str)
        Where the person would live: provider and bed pool.
    facts : tuple of Fact
        Exactly what would be different on the record; empty for decisions.
    role : str or None
        Who may waive the rule.
    licence : bool
        Whether a licence has to grow with the beds.
    edit : Edit
        The change itself, to be applied.
    """

    kind: ChangeKind
    provider: str | None
    pool: str | None
    code: str
    amount: int | None
    sentence: str
    difference: Difference
    place: Place
    facts: tuple[Fact, ...]
    role: str | None
    licence: bool
    edit: Edit


@dataclass(frozen=True, slots=True)
class Changes:
    """The smallest changes found for one person.

    Attributes
    ----------
    found : tuple of Change
        At most one of each kind, in the published order of effort.
    tried : int
        Plans made again.
    exhausted : bool
        Whether no single change of any other kind would do: each that comes
        into question was tried. If not, some were left out.
    left_out : dict of ChangeKind to int
        For each kind without an answer, how many changes were not tried.
    """

    found: tuple[Change, ...]
    tried: int
    exhausted: bool
    left_out: dict[ChangeKind, int]


def smallest_changes(
    solution: Solution,
    i: int,
    *,
    tries: int = TRIES,
    kinds: Iterable[ChangeKind] = tuple(ChangeKind),
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
) -> Changes:
    """Find the smallest change of each kind that would give a person a place.

    Changes to a place hold for everybody: where somebody who comes first would
    take the bed, the next change is tried. Within a kind, changes that a chain
    of moves could carry through come first, then those of less preference
    cost, then by name.

    Parameters
    ----------
    solution : Solution
    i : int
        Position of a referral without a place; its group comes with it.
    tries : int, optional
        Plans made again for each kind, at most.
    kinds : iterable of ChangeKind, optional
        What to look for.
    progress : callable, optional
        Told what is tried next.
    stop : callable, optional
        Tells whether a person has stopped the search; what was found is kept.

    Returns
    -------
    Changes
        Empty and exhausted for somebody who has a place.
    """
    if solution.chosen[i] >= 0:
        return Changes((), 0, exhausted=True, left_out={})
    search = _Search(solution, i, tries, progress, stop or _never)
    wanted = set(kinds)
    for kind in ChangeKind:
        if kind in wanted:
            search.look(kind)
    return Changes(
        found=tuple(search.found),
        tried=search.tried,
        exhausted=not search.left_out,
        left_out=search.left_out,
    )


def _never() -> bool:
    return False


class _Search:
    """The search for one person, kind by kind."""

    def __init__(
        self,
        solution: Solution,
        row: int,
        tries: int,
        progress: Progress | None,
        stop: Callable[[], bool],
    ) -> None:
        self._solution, self._row, self._tries = solution, row, tries
        self._progress, self._stop = progress, stop
        self._before = placings(solution)
        case = Case(row, Near(solution, row), Chances(solution))
        self._attempts: dict[ChangeKind, list[Attempt]] = {kind: [] for kind in ChangeKind}
        for source in (answers, vacancies, waivers, split, wider, remedied, staffed, beds):
            for attempt in source(case):
                self._attempts[attempt.kind].append(attempt)
        self.found: list[Change] = []
        self.tried = 0
        self.left_out: dict[ChangeKind, int] = {}

    def look(self, kind: ChangeKind) -> None:
        """Try changes of one kind until one is confirmed or the tries are used up."""
        todo = sorted(self._attempts[kind], key=lambda one: one.order)
        used = 0
        done: set[Edit] = set()
        for number, attempt in enumerate(todo):
            if used == self._tries or self._stop():
                self.left_out[kind] = len(todo) - number
                return
            edit = attempt.make()
            if edit is None or edit in done:
                continue
            done.add(edit)
            used += 1
            self.tried += 1
            if self._progress is not None:
                self._progress(f"Trying {KIND_WORDS[kind]}, {number + 1} of {len(todo)}")
            change = self._confirmed(attempt, edit)
            if change is not None:
                self.found.append(change)
                return

    def _confirmed(self, attempt: Attempt, edit: Edit) -> Change | None:
        """Make the plan again with the change in; none if it does not help."""
        try:
            after = solved_with(self._solution, edit, Effort(stopped=self._stop))
        except ChoiceError:  # what was decided before cannot be done with it
            return None
        if self._stop() or any(after.chosen[row] < 0 for row in attempt.people):
            return None
        problem = self._solution.problem
        changed = difference(self._before, placings(after))
        place = after.problem.pool_keys[int(after.pairs.pool[after.chosen[self._row]])]
        home = None if attempt.home is None else problem.provider_ids[attempt.home]
        return Change(
            kind=attempt.kind,
            provider=home,
            pool=None if attempt.pool is None else problem.pool_keys[attempt.pool][1],
            code=attempt.code,
            amount=attempt.amount,
            sentence=self._sentence(attempt, place, home, changed),
            difference=changed,
            place=place,
            facts=facts_of(problem, edit),
            role=attempt.role,
            licence=attempt.licence,
            edit=edit,
        )

    def _sentence(
        self, attempt: Attempt, place: Place, home: str | None, changed: Difference
    ) -> str:
        problem = self._solution.problem
        whom = who(facts(problem, self._row, 0))
        if len(attempt.people) > 1:
            whom += " and the rest of the group"
        where = ""
        if place[0] != home:
            where = f" at {changed.names.get(place[0], place[0])}"
        unit = {problem.referral_ids[row] for row in attempt.people}
        ask = f"{attempt.ask} " if attempt.ask else ""
        rest = changed.without(unit).for_others()
        would = f"{start(attempt.words)} would give {whom} a place{where}; {rest}."
        return ask + would
