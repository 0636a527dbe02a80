"""One search at a time in a process."""

from __future__ import annotations

import threading
import time

import pytest

from matching.domain.errors import ConflictError
from matching.services.turn import busy, turn


def test_a_second_search_is_refused_in_plain_words():
    with turn():
        assert busy()
        with pytest.raises(ConflictError) as caught, turn(wait=0.0):
            pytest.fail("two had the turn")
    assert caught.value.sentence() == (
        "Another plan is being made. Nothing was saved. "
        "Wait until it is finished, or stop it, and try again."
    )
    assert not busy()


def test_the_turn_is_given_back_after_an_error():
    with pytest.raises(KeyError), turn():
        raise KeyError
    with turn(wait=0.0):
        assert busy()


def test_short_work_waits_for_its_turn():
    had = threading.Event()

    def hold():
        with turn():
            had.set()
            time.sleep(0.05)

    thread = threading.Thread(target=hold)
    thread.start()
    assert had.wait(5)
    with turn(wait=5.0):
        assert not thread.is_alive() or thread.join(5) is None
    thread.join()


def test_never_two_at_once():
    inside, most = [], []

    def work():
        with turn(wait=10.0):
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.001)
            inside.pop()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert most == [1] * 8
