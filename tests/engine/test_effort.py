from __future__ import annotations

import time

from matching.engine.effort import NO_LIMIT, Effort


def test_without_a_limit_nothing_runs_out():
    assert NO_LIMIT.left() is None


def test_time_runs_down_and_never_below_nothing():
    began = time.monotonic()
    assert 0 < (Effort(1000, began=began).left() or 0) <= 1000
    assert Effort(5, began=began - 6).left() == 0.0


def test_once_stopped_nothing_is_left():
    stopped = []
    effort = Effort(stopped=lambda: bool(stopped))
    assert effort.left() is None
    stopped.append(True)
    assert effort.left() == 0.0
    assert Effort(1000, stopped=lambda: True).left() == 0.0
