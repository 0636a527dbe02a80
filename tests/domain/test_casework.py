"""The states of a case: every way through them is one that a person could describe."""

from __future__ import annotations

import pytest

from matching.domain.casework import (
    MOVES,
    OPEN_OFFERS,
    TAKES_BED,
    CaseState,
    Move,
    OfferState,
    after,
)


def reachable(start: CaseState) -> set[CaseState]:
    found, at = {start}, [start]
    while at:
        state = at.pop()
        for (before, _), there in MOVES.items():
            if before is state and there not in found:
                found.add(there)
                at.append(there)
    return found


@pytest.mark.parametrize("state", list(CaseState))
def test_from_every_state_every_other_can_be_reached(state: CaseState) -> None:
    """Nobody is stuck: also a closed case may come back."""
    assert reachable(state) == set(CaseState)


@pytest.mark.parametrize("move", list(Move))
def test_every_move_leads_somewhere(move: Move) -> None:
    assert any(one is move for _, one in MOVES)


def test_nobody_lives_anywhere_without_having_moved_in() -> None:
    into = {
        (before, move) for (before, move), there in MOVES.items() if there is CaseState.PLACED
    }
    assert {move for _, move in into} == {Move.START, Move.RETURN, Move.TRANSFER}
    assert {before for before, move in into if move is not Move.START} <= {
        CaseState.PLACED,
        CaseState.AWAY,
    }


def test_a_closed_case_only_opens_again() -> None:
    assert {m for s, m in MOVES if s is CaseState.CLOSED} == {Move.REOPEN}


def test_whoever_has_a_bed_cannot_be_closed_without_its_ending() -> None:
    holding = (CaseState.HELD, CaseState.ACCEPTED, CaseState.PLACED, CaseState.AWAY)
    assert not any(after(state, Move.CLOSE) for state in holding)


def test_a_move_that_is_not_listed_leads_nowhere() -> None:
    assert after(CaseState.CLOSED, Move.START) is None
    assert after(CaseState.WAITING, Move.HOLD) is CaseState.HELD


def test_an_offer_that_takes_a_bed_is_open() -> None:
    assert TAKES_BED < OPEN_OFFERS < set(OfferState)
