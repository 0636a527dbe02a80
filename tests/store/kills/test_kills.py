"""A process killed at any moment loses nothing it had shown as saved, and halves nothing."""

from __future__ import annotations

import pytest

from tests.store.kills import victims


@pytest.mark.xdist_group("kills")
def test_what_was_shown_as_saved_is_there_and_nothing_is_half_done(new_url, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    counts = victims.rounds(new_url(tables=True), folder, seed=1, seconds=8)
    assert counts["kills"] >= len(victims.KINDS)
    assert counts["commits"] + counts["uploads"] > 0, "nothing was saved, so nothing is proven"


def test_half_an_upload_would_be_seen(sqlite_store, tmp_path):
    url = f"sqlite:///{sqlite_store.engine.url.database}"
    folder = tmp_path / "backups"
    folder.mkdir()
    victims.prepare(url, folder)
    shown = {kind: [] for kind in victims.KINDS}
    victims.check(url, folder, shown)
    with pytest.raises(AssertionError, match="not there"):
        victims.check(url, folder, {**shown, "uploads": [99]})
    with pytest.raises(AssertionError):
        victims.check(url, folder, {**shown, "runs": [99]})
    with pytest.raises(AssertionError):
        victims.check(url, folder, {**shown, "backups": ["lost.bak"]})
