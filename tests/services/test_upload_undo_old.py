"""An upload whose images are removed is not undone, instead of being undone by halves."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from matching.domain.errors import ConflictError
from matching.services.upload_undo import batches, undo
from tests.builders import known_referral
from tests.services.planned import NOW, desk_at
from tests.services.uploads_made import everything, people_upload, real, upload


@pytest.fixture
def desk(sqlite_store):
    return desk_at(sqlite_store)


def at(desk, **later):
    return dataclasses.replace(desk, clock=lambda: NOW + timedelta(**later))


def test_after_its_time_it_cannot_be_undone(desk):
    number = upload(desk, people_upload(real([known_referral("R1")]))).batch
    before = everything(desk)
    late = at(desk, days=365, seconds=1)
    with pytest.raises(ConflictError, match="retention rule"):
        undo(late, number)
    assert everything(desk) == before
    (line,) = batches(late)
    assert not line.may_undo
    assert "retention rule" in line.why_not
    assert undo(at(desk, days=365), number).done
