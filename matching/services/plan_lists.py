"""The lists of a plan: filtered, sorted, and exported exactly as shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from matching.domain.access import Action
from matching.export.flat import plan_csv
from matching.export.workbook import plan_workbook
from matching.services.desk import Desk
from matching.services.documents import plan_document
from matching.services.matching import SavedRun
from matching.services.people import Person, Unplaced
from matching.services.plan_views import Placed, PlanView, plan_rows, standing
from matching.services.planning import Run
from matching.services.proof import Stopped


class Order(StrEnum):
    """Orders of the lists."""

    PRIORITY = "priority"
    WAIT = "wait"
    CASE = "case"
    COUNTY = "county"


class Asking(StrEnum):
    """Which proposals to show."""

    ALL = "all"
    ASK = "ask"  #: something must be asked first
    READY = "ready"  #: nothing must be asked first


@dataclass(frozen=True, slots=True)
class Choice:
    """What the lists show. An empty set filters nothing.

    Attributes
    ----------
    counties, priorities, kinds, workers : frozenset of str
        ``kinds`` is the type of the place proposed, or for those without one
        any type found suitable.
    asking : Asking
        Those without a place are shown only with all proposals.
    search : str
        Part of a case reference or of a provider's name.
    order : Order
    """

    counties: frozenset[str] = field(default_factory=frozenset)
    priorities: frozenset[str] = field(default_factory=frozenset)
    kinds: frozenset[str] = field(default_factory=frozenset)
    workers: frozenset[str] = field(default_factory=frozenset)
    asking: Asking = Asking.ALL
    search: str = ""
    order: Order = Order.PRIORITY

    def named(self) -> dict[str, str]:
        """Return the filters in use, by name, in words."""
        sets = {
            "county": self.counties,
            "priority": self.priorities,
            "placement type": self.kinds,
            "worker": self.workers,
        }
        out = {name: ", ".join(sorted(values)) for name, values in sets.items() if values}
        if self.asking is not Asking.ALL:
            out["ask before placing"] = "yes" if self.asking is Asking.ASK else "no"
        if self.search.strip():
            out["search"] = self.search.strip()
        return out


def choose(view: PlanView, choice: Choice) -> PlanView:
    """Return a plan with only the rows chosen, in the order chosen."""
    placed = [row for row in view.placed if _placed_matches(row, choice)]
    without = [row for row in view.without if _without_matches(row, choice)]
    placed.sort(key=lambda row: _order(row.person, choice.order))
    without.sort(key=lambda row: _order(row.person, choice.order))
    return replace(view, placed=tuple(placed), without=tuple(without))


def _order(who: Person, order: Order) -> tuple[Any, ...]:
    usual = standing(who)
    if order is Order.WAIT:
        return usual[1:]
    if order is Order.CASE:
        return (who.case,)
    return (who.county, *usual) if order is Order.COUNTY else usual


def _person_matches(who: Person, choice: Choice) -> bool:
    return (
        (not choice.counties or who.county in choice.counties)
        and (not choice.priorities or who.priority in choice.priorities)
        and (not choice.workers or (who.worker or "") in choice.workers)
    )


def _found(choice: Choice, *texts: str) -> bool:
    wanted = choice.search.strip().casefold()
    return not wanted or any(wanted in text.casefold() for text in texts)


def _placed_matches(row: Placed, choice: Choice) -> bool:
    return (
        _person_matches(row.person, choice)
        and (not choice.kinds or row.placement_type in choice.kinds)
        and (choice.asking is Asking.ALL or row.provisional == (choice.asking is Asking.ASK))
        and _found(choice, row.person.case, row.provider, row.provider_id)
    )


def _without_matches(row: Unplaced, choice: Choice) -> bool:
    return (
        choice.asking is Asking.ALL
        and _person_matches(row.person, choice)
        and (not choice.kinds or bool(row.person.kinds & choice.kinds))
        and _found(choice, row.person.case)
    )


class Form(StrEnum):
    """Forms of an export."""

    CSV = "csv"
    XLSX = "xlsx"


def export_plan(
    desk: Desk, saved: SavedRun, shown: PlanView, choice: Choice, form: Form
) -> bytes:
    """Write exactly the rows shown: one transaction, one audit event.

    The event names the filters used, not what was searched for.

    Raises
    ------
    PermissionDenied
        If the actor may not export plans.
    """
    desk.require(Action.EXPORT_PLAN)
    document = sheet_document(saved.run, shown.placed, shown.without, desk.local, saved.stopped)
    document["filters"] = choice.named()
    data = plan_csv(document) if form is Form.CSV else plan_workbook(document)
    rows = len(shown.placed) + len(shown.without)
    with desk.store.transaction() as record:
        record.audit.append(
            desk.actor,
            desk.clock(),
            Action.EXPORT_PLAN,
            object_kind="run",
            object_id=str(saved.number),
            details={"form": form.value, "rows": rows, "filters": sorted(choice.named())},
        )
    return data


def file_document(run: Run, stopped: Stopped | None = None) -> dict[str, Any]:
    """Return the document of a plan made from files, with names and reasons, for a workbook."""
    placed, without = plan_rows(run)
    return sheet_document(run, placed, without, lambda moment: moment, stopped)


def sheet_document(
    run: Run,
    placed: Sequence[Placed],
    without: Sequence[Unplaced],
    local: Callable[[datetime], datetime],
    stopped: Stopped | None = None,
) -> dict[str, Any]:
    """Return the document of a plan with some of its rows, their names and reasons.

    Parameters
    ----------
    run : Run
    placed : sequence of Placed
    without : sequence of Unplaced
    local : callable
        Puts a moment into the time zone it is to be read in.
    stopped : Stopped, optional
        Why the plan is not proven, where it is not.
    """
    return {
        **plan_document(run, stopped),
        "as_of": local(run.problem.as_of).isoformat(),
        "placements": [
            {
                **_person_cells(row.person, local),
                "provider": row.provider_id,
                "provider_name": row.provider,
                "bed_pool": row.pool_id,
                "placement_type": row.placement_type,
                "distance": row.distance,
                "reasons": list(row.reasons),
                "provisional": row.provisional,
                "ask": list(row.asked),
                "questions": list(row.questions),
                "cost": row.cost,
            }
            for row in placed
        ],
        "not_placed": [
            {
                **_person_cells(row.person, local),
                "stage": row.stage.value,
                "rule": row.rule,
                "funnel": {code: fell for code, _, fell in row.funnel},
            }
            for row in without
        ],
    }


def _person_cells(who: Person, local: Callable[[datetime], datetime]) -> dict[str, Any]:
    received = who.received_at
    return {
        "referral": who.case,
        "age": who.age,
        "gender": who.gender,
        "priority": who.priority,
        "received_at": None if received is None else local(received).isoformat(),
        "county": who.county,
        "worker": who.worker,
    }
