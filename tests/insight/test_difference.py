"""Two plans compared, against counting by hand."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.domain import words as w
from matching.domain.errors import StoreError
from matching.engine.choices import Choices, Seat
from matching.engine.settle import settle
from matching.engine.solve import work_out
from matching.insight.difference import (
    Move,
    Placings,
    difference,
    placings,
    stored_placings,
)
from matching.services.documents import plan_document
from matching.services.planning import Run
from tests.builders import known_home, known_pool, known_referral, problem
from tests.engine.small import GENERAL, problems

NAMES = [f"R{k}" for k in range(1, 8)]
PLACES = st.tuples(st.sampled_from(["P1", "P2"]), st.sampled_from(["B1", "B2"]))


@st.composite
def plans(draw: st.DrawFn) -> Placings:
    people = draw(st.sets(st.sampled_from(NAMES)))
    where = {name: draw(st.none() | PLACES) for name in sorted(people)}
    tiers = {name: draw(st.sampled_from(["tonight", "72h"])) for name in sorted(people)}
    return Placings(
        places={name: place for name, place in where.items() if place is not None},
        without=frozenset(name for name, place in where.items() if place is None),
        cost=draw(st.integers(0, 99)),
        tiers=tiers,
    )


@given(plans(), plans())
def test_everybody_stands_in_one_list_and_the_other_way_round_mirrors_it(one, other):
    found, back = difference(one, other), difference(other, one)
    lists = [found.gained, found.lost, found.moved, found.shifted, found.new, found.gone]
    said = [m.referral_id for moves in lists for m in moves] + [*found.stays, *found.waits]
    everybody = {*one.places, *one.without, *other.places, *other.without}
    assert sorted(said) == sorted(everybody)
    mirrored = [[Move(m.referral_id, m.after, m.before) for m in moves] for moves in lists]
    assert mirrored == [
        list(moves)
        for moves in (back.lost, back.gained, back.moved, back.shifted, back.gone, back.new)
    ]
    assert (found.stays, found.waits) == (back.stays, back.waits)
    assert found.cost == -back.cost == other.cost - one.cost
    assert bool(found) == bool(back) == any(lists)


@given(plans(), plans())
def test_each_list_holds_whom_it_says(one, other):
    found = difference(one, other)
    for m in (*found.gained, *found.lost, *found.moved, *found.shifted):
        assert one.places.get(m.referral_id) == m.before
        assert other.places.get(m.referral_id) == m.after
    assert all(m.before is None and m.after is not None for m in found.gained)
    assert all(m.before is not None and m.after is None for m in found.lost)
    assert all(m.before[0] != m.after[0] for m in found.moved)
    assert all(m.before[0] == m.after[0] and m.before != m.after for m in found.shifted)
    assert all(one.places[name] == other.places[name] for name in found.stays)
    assert all(name in one.without and name in other.without for name in found.waits)
    together = {*one.places, *one.without} & {*other.places, *other.without}
    tiers = {**one.tiers, **other.tiers}
    for tier in ("tonight", "72h"):
        mine = [name for name in together if tiers[name] == tier]
        more = sum(n in other.places for n in mine) - sum(n in one.places for n in mine)
        assert found.by_tier.get(tier, 0) == more
    assert 0 not in found.by_tier.values()


@settings(max_examples=15, deadline=None)
@given(problems(tied=True), st.data())
def test_a_stored_plan_compares_as_the_plan_itself(one, data):
    solution = work_out(one, GENERAL)
    mine = placings(solution)
    document = json.loads(json.dumps(plan_document(Run(solution))))
    stored = stored_placings(document)
    assert (stored.places, stored.without, stored.cost) == (
        mine.places,
        mine.without,
        mine.cost,
    )
    nothing = difference(stored, mine)
    assert not nothing
    assert nothing.sentence() == "Nobody's place changes."
    assert nothing.sentences() == ()
    assert not difference(mine, mine)
    for name in mine.places:
        forbidden = Choices(forbidden=frozenset({Seat(name, mine.places[name][0])}))
        other = placings(work_out(one, GENERAL, choices=forbidden))
        found = difference(stored, other)
        assert name in {m.referral_id for m in (*found.lost, *found.moved)}
        assert found.cost == other.cost - mine.cost


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"placements": [], "not_placed": []},
        {"placements": [{"referral": "R1"}], "not_placed": [], "objective": 0},
        {"placements": None, "not_placed": [], "objective": 0},
        {"placements": [], "not_placed": [], "objective": "many"},
    ],
)
def test_a_document_in_another_form_is_refused(document):
    with pytest.raises(StoreError, match="another form") as caught:
        stored_placings(document)
    assert caught.value.next_step


def test_a_document_that_says_the_tiers_keeps_them():
    document = {
        "placements": [
            {"referral": "R1", "provider": "P1", "bed_pool": "B1", "tier": "tonight"}
        ],
        "not_placed": [{"referral": "R2", "tier": "72h"}],
        "objective": 7,
    }
    assert stored_placings(document).tiers == {"R1": "tonight", "R2": "72h"}


# --- in words -----------------------------------------------------------------------


def _plan(*places: str | None, cost: int = 0) -> Placings:
    """Give R1, R2, ... the places named, such as "P1 B1"."""
    where = {f"R{k}": p for k, p in enumerate(places, 1)}
    return Placings(
        places={n: tuple(p.split()) for n, p in where.items() if p},
        without=frozenset(n for n, p in where.items() if p is None),
        cost=cost,
        names={"P1": "Oak House", "P2": "Elm Street"},
    )


A, A2, B = "P1 B1", "P1 B2", "P2 B1"


@pytest.mark.parametrize(
    ("before", "after", "sentence", "others"),
    [
        ([A, None], [A, None], "Nobody's place changes.", "nobody else's place changes"),
        (
            [None, None, A],
            [A, B, B],
            "2 people get a place, nobody loses one, 1 moves.",
            "2 other people get a place, nobody else loses one, 1 moves",
        ),
        (
            [None],
            [A],
            "1 person gets a place, nobody loses one.",
            "1 other person gets a place, nobody else loses one",
        ),
        (
            [A, B, B],
            [None, None, A],
            "2 people lose a place, nobody gets one, 1 moves.",
            "2 other people lose a place, nobody else gets one, 1 moves",
        ),
        (
            [A, None],
            [None, A],
            "1 person gets a place, 1 loses one.",
            "1 other person gets a place, 1 loses one",
        ),
        (
            [A, B],
            [B, A],
            "2 people move, nobody gets or loses a place.",
            "2 other people move, nobody else gets or loses a place",
        ),
        (
            [A, A],
            [A2, A],
            "1 person gets other beds at the same place.",
            "1 other person gets other beds at the same place",
        ),
        (
            [A, None, A],
            [A2, A, B],
            "1 person gets a place, nobody loses one, 1 moves, "
            "1 gets other beds at the same place.",
            "1 other person gets a place, nobody else loses one, 1 moves, "
            "1 gets other beds at the same place",
        ),
    ],
)
def test_the_numbers_in_a_sentence(before, after, sentence, others):
    found = difference(_plan(*before), _plan(*after))
    assert found.sentence() == sentence
    assert found.for_others() == others


def test_each_person_in_a_sentence():
    found = difference(_plan(None, A, A, A, B), _plan(A, None, B, A2, B))
    assert found.sentences() == (
        "Case R1 gets a place at Oak House.",
        "Case R2 loses the place at Oak House.",
        "Case R3 moves from Oak House to Elm Street.",
        "Case R4 gets other beds at Oak House.",
    )
    rest = found.without({"R1", "R3"})
    assert rest.sentence() == (
        "1 person loses a place, nobody gets one, 1 gets other beds at the same place."
    )
    assert found.comings_and_goings() == ""


def test_who_is_new_and_who_is_gone():
    before, after = _plan(A, None), _plan(A, None, B, None)
    found = difference(before, after)
    assert found.sentence() == "Nobody's place changes."
    assert found.comings_and_goings() == "2 people are new, 1 with a place."
    assert found.sentences() == (
        "Case R3 is new, at Elm Street.",
        "Case R4 is new, without a place.",
    )
    back = difference(after, before)
    assert back.comings_and_goings() == (
        "2 people are not in this plan any more, 1 had been proposed a place."
    )
    assert back.sentences() == (
        "Case R3 is not in this plan any more; it was proposed to Elm Street.",
        "Case R4 is not in this plan any more; no place was proposed to it.",
    )
    swapped = difference(_plan(A), Placings({}, frozenset({"R9"}), 0))
    assert swapped.comings_and_goings() == (
        "1 person is new, 0 with a place; "
        "1 person is not in this plan any more, 1 had been proposed a place."
    )


def test_whoever_left_the_plan_for_a_bed_lost_nothing():
    """The bed is told in place of what was proposed; the rest are counted for themselves."""
    gone = difference(_plan(A, None, B), Placings({}, frozenset(), 0))
    all_but = replace(gone, beds={"R1": "now has a bed held at Oak House"})
    assert all_but.sentences()[0] == "Case R1 now has a bed held at Oak House."
    assert all_but.sentences()[1:] == gone.sentences()[1:]
    assert all_but.comings_and_goings() == (
        "3 people are not in this plan any more, 1 has a bed now, 1 had been proposed a place."
    )
    alone = all_but.without({"R2", "R3"})
    assert alone.comings_and_goings() == (
        "1 person is not in this plan any more, 1 has a bed now."
    )


def test_a_person_settled_meanwhile_still_has_the_place():
    people = [known_referral("R1", urgency=w.Urgency.PLANNED), known_referral("R2")]
    parts = (people, [known_home("P1")], [known_pool("P1", beds_available=1)])
    before = placings(work_out(problem(*parts), GENERAL))
    assert before.places == {"R2": ("P1", "B1")}
    assert before.tiers == {"R1": "planned", "R2": "tonight"}
    settled = settle(*parts, [Seat("R2", "P1")])
    later = work_out(problem(settled.referrals, settled.providers, settled.pools), GENERAL)
    after = placings(later).with_settled([Seat("R2", "P1")])
    assert not difference(before, after)
    assert difference(before, placings(later)).gone == (Move("R2", ("P1", "B1"), None),)
    elsewhere = placings(later).with_settled([Seat("R2", "P2", "B1")])
    assert difference(before, elsewhere).moved == (Move("R2", ("P1", "B1"), ("P2", "B1")),)


def test_a_tier_that_nobody_says_is_counted_as_not_known():
    assert difference(_plan(None), _plan(A)).by_tier == {"not known": 1}
