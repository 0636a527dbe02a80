"""What was done is told, whatever happens after it was saved."""

from __future__ import annotations

import pytest

from matching.domain.errors import ConflictError
from matching.ui.casework import said
from matching.ui.casework.said import Told
from tests.ui.cut import CutShort, Session


@pytest.fixture
def state(monkeypatch):
    kept = Session()
    monkeypatch.setattr(said.st, "session_state", kept)
    monkeypatch.setattr(said.session, "desk", lambda: None)
    return kept


def told(state):
    state.cut = False
    return said._kept().said


@pytest.mark.parametrize("moves", [True, False])
def test_what_was_saved_is_told_though_another_press_cut_the_run_short(state, moves):
    def save(_desk):
        state.cut = True
        return Told("Saved.", moves=moves)

    def close():
        state.pop("form", None)

    with pytest.raises(CutShort):
        said.act(save, close)
    assert told(state).sentence == "Saved."
    assert said.moved() is moves
    assert said.moved() is False


def test_what_was_refused_is_told_too(state):
    def refuse(_desk):
        state.cut = True
        raise ConflictError("Nothing was saved.", next_step="Open the case again.")

    said.act(refuse)
    assert isinstance(told(state), ConflictError)


def test_what_is_told_next_takes_the_place_of_what_was_told_and_the_plan_is_still_renewed(
    state,
):
    said.act(lambda _: Told("First."))
    said.act(lambda _: Told("Second.", moves=False))
    assert told(state).sentence == "Second."
    said.act(lambda _: None)
    assert told(state) is None
    assert said.moved()
