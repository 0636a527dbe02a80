"""Removing on the command line says what is due, what was done, and asks for a word twice."""

from __future__ import annotations

import pytest

from matching.__main__ import main
from matching.domain.accounts import Office
from matching.services import retention
from matching.store import open_store
from tests.builders import NOW, known_referral
from tests.services.closed import GONE, closed_office
from tests.services.planned import desk_at, set_record


@pytest.fixture(autouse=True)
def record(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    url = f"sqlite:///{tmp_path}/record.db"
    monkeypatch.setenv("DATABASE_URL", url)
    store = open_store(url)
    closed_office(desk_at(store))
    yield store
    store.close()


def cases(store):
    with store.reading() as read:
        return {one.referral_id for one in read.referrals.all()}


def test_what_is_due_is_said_before_it_is_done(record, capsys):
    assert main(["retain", "--dry-run"]) == 0
    assert "would lose their facts" in capsys.readouterr().out
    assert GONE in cases(record)
    assert main(["retain"]) == 0
    assert "lost their facts" in capsys.readouterr().out
    assert GONE not in cases(record)
    assert main(["retain"]) == 0
    assert "Nothing is due" in capsys.readouterr().out


def test_a_case_is_named_twice(record, capsys):
    assert main(["delete-case", GONE, "--confirm", "another"]) == 2
    assert "Nothing was deleted" in capsys.readouterr().err
    assert GONE in cases(record)
    assert main(["delete-case", GONE, "--confirm", GONE]) == 0
    assert "is deleted" in capsys.readouterr().out
    assert GONE not in cases(record)


def test_what_the_disk_may_still_hold_is_said_and_tried_again(record, capsys, monkeypatch):
    left = "What was to be removed is removed. But it may still be in the log."
    with monkeypatch.context() as patch:
        patch.setattr(retention, "tidy", lambda _: left)
        for words, done in (
            (["delete-case", GONE, "--confirm", GONE], "The case is deleted"),
            (["retain"], "lost their facts"),
            (["retain"], "Nothing is due"),
        ):
            assert main(words) == 1
            said = capsys.readouterr()
            assert done in said.out
            assert said.err == f"{left}\n"
    assert GONE not in cases(record)
    assert main(["retain"]) == 0
    assert capsys.readouterr().err == ""


def test_a_case_is_deleted_at_the_office_that_is_named(record, capsys):
    with record.transaction() as writing:
        writing.offices.add(Office(code="north", name="North"), NOW)
    north = record.at("north")
    set_record(desk_at(north), people=[known_referral(GONE), known_referral("N1")])
    for code, case in (("south", GONE), ("main", "N1")):
        assert main(["delete-case", case, "--confirm", case, "--office", code]) == 2
        assert "There is no such" in capsys.readouterr().err
    assert main(["delete-case", GONE, "--confirm", GONE, "--office", "north"]) == 0
    capsys.readouterr()
    assert cases(north) == {"N1"}
    assert GONE in cases(record)
    with record.reading() as read:
        (event,) = read.audit.find(object_id=GONE, action="delete_record", everywhere=True)
    assert event.office == "north"
