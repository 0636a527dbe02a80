"""Long work in the background: its stages, a way to stop it, and its result or error.

A page that is drawn again asks the job how far it is; nothing here draws.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from enum import StrEnum
from typing import Generic, TypeVar

from matching.domain.access import Action
from matching.domain.errors import ConflictError, MatchingError
from matching.engine.effort import Effort
from matching.engine.solve import Progress
from matching.services.desk import Desk
from matching.services.matching import SavedRun, run_plan
from matching.services.turn import busy

Result = TypeVar("Result")


class State(StrEnum):
    """How far a job is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class GivenUp(MatchingError):
    """The work was given up by the person who asked for it."""


class Job(Generic[Result]):
    """Work that runs in a thread of its own from the moment the job is made.

    Parameters
    ----------
    work : callable
        Given a progress listener and an effort; both must be handed on to
        whatever takes long.
    seconds : float, optional
        Limit on the search; by default none.
    """

    def __init__(
        self, work: Callable[[Progress, Effort], Result], *, seconds: float | None = None
    ) -> None:
        self._work = work
        self._stop = threading.Event()
        self._give_up = threading.Event()
        self._ended = threading.Event()
        self._stages: list[str] = []
        self._began = time.monotonic()
        self._took: float | None = None
        self._result: list[Result] = []
        self._error: BaseException | None = None
        self._effort = Effort(seconds, self._stop.is_set, self._began)
        # Nobody waits for a plan that a closing program makes.
        threading.Thread(target=self._run, name="job", daemon=True).start()

    def _run(self) -> None:
        try:
            self._result.append(self._work(self._progress, self._effort))
        except BaseException as error:
            self._error = error
        finally:
            self._took = time.monotonic() - self._began
            self._ended.set()

    def _progress(self, stage: str) -> None:
        if self._give_up.is_set():
            raise GivenUp("The work was given up.", next_step="Start it again when you like.")
        if stage not in self._stages:
            self._stages.append(stage)

    @property
    def state(self) -> State:
        """How far the work is."""
        if not self._ended.is_set():
            return State.RUNNING
        return State.FAILED if self._error is not None else State.DONE

    @property
    def running(self) -> bool:
        """Whether the work goes on."""
        return self.state is State.RUNNING

    @property
    def stages(self) -> tuple[str, ...]:
        """Stages that began, in order; the last is the one at work."""
        return tuple(self._stages)

    @property
    def stage(self) -> str:
        """The stage at work, or an empty text before the first."""
        return self._stages[-1] if self._stages else ""

    @property
    def seconds(self) -> float:
        """Seconds since the work began, or that it took."""
        return time.monotonic() - self._began if self._took is None else self._took

    @property
    def stopping(self) -> bool:
        """Whether somebody has asked to stop, and the work is not done yet."""
        return self.running and (self._stop.is_set() or self._give_up.is_set())

    def stop(self) -> None:
        """End the search soon and keep the best found so far."""
        self._stop.set()

    def give_up(self) -> None:
        """End the work at its next stage and keep nothing, unless it is done by then."""
        self._give_up.set()
        self._stop.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until the work is done, at most so long; tell whether it is."""
        return self._ended.wait(seconds)

    def result(self) -> Result:
        """Return what came out, waiting for it.

        Raises
        ------
        BaseException
            Whatever the work raised; :class:`GivenUp` if it was given up.
        """
        self._ended.wait()
        if self._error is not None:
            raise self._error
        return self._result[0]


def start_plan(
    desk: Desk, policy_name: str | None = None, *, seconds: float | None = None
) -> Job[SavedRun]:
    """Make and save a plan in the background.

    Stopped, it keeps and saves the best plan found so far; given up, nothing.

    Parameters
    ----------
    desk : Desk
    policy_name : str, optional
        By default the office's policy.
    seconds : float, optional
        Limit on the search; by default that of the settings.

    Returns
    -------
    Job

    Raises
    ------
    PermissionDenied
        If the actor may not run plans.
    ConflictError
        If another plan is being made.
    """
    desk.require(Action.RUN_PLAN)
    refuse_if_busy()
    limit = desk.settings.plan_seconds if seconds is None else seconds

    def work(progress: Progress, effort: Effort) -> SavedRun:
        return run_plan(desk, policy_name, progress=progress, effort=effort)

    return Job(work, seconds=limit)


def refuse_if_busy() -> None:
    """Refuse to start long work while other work goes on.

    Raises
    ------
    ConflictError
    """
    if busy():
        raise ConflictError(
            "Another plan is being made.",
            next_step="Wait until it is finished, or stop it, and try again.",
        )
