"""Backups on the command line: the passphrase is asked for or in a file, never an argument."""

from __future__ import annotations

import sys

import pytest

from matching.__main__ import main
from matching.commands import keeping
from matching.store import sealing


@pytest.fixture(autouse=True)
def _own_record(tmp_path, monkeypatch):
    monkeypatch.setattr(sealing, "WORK", 4)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/record.db")


@pytest.fixture
def typing(monkeypatch):
    """Somebody who types answers, one after the other."""
    answers = []
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(keeping.getpass, "getpass", lambda _question: answers.pop(0))
    return answers


def test_a_plain_one_says_that_it_is_not_encrypted(capsys, tmp_path):
    assert main(["backup", "a.bak", "--plain"]) == 0
    said = capsys.readouterr()
    assert "Written to a.bak" in said.out
    assert "NOT encrypted" in said.err
    assert main(["backup", "a.bak", "--verify"]) == 0
    assert "is whole" in capsys.readouterr().out
    assert main(["backup", "a.bak", "--plain"]) == 2
    assert "already a file" in capsys.readouterr().err


def test_a_typed_passphrase_is_asked_twice_and_then_once(typing, capsys):
    typing += ["several words here", "several words here"]
    assert main(["backup", "a.bak"]) == 0
    assert "NOT" not in capsys.readouterr().err
    typing += ["several words here"]
    assert main(["restore", "a.bak", "--replace"]) == 0
    assert "signed out" in capsys.readouterr().out
    assert typing == []


def test_two_that_differ_write_nothing(typing, capsys, tmp_path):
    typing += ["several words here", "several words there"]
    assert main(["backup", "a.bak"]) == 2
    assert "differ" in capsys.readouterr().err
    assert not (tmp_path / "a.bak").exists()


def test_an_empty_answer_means_not_encrypted(typing, capsys):
    typing += [""]
    assert main(["backup", "a.bak"]) == 0
    assert "NOT encrypted" in capsys.readouterr().err


def test_a_file_holds_the_passphrase(tmp_path, capsys):
    (tmp_path / "key").write_text("several words here\nand more\n")
    assert main(["backup", "a.bak", "--passphrase-file", "key"]) == 0
    (tmp_path / "key").write_text("several words here")
    assert main(["backup", "a.bak", "--verify", "--passphrase-file", "key"]) == 0
    capsys.readouterr()
    (tmp_path / "key").write_text("several words there")
    assert main(["restore", "a.bak", "--replace", "--passphrase-file", "key"]) == 2
    said = capsys.readouterr().err
    assert "passphrase is wrong" in said
    assert "several" not in said
    for content, why in (("", "empty"), ("\nx", "empty")):
        (tmp_path / "key").write_text(content)
        assert main(["backup", "b.bak", "--passphrase-file", "key"]) == 2
        assert why in capsys.readouterr().err
    assert main(["backup", "b.bak", "--passphrase-file", "no"]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_without_anybody_to_ask_it_says_what_to_do(monkeypatch, capsys):
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    assert main(["backup", "a.bak"]) == 2
    assert "--passphrase-file" in capsys.readouterr().err


def test_a_passphrase_is_never_an_argument(capsys):
    with pytest.raises(SystemExit):
        main(["backup", "a.bak", "--passphrase", "several words here"])
    capsys.readouterr()


def test_a_plain_record_becomes_an_encrypted_one_and_its_key_changes(
    tmp_path, monkeypatch, capsys, typing
):
    assert main(["backup", "a.bak", "--plain"]) == 0
    (tmp_path / "one").write_text("0f" * 32)
    assert main(["encrypt-record", "one.db", "--new-key-file", "one"]) == 0
    # The backup is one event, and the copy itself another.
    assert "up to event 2" in capsys.readouterr().out
    monkeypatch.setenv("DATABASE_URL", f"sqlite+sqlcipher:///{tmp_path}/one.db")
    monkeypatch.setenv("MATCHING_DATABASE_KEY_FILE", str(tmp_path / "one"))
    assert main(["backup", "b.bak", "--plain"]) == 0
    typing += ["1e" * 32, "1e" * 32]
    assert main(["rekey", "two.db"]) == 0
    assert "up to event 4" in capsys.readouterr().out
    monkeypatch.setenv("DATABASE_URL", f"sqlite+sqlcipher:///{tmp_path}/two.db")
    assert main(["runs"]) == 2
    assert "key does not fit" in capsys.readouterr().err
    monkeypatch.delenv("MATCHING_DATABASE_KEY_FILE")
    monkeypatch.setenv("MATCHING_DATABASE_KEY", "1e" * 32)
    assert main(["runs"]) == 0
    typing += ["1e" * 32, "2e" * 32]
    assert main(["rekey", "three.db"]) == 2
    assert "differ" in capsys.readouterr().err
