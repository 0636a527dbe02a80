"""How far a plan is proven, in plain words; "best" is said only where it is proven."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from matching.domain.words import Urgency, label
from matching.engine.effort import Effort
from matching.engine.plan import Status
from matching.engine.solution import Method, Solution


class Stopped(StrEnum):
    """Why a search ended before its proof."""

    PERSON = "person"  #: somebody stopped it
    TIME = "time"  #: its time was over
    SOLVER = "solver"  #: the solver gave up by itself


def why_stopped(solution: Solution, effort: Effort) -> Stopped | None:
    """Return why the proof is missing, or ``None`` if it is complete."""
    if solution.plan.status is not Status.FEASIBLE:
        return None
    if effort.stopped():
        return Stopped.PERSON
    return Stopped.TIME if effort.left() == 0.0 else Stopped.SOLVER


@dataclass(frozen=True, slots=True)
class Proof:
    """What is proven of a plan.

    Attributes
    ----------
    proven : bool
        Whether no better plan exists.
    stopped : Stopped or None
        Why it is not proven.
    parts : int
        People who compete for beds with one another and nobody else make a part.
    flow, kept, program : int
        Parts by method.
    open_parts : int
        Parts that are not proven.
    more : tuple of (str, int)
        For each tier, in its order, how many more people might have a place;
        tiers where none could are left out. The tier is its word in files.
    cost : int
        By how much the total preference cost might be less.
    order_open : bool
        Whether in some part even the order of waiting is not proven.
    """

    proven: bool
    stopped: Stopped | None
    parts: int
    flow: int
    kept: int
    program: int
    open_parts: int
    more: tuple[tuple[str, int], ...]
    cost: int
    order_open: bool

    @property
    def people(self) -> int:
        """How many more people might have a place, all tiers together."""
        return sum(number for _, number in self.more)


def proof_of(solution: Solution, stopped: Stopped | None = None) -> Proof:
    """Return what is proven of a plan.

    Parameters
    ----------
    solution : Solution
    stopped : Stopped, optional
        Why the proof is missing, where that is known.
    """
    plan, parts = solution.plan, solution.parts
    methods = Counter(part.method for part in parts)
    proven = plan.status is not Status.FEASIBLE
    more = ((tier.tier, tier.most - tier.placed) for tier in plan.tiers)
    return Proof(
        proven=proven,
        stopped=None if proven else stopped or Stopped.SOLVER,
        parts=len(parts),
        flow=methods[Method.FLOW],
        kept=methods[Method.KEPT],
        program=methods[Method.PROGRAM],
        open_parts=sum(part.gap != 0 or any(part.more) for part in parts),
        more=tuple((tier, number) for tier, number in more if number),
        cost=plan.objective - plan.bound,
        order_open=any(part.gap is None for part in parts),
    )


def claim(proof: Proof) -> str:
    """Return in a few words what may be said of a plan: "best" only where proven."""
    if proof.proven:
        return "best, proven"
    if proof.more:
        gap = [_people(number, tier) for tier, number in proof.more]
        return f"best found, proven to within {_and(gap)}"
    if proof.order_open:
        return "best found; the number with a place is proven, the order of waiting is not"
    return (
        f"best found, proven to within {proof.cost:,} points of preference; "
        "nobody more can have a place"
    )


_STOPPED = {
    Stopped.PERSON: "The search was stopped by hand before the proof was complete.",
    Stopped.TIME: "The time for the search was over before the proof was complete.",
    Stopped.SOLVER: "The search ended before the proof was complete.",
}


def sentences(proof: Proof) -> tuple[str, ...]:
    """Return how a plan was solved and how far it is proven, in plain sentences."""
    if proof.parts == 0:
        return ("Nobody could use any bed, so there was nothing to solve.",)
    out = [_methods(proof)]
    if proof.proven:
        out.append("Every part is proven: no better plan exists.")
        return tuple(out)
    if proof.stopped is not None:
        out.append(_STOPPED[proof.stopped])
    closed = proof.parts - proof.open_parts
    if closed:
        out.append(
            f"{_count(closed, 'part is', 'parts are')} proven, {proof.open_parts:,} not."
        )
    out.append(f"This plan is the {claim(proof)}.")
    return tuple(out)


def _methods(proof: Proof) -> str:
    ways = (
        (proof.flow, "as a flow"),
        (proof.kept, "as a flow that keeps every tie between people"),
        (proof.program, "by a mixed-integer program"),
    )
    how = _and([f"{number:,} {way}" for number, way in ways if number])
    if proof.parts == 1:
        return f"All compete for the same beds: 1 part, solved {how.removeprefix('1 ')}."
    return f"The plan falls into {proof.parts:,} parts that share no bed: {how}."


def _people(number: int, tier: str) -> str:
    more = "1 more person" if number == 1 else f"{number:,} more people"
    return f"{more} of the priority '{label(Urgency(tier))}'"


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _and(texts: list[str]) -> str:
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} and {texts[-1]}"


def proof_document(proof: Proof) -> dict[str, Any]:
    """Return a proof as plain data.

    Returns
    -------
    dict
        ``gap`` holds how many more people might have a place, by tier, and by
        how much the preference cost might be less.
    """
    return {
        "claim": claim(proof),
        "stopped": None if proof.stopped is None else proof.stopped.value,
        "parts": {
            "number": proof.parts,
            "flow": proof.flow,
            "kept": proof.kept,
            "program": proof.program,
            "open": proof.open_parts,
        },
        "gap": {
            "people": dict(proof.more),
            "cost": proof.cost,
            "order_of_waiting": proof.order_open,
        },
    }


def stopped_of(document: Mapping[str, Any]) -> Stopped | None:
    """Return why the search of a stored plan ended before its proof."""
    found = document.get("stopped")
    return None if found is None else Stopped(found)
