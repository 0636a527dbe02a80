"""Argon2 with today's parameters; the same password in another spelling is the same."""

from __future__ import annotations

import threading

import pytest

from matching.services import hashing


@pytest.fixture(scope="module")
def stored():
    return hashing.hashed("tangled willow porch lamp")


def test_the_hash_is_argon2id_with_a_salt_of_its_own(stored):
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert stored != hashing.hashed("tangled willow porch lamp")
    assert not hashing.outdated(stored)


def test_only_the_password_fits(stored):
    assert hashing.matches(stored, "tangled willow porch lamp")
    assert not hashing.matches(stored, "tangled willow porch lamps")
    assert not hashing.matches(stored, "")


def test_nothing_fits_where_there_is_no_password():
    assert not hashing.matches(None, "nobody's password")
    assert not hashing.matches("not a hash", "nobody's password")


def test_keyboards_write_one_letter_in_two_ways():
    assert hashing.matches(hashing.hashed("caf\u00e9 mossy brick"), "cafe\u0301 mossy brick")


def test_no_more_than_two_are_computed_at_once(monkeypatch):
    at_once, most = [0], [0]
    lock, gate = threading.Lock(), threading.Event()

    class Slow:
        def verify(self, *_):
            with lock:
                at_once[0] += 1
                most[0] = max(most[0], at_once[0])
            gate.wait(0.05)
            with lock:
                at_once[0] -= 1
            return True

    monkeypatch.setattr(hashing, "_hasher", Slow())
    crowd = [threading.Thread(target=hashing.matches, args=("$x", "y")) for _ in range(12)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert most[0] == hashing.AT_ONCE
