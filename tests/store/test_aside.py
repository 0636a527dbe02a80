"""A file has its name once it is whole, and never half."""

from __future__ import annotations

import os
import stat

import pytest

from matching.domain.errors import InputError
from matching.store import aside
from matching.store.aside import written_aside


@pytest.fixture(params=["nameless", "named"], autouse=True)
def way(request, monkeypatch):
    """Both ways: as on Linux, and as elsewhere."""
    if request.param == "named":
        monkeypatch.setattr(aside, "_nameless", lambda _folder: None)
    return request.param


def test_it_appears_at_the_end_for_its_owner_only(tmp_path):
    path = tmp_path / "a.bak"
    with written_aside(path) as file:
        file.write(b"half")
        file.flush()
        assert not path.exists()
        file.write(b" and whole")
        file.seek(0)
        assert file.read() == b"half and whole"
    assert path.read_bytes() == b"half and whole"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["a.bak"]


def test_what_goes_wrong_leaves_nothing(tmp_path):
    with (
        pytest.raises(ZeroDivisionError),
        written_aside(tmp_path / "a.bak") as file,
    ):
        file.write(1 // 0)
    assert os.listdir(tmp_path) == []


def test_a_file_that_is_there_stays(tmp_path):
    path = tmp_path / "a.bak"
    path.write_text("old")
    with pytest.raises(InputError, match="already a file"), written_aside(path):
        pytest.fail("it began")
    assert path.read_text() == "old"


def test_a_file_that_comes_meanwhile_stays(tmp_path):
    path = tmp_path / "a.bak"
    with pytest.raises(InputError, match="already a file"), written_aside(path):
        path.write_text("old")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.bak"]


def test_what_a_killed_process_left_does_not_stand_in_the_way(tmp_path):
    (tmp_path / ".a.bak.part").write_text("of a process that was killed")
    with written_aside(tmp_path / "a.bak") as file:
        file.write(b"new")
    assert (tmp_path / "a.bak").read_bytes() == b"new"


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(InputError, match="no folder"), written_aside(tmp_path / "no" / "a"):
        pytest.fail("it began")
