"""What was saved is noted, whatever happens after it was; each place of its own."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from matching.ui import deciding, noted
from tests.ui.cut import CutShort, Session


@pytest.fixture
def state(monkeypatch):
    kept = Session()
    monkeypatch.setattr(noted.st, "session_state", kept)
    return kept


def test_what_was_noted_last_is_told_under_its_own_name(state):
    assert noted.last("a") is None
    noted.place("a").append(1)
    noted.place("a").append(2)
    assert (noted.last("a"), noted.last("b")) == (2, None)


def test_a_decision_is_told_as_kept_though_another_press_cut_the_run_short(state, monkeypatch):
    def accept(_desk, _trial, _reason):
        state.cut = True
        return SimpleNamespace(number=7)

    monkeypatch.setattr(deciding, "accept", accept)
    monkeypatch.setattr(deciding.session, "remember", lambda *_: None)
    matter = SimpleNamespace(case=None)
    trial = SimpleNamespace(
        wish=SimpleNamespace(matter=matter), decisions=(), sentence="One person moves."
    )
    with pytest.raises(CutShort):
        deciding._save(None, trial)
    state.cut = False
    kept = noted.last("deciding-kept")
    assert (kept.number, kept.sentence, kept.undo) == (7, "One person moves.", None)


def test_a_decision_that_a_run_cut_short_has_kept_is_not_kept_again(state, monkeypatch):
    accepted = []

    def accept(*_args):
        accepted.append(1)
        return SimpleNamespace(number=len(accepted))

    monkeypatch.setattr(deciding, "accept", accept)
    monkeypatch.setattr(deciding.session, "remember", lambda *_: None)
    monkeypatch.setattr(deciding, "_close", lambda: None)
    monkeypatch.setattr(deciding.st, "rerun", lambda: None)
    trial = SimpleNamespace(
        wish=SimpleNamespace(matter=SimpleNamespace(case=None)), decisions=(), sentence="One."
    )
    for _ in range(2):
        deciding._save(None, trial)
    assert accepted == [1]
    assert noted.last("deciding-kept").number == 1
