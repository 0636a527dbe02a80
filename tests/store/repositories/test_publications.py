"""What was published is found by its period; true counts go when it is over."""

from __future__ import annotations

import pytest

from matching.store import Publication
from tests.store.making import NOW


def publication(**changed):
    values = {
        "made_at": NOW,
        "actor": "kim",
        "period": "2026-11-03",
        "form": "gaps",
        "document": {"sealed": {"cells": [["c", 7]]}, "shown": [["c", None]]},
    }
    return Publication(**{**values, **changed})


def test_a_publication_is_found_by_its_period_oldest_first(store):
    with store.transaction() as tx:
        first = tx.publications.add(publication())
        other = tx.publications.add(publication(period="2026-11-04"))
        second = tx.publications.add(publication(form="xlsx"))
    assert (first.id, second.id) == (1, 3)
    with store.reading() as read:
        assert read.publications.of("2026-11-03") == (first, second)
        assert read.publications.of("2026-11-04") == (other,)
        assert read.publications.of("2026-11-05") == ()
        assert read.publications.last("2026-11-03") == 3
        assert read.publications.last("2026-11-05") == 0


def test_true_counts_go_with_their_period_and_what_was_shown_stays(store):
    with store.transaction() as tx:
        tx.publications.add(publication())
        tx.publications.add(publication(period="2026-11-04"))
        assert tx.publications.seal("2026-11-04") == 1
        assert tx.publications.seal("2026-11-04") == 0
    with store.reading() as read:
        (old,) = read.publications.of("2026-11-03")
        (new,) = read.publications.of("2026-11-04")
    assert old.document == {"shown": [["c", None]]}
    assert "sealed" in new.document


def test_publishing_changes_no_fact(store):
    version = store.data_version()
    with store.transaction() as tx:
        tx.publications.add(publication())
        tx.publications.seal("2026-11-04")
    assert store.data_version() == version


def test_a_reading_publishes_nothing(store):
    with store.reading() as read, pytest.raises(RuntimeError):
        read.publications.add(publication())
