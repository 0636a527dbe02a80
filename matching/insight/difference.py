"""What changes from one plan to another: who gets a place, loses it or moves.

Plans are compared by identifiers, so that they may be of different problems:
yesterday's and today's, a plan and the same with a decision in, a plan and
what was stored of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from matching.domain.errors import StoreError
from matching.engine.choices import Seat
from matching.engine.solution import Solution

#: A bed pool: identifiers of the provider and of the pool.
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Placings:
    """Who has which place in a plan, and who has none.

    Attributes
    ----------
    places : mapping of str to (str, str)
        Provider and bed pool of everybody who has a place.
    without : frozenset of str
        Everybody without one.
    cost : int
        Total preference cost.
    tiers : mapping of str to str
        Priority tier of each person, where it is known.
    names : mapping of str to str
        Names of providers, where they are known.
    """

    places: Mapping[str, Place]
    without: frozenset[str]
    cost: int
    tiers: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def with_settled(self, seats: Iterable[Seat]) -> Placings:
        """Return the plan with people who were settled before it was made.

        They are in no plan any more, but they have a place all the same.

        Parameters
        ----------
        seats : iterable of Seat
            A seat without a pool counts as the person's own beds.
        """
        fixed = {s.referral_id: (s.provider_id, s.pool_id or "") for s in seats}
        return replace(
            self, places={**self.places, **fixed}, without=self.without - fixed.keys()
        )


def placings(solution: Solution) -> Placings:
    """Return who has which place in a solution."""
    problem, plan = solution.problem, solution.plan
    ids = problem.referral_ids
    pairs = zip(plan.referral.tolist(), plan.pool.tolist(), strict=True)
    places = {ids[i]: problem.pool_keys[j] for i, j in pairs}
    order = solution.policy.ordering.tiers
    tiers = zip(ids, solution.goal.tier.tolist(), strict=True)
    return Placings(
        places=places,
        without=frozenset(ids) - places.keys(),
        cost=plan.objective,
        tiers={name: order[k].value for name, k in tiers},
        names={p.provider_id: p.name for p in problem.provider_records if p.name},
    )


def stored_placings(document: Mapping[str, Any]) -> Placings:
    """Return who has which place in a plan stored as a document.

    Parameters
    ----------
    document : mapping
        As ``plan_document`` of the services writes it: ``placements`` with
        ``referral``, ``provider`` and ``bed_pool``, ``not_placed`` with
        ``referral``, both with ``tier`` if it was stored, and ``objective``.

    Raises
    ------
    StoreError
        If the document is not in that form.
    """
    try:
        placed, waiting = document["placements"], document["not_placed"]
        return Placings(
            places={row["referral"]: (row["provider"], row["bed_pool"]) for row in placed},
            without=frozenset(row["referral"] for row in waiting),
            cost=int(document["objective"]),
            tiers={
                row["referral"]: row["tier"] for row in [*placed, *waiting] if "tier" in row
            },
        )
    except (KeyError, TypeError, ValueError):
        raise StoreError(
            "The stored plan cannot be compared: it was written in another form.",
            next_step="Compare it with the version of the software that wrote it.",
        ) from None


@dataclass(frozen=True, slots=True)
class Move:
    """A person's place in the first plan and in the second; ``None`` is none."""

    referral_id: str
    before: Place | None
    after: Place | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What changes from a first plan to a second one.

    Attributes
    ----------
    gained : tuple of Move
        Without a place in the first plan, with one in the second.
    lost : tuple of Move
        The other way round.
    moved : tuple of Move
        At another provider than before.
    shifted : tuple of Move
        In other beds of the same provider.
    stays : tuple of str
        In the same beds.
    waits : tuple of str
        Without a place in both.
    new : tuple of Move
        Only in the second plan, with or without a place.
    gone : tuple of Move
        Only in the first plan.
    by_tier : mapping of str to int
        For each tier, how many more of the people in both plans have a place;
        people whose tier neither plan says count for "not known".
    cost : int
        By how much the total preference cost rises.
    names : mapping of str to str
        Names of providers.
    beds : mapping of str to str
        Of those only in the first plan who have a bed meanwhile, what they have, as the
        end of a sentence: "now has a bed held at Oak House". Empty if nobody looked.
    """

    gained: tuple[Move, ...]
    lost: tuple[Move, ...]
    moved: tuple[Move, ...]
    shifted: tuple[Move, ...]
    stays: tuple[str, ...]
    waits: tuple[str, ...]
    new: tuple[Move, ...]
    gone: tuple[Move, ...]
    by_tier: Mapping[str, int]
    cost: int
    names: Mapping[str, str] = field(default_factory=dict)
    beds: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Tell whether anybody's place, or who is in the plan, changes."""
        return any((self.gained, self.lost, self.moved, self.shifted, self.new, self.gone))

    def without(self, people: Collection[str]) -> Difference:
        """Return what changes for everybody but some people.

        ``by_tier`` and ``cost`` stay those of all.
        """

        def rest(moves: tuple[Move, ...]) -> tuple[Move, ...]:
            return tuple(m for m in moves if m.referral_id not in people)

        return replace(
            self,
            gained=rest(self.gained),
            lost=rest(self.lost),
            moved=rest(self.moved),
            shifted=rest(self.shifted),
            stays=tuple(name for name in self.stays if name not in people),
            waits=tuple(name for name in self.waits if name not in people),
            new=rest(self.new),
            gone=rest(self.gone),
        )

    def sentence(self) -> str:
        """Say the numbers: "2 people get a place, nobody loses one, 1 moves."."""
        return _start(_numbers(self, _Words("person", "people", "nobody", "nobody's"))) + "."

    def for_others(self) -> str:
        """Say the numbers as a clause on other people: "nobody else's place changes"."""
        words = _Words("other person", "other people", "nobody else", "nobody else's")
        return _numbers(self, words)

    def comings_and_goings(self) -> str:
        """Say who is new and who is gone; nothing if nobody is."""
        said = []
        if self.new:
            placed = sum(one.after is not None for one in self.new)
            is_are = "is" if len(self.new) == 1 else "are"
            said.append(f"{_people(len(self.new))} {is_are} new, {placed} with a place")
        if self.gone:
            said.append(self._left())
        return f"{'; '.join(said)}." if said else ""

    def sentences(self) -> tuple[str, ...]:
        """Say for each person what changes, by case reference."""
        at = self._at
        lines = [f"Case {m.referral_id} gets a place at {at(m.after)}." for m in self.gained]
        lines += [f"Case {m.referral_id} loses the place at {at(m.before)}." for m in self.lost]
        lines += [
            f"Case {m.referral_id} moves from {at(m.before)} to {at(m.after)}."
            for m in self.moved
        ]
        lines += [
            f"Case {m.referral_id} gets other beds at {at(m.after)}." for m in self.shifted
        ]
        for one in self.new:
            place = "without a place" if one.after is None else f"at {at(one.after)}"
            lines.append(f"Case {one.referral_id} is new, {place}.")
        for one in self.gone:
            lines.append(f"Case {one.referral_id} {self._since(one)}.")
        return tuple(lines)

    def _left(self) -> str:
        """Say how many left the plan; to have a bed by now is no loss."""
        is_are = "is" if len(self.gone) == 1 else "are"
        said = f"{_people(len(self.gone))} {is_are} not in this plan any more"
        have = sum(one.referral_id in self.beds for one in self.gone)
        if have:
            said += f", {have} {'has' if have == 1 else 'have'} a bed now"
        rest = [one for one in self.gone if one.referral_id not in self.beds]
        had = sum(one.before is not None for one in rest)
        return f"{said}, {had} had been proposed a place" if rest else said

    def _since(self, one: Move) -> str:
        """Say what became of somebody who is only in the first plan."""
        if one.referral_id in self.beds:
            return self.beds[one.referral_id]
        if one.before is None:
            return "is not in this plan any more; no place was proposed to it"
        return f"is not in this plan any more; it was proposed to {self._at(one.before)}"

    def _at(self, place: Place | None) -> str:
        provider = "" if place is None else place[0]
        return self.names.get(provider, provider)


def difference(before: Placings, after: Placings) -> Difference:
    """Compare two plans.

    Parameters
    ----------
    before, after : Placings

    Returns
    -------
    Difference
        Every list is in the order of the case references.
    """
    one, other = _everybody(before), _everybody(after)
    both = [Move(name, one[name], other[name]) for name in sorted(one.keys() & other.keys())]
    gained = tuple(m for m in both if m.before is None and m.after is not None)
    lost = tuple(m for m in both if m.before is not None and m.after is None)
    stays, moved, shifted = _kept(both)
    tiers = {**before.tiers, **after.tiers}
    by_tier = Counter(tiers.get(m.referral_id, UNKNOWN_TIER) for m in gained)
    by_tier.subtract(tiers.get(m.referral_id, UNKNOWN_TIER) for m in lost)
    return Difference(
        gained=gained,
        lost=lost,
        moved=moved,
        shifted=shifted,
        stays=stays,
        waits=tuple(m.referral_id for m in both if m.before is None and m.after is None),
        new=tuple(Move(n, None, other[n]) for n in sorted(other.keys() - one.keys())),
        gone=tuple(Move(n, one[n], None) for n in sorted(one.keys() - other.keys())),
        by_tier={tier: number for tier, number in by_tier.items() if number},
        cost=after.cost - before.cost,
        names={**before.names, **after.names},
    )


#: Stands for the tier of a person of whom neither plan says it.
UNKNOWN_TIER = "not known"


def _everybody(plan: Placings) -> dict[str, Place | None]:
    return {**dict.fromkeys(plan.without), **plan.places}


def _kept(both: list[Move]) -> tuple[tuple[str, ...], tuple[Move, ...], tuple[Move, ...]]:
    """Return who stays, who moves to another provider, and who to other beds."""
    stays: list[str] = []
    moved: list[Move] = []
    shifted: list[Move] = []
    for one in both:
        if one.before is None or one.after is None:
            continue
        if one.before[0] != one.after[0]:
            moved.append(one)
        elif one.before == one.after or "" in (one.before[1], one.after[1]):
            stays.append(one.referral_id)
        else:
            shifted.append(one)
    return tuple(stays), tuple(moved), tuple(shifted)


@dataclass(frozen=True, slots=True)
class _Words:
    """How people are counted: "1 person", "2 other people", "nobody else"."""

    one: str
    many: str
    nobody: str
    nobodys: str

    def count(self, number: int) -> str:
        return f"{number} {self.one if number == 1 else self.many}"


def _people(number: int) -> str:
    return f"{number} {'person' if number == 1 else 'people'}"


def _numbers(one: Difference, words: _Words) -> str:
    """Say how many get a place, lose it and move; the people are named once."""
    gained, lost, moved = len(one.gained), len(one.lost), len(one.moved)
    parts = []
    if gained:
        parts.append(f"{words.count(gained)} {'gets' if gained == 1 else 'get'} a place")
    if lost:
        who = str(lost) if gained else words.count(lost)
        what = "one" if gained else "a place"
        parts.append(f"{who} {'loses' if lost == 1 else 'lose'} {what}")
    if gained and not lost:
        parts.append(f"{words.nobody} loses one")
    if lost and not gained:
        parts.append(f"{words.nobody} gets one")
    if moved:
        who = str(moved) if parts else words.count(moved)
        parts.append(f"{who} {'moves' if moved == 1 else 'move'}")
        if not gained and not lost:
            parts.append(f"{words.nobody} gets or loses a place")
    shifted = len(one.shifted)
    if not parts and not shifted:
        return f"{words.nobodys} place changes"
    if shifted:
        who = str(shifted) if parts else words.count(shifted)
        parts.append(f"{who} {'gets' if shifted == 1 else 'get'} other beds at the same place")
    return ", ".join(parts)


def _start(text: str) -> str:
    return text[:1].upper() + text[1:]
