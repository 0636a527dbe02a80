"""Who solves the parts of a plan: this process, or several."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from contextlib import contextmanager

from matching.domain.errors import EngineError


@contextmanager
def executor(workers: int | None) -> Iterator[Executor | None]:
    """Give the processes that share the work on one plan.

    Parameters
    ----------
    workers : int or None
        How many; ``None`` does all the work here.

    Yields
    ------
    Executor or None

    Raises
    ------
    EngineError
        If a process ends before its work does.
    """
    if workers is None:
        yield None
        return
    # A fork would copy the locks of other threads in the state they are in.
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=fresh) as pool:
        try:
            yield pool
        except BrokenExecutor:
            raise EngineError(
                "A process ended before it had solved its part of the plan.",
                next_step="Check the memory of this machine, or set fewer MATCHING_WORKERS.",
            ) from None
