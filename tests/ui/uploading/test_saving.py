"""A list that was saved is told as saved, whatever happens after it was."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from matching.ui.uploading import changes, state
from tests.ui.cut import CutShort, Session


@pytest.fixture
def kept(monkeypatch):
    found = Session()
    monkeypatch.setattr(state.st, "session_state", found)
    monkeypatch.setattr(changes.st, "spinner", lambda _: nullcontext())
    monkeypatch.setattr(changes.st, "rerun", lambda: None)
    return found


def test_a_list_is_told_as_saved_though_another_press_cut_the_run_short(kept, monkeypatch):
    """It was told as one that had been uploaded before."""

    def commit(*_args, **_more):
        kept.cut = True
        return "what was saved"

    monkeypatch.setattr(changes, "commit", commit)
    draft = SimpleNamespace(lasting=None, grid=None)
    answers = SimpleNamespace(confirmed=(), overrides={})
    with pytest.raises(CutShort):
        changes._save(None, draft, SimpleNamespace(closing=()), answers)
    kept.cut = False
    assert state.saved() == "what was saved"


def test_the_run_that_follows_one_cut_short_does_not_save_again(kept, monkeypatch):
    """The press was handed to both, and the second said that nothing was new."""
    commits = []
    draft = SimpleNamespace(lasting=None, grid=None)
    answers = SimpleNamespace(confirmed=(), overrides={})

    def save():
        changes._save(None, draft, SimpleNamespace(closing=()), answers)

    following = threading.Thread(target=save)

    def commit(*_args, **_more):
        commits.append(len(commits))
        if not following.ident:
            following.start()
            following.join(0.2)
        return f"saved {len(commits)}"

    monkeypatch.setattr(changes, "commit", commit)
    save()
    following.join(20)
    assert not following.is_alive()
    assert commits == [0]
    assert state.saved() == "saved 1"


def test_the_file_is_let_go_once_and_what_was_saved_stays(kept, monkeypatch):
    state.place_for_saved().append("what was saved")
    kept["upload-step"] = "changes"
    monkeypatch.setattr(state, "current", lambda: kept.get("upload-step"))
    rounds = state.round_number()
    for _ in range(2):
        state.let_go()
        assert state.saved() == "what was saved"
        assert "upload-step" not in kept
    assert state.round_number() == rounds + 1
    state.again()
    assert state.saved() is None
