"""Processes that share the work on a plan: the same plan, and a plain word when one ends."""

from __future__ import annotations

import os
from concurrent.futures import Executor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace

import pytest

from matching.domain.errors import EngineError
from matching.services.documents import plan_document
from matching.services.executors import executor
from matching.services.matching import run_plan
from matching.services.turn import busy
from tests.services.planned import desk_at, office


def test_without_the_setting_nothing_is_started():
    with executor(None) as found:
        assert found is None


def test_processes_make_the_same_plan(sqlite_store):
    desk = desk_at(sqlite_store)
    alone = plan_document(office(desk).run)
    several = replace(desk, settings=replace(desk.settings, workers=2))
    shared = plan_document(run_plan(several).run)
    assert shared.pop("seconds").keys() <= alone.pop("seconds").keys()
    assert shared == alone


def test_a_process_that_ends_is_said_in_plain_words():
    with pytest.raises(EngineError, match="ended before"), executor(1) as pool:
        pool.submit(os._exit, 1).result()


def test_other_errors_of_the_work_come_through_as_they_are():
    with pytest.raises(ZeroDivisionError), executor(1) as pool:
        pool.submit(divmod, 1, 0).result()


def test_a_plan_whose_process_ends_is_not_saved_and_the_next_one_is_made(sqlite_store):
    desk = desk_at(sqlite_store)
    first = office(desk)

    class Broken(Executor):
        def map(self, *_, **__):
            raise BrokenProcessPool

    with pytest.raises(EngineError, match="ended before it had solved its part"):
        run_plan(desk, executor=Broken())
    assert not busy()
    assert run_plan(desk).number == first.number + 1


def test_an_executor_that_is_given_is_used_instead_of_processes():
    with ThreadPoolExecutor(1) as threads, executor(3, threads) as used:
        assert used is threads
        assert used.submit(divmod, 7, 2).result() == (3, 1)


def test_any_executor_makes_the_same_plan(sqlite_store):
    desk = desk_at(sqlite_store)
    alone = plan_document(office(desk).run)
    with ThreadPoolExecutor(2) as threads:
        shared = plan_document(run_plan(desk, executor=threads).run)
    assert shared | {"seconds": None} == alone | {"seconds": None}
