"""Who solves the parts of a plan: this process, or several."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from contextlib import contextmanager

from matching.domain.errors import EngineError


@contextmanager
def executor(workers: int | None, given: Executor | None = None) -> Iterator[Executor | None]:
    """Give whatever shares the work on one plan.

    Parameters
    ----------
    workers : int or None
        Processes to start; ``None`` does all the work here.
    given : Executor, optional
        Used instead of processes of this machine, such as that of a cluster.

    Yields
    ------
    Executor or None

    Raises
    ------
    EngineError
        If a process ends before its work does.
    """
    try:
        if given is not None or workers is None:
            yield given
            return
        # A fork would copy the locks of other threads in the state they are in.
        fresh = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(workers, mp_context=fresh) as pool:
            yield pool
    except BrokenExecutor:
        raise EngineError(
            "A process ended before it had solved its part of the plan.",
            next_step="Check the memory of the machine, or set fewer MATCHING_WORKERS.",
        ) from None
