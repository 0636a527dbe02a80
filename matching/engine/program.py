"""The one place that speaks to MathOpt: linear and whole-number programs.

GLOP solves the linear ones and goes on from where it was when rows and columns
are added; HiGHS solves those in whole numbers. What they claim is looked at
again by the callers, in whole numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from threading import Thread
from typing import TypeVar

import numpy as np
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt
from ortools.util.python.solve_interrupter import SolveInterrupter

from matching.engine.component import Int64s
from matching.engine.effort import NO_LIMIT, Effort
from matching.engine.rows import Floats, Rows

#: How often a person's wish to stop is looked at, and how long a solver gets
#: to obey it, in seconds.
_LOOK, _GRACE = 0.05, 0.5
#: HiGHS cannot be interrupted. Where somebody may stop the search it works in
#: stretches, each as long as all before, so that what it found is not lost.
_STRETCH = 4.0
#: Least time worth starting a solver for, in seconds.
_WORTH = 0.02


@dataclass(frozen=True, slots=True)
class Answer:
    """What a solver says.

    Attributes
    ----------
    values : ndarray of float, shape (columns,), or None
        0 in columns left out; ``None`` if nothing was found.
    bound : float
        On the total over the columns given; minus infinity if none is known.
    proven : bool
        Whether the search ended by itself.
    impossible : bool
        Whether there is no answer.
    price : ndarray of float, shape (rows,), or None
        Of a linear program: how much the total changes with each row's limit.
    """

    values: Floats | None
    bound: float
    proven: bool
    impossible: bool
    price: Floats | None = None


Result = TypeVar("Result")

NOTHING = Answer(None, -math.inf, False, False)


def stoppable(effort: Effort) -> bool:
    """Tell whether somebody might stop the search."""
    return effort.stopped is not NO_LIMIT.stopped


def _obeying(effort: Effort, job: Callable[[SolveInterrupter], Result]) -> Result | None:
    """Run a job until it is done or somebody stops the search; then ``None``.

    A solver that does not listen is left to itself until its own time is up.
    """
    stop = SolveInterrupter()
    if not stoppable(effort):
        return job(stop)
    done: list[Result] = []
    failed: list[BaseException] = []

    def work() -> None:
        try:
            done.append(job(stop))
        except BaseException as error:
            failed.append(error)

    thread = Thread(target=work, daemon=True)
    thread.start()
    while thread.is_alive() and not effort.stopped():
        thread.join(_LOOK)
    stop.interrupt()
    thread.join(_GRACE)
    if failed:
        raise failed[0]
    return done[0] if done else None


def whole(
    gain: Int64s,
    rows: Rows,
    keep: Int64s,
    effort: Effort = NO_LIMIT,
    start: Int64s | None = None,
) -> Answer:
    """Find the columns, each used or not, of least total gain.

    Parameters
    ----------
    gain : ndarray of int64, shape (columns,)
    rows : Rows
    keep : ndarray of int64
        Columns that may be used, rising.
    effort : Effort, optional
    start : ndarray of int64, optional
        Columns used by an answer known before.

    Returns
    -------
    Answer
        With a bound for the columns kept.
    """
    model = _model(gain, rows, keep, integer=True)
    hint, bound = start, -math.inf
    best = NOTHING
    stretch = _STRETCH if stoppable(effort) else math.inf
    while True:
        left = effort.left()
        if left is not None and left < _WORTH:
            return best
        limit = min(stretch, math.inf if left is None else left)
        run = partial(_run_whole, model, keep, len(gain), hint, limit)
        answer = _obeying(effort, run)
        if answer is None:
            return best
        bound = max(bound, answer.bound)
        values = best.values if answer.values is None else answer.values
        best = Answer(values, bound, answer.proven, answer.impossible)
        if answer.proven or limit < stretch:
            return best
        stretch *= 2
        if values is not None:
            hint = np.flatnonzero(values > 0.5)


def _run_whole(
    model: mathopt.Model,
    keep: Int64s,
    columns: int,
    hint: Int64s | None,
    limit: float,
    stop: SolveInterrupter,
) -> Answer:
    variables = list(model.variables())
    hints = []
    if hint is not None:
        used = np.isin(keep, hint).astype(float).tolist()
        hints = [mathopt.SolutionHint(dict(zip(variables, used, strict=True)))]
    result = mathopt.solve(
        model,
        mathopt.SolverType.HIGHS,
        params=mathopt.SolveParameters(
            time_limit=None if math.isinf(limit) else timedelta(seconds=limit),
            relative_gap_tolerance=0.0,
        ),
        model_params=mathopt.ModelSolveParameters(solution_hints=hints),
        interrupter=stop,
    )
    values = None
    if result.has_primal_feasible_solution():
        values = np.zeros(columns)
        values[keep] = result.variable_values(variables)
    return Answer(
        values,
        bound=result.dual_bound(),
        proven=result.termination.reason in _ENDED,
        impossible=result.termination.reason in _IMPOSSIBLE,
    )


_IMPOSSIBLE = (
    mathopt.TerminationReason.INFEASIBLE,
    # Everything is bounded, so what is infeasible or unbounded is infeasible.
    mathopt.TerminationReason.INFEASIBLE_OR_UNBOUNDED,
)
_ENDED = (mathopt.TerminationReason.OPTIMAL, *_IMPOSSIBLE)


def _model(gain: Int64s, rows: Rows, keep: Int64s, *, integer: bool) -> mathopt.Model:
    """Lay a program out in one go; its words never leave this module."""
    count = len(keep)
    position = np.full(len(gain), -1, dtype=np.int64)
    position[keep] = np.arange(count)
    model = model_pb2.ModelProto()
    model.variables.ids.extend(range(count))
    model.variables.lower_bounds.extend([0.0] * count)
    model.variables.upper_bounds.extend([1.0 if integer else math.inf] * count)
    model.variables.integers.extend([integer] * count)
    used = np.flatnonzero(gain[keep])
    model.objective.linear_coefficients.ids.extend(used.tolist())
    model.objective.linear_coefficients.values.extend(gain[keep[used]].astype(float).tolist())
    model.linear_constraints.ids.extend(range(len(rows)))
    model.linear_constraints.lower_bounds.extend(rows.low.tolist())
    model.linear_constraints.upper_bounds.extend(rows.high.tolist())
    here = np.flatnonzero(position[rows.column] >= 0)
    row, column = rows.row[here], position[rows.column[here]]
    order = np.lexsort((column, row))
    matrix = model.linear_constraint_matrix
    matrix.row_ids.extend(row[order].tolist())
    matrix.column_ids.extend(column[order].tolist())
    matrix.coefficients.extend(rows.weight[here][order].astype(float).tolist())
    return mathopt.Model.from_model_proto(model)


class Linear:
    """A linear program that grows by rows and columns and goes on from where it was.

    Columns are not bounded above; rows must do that.

    Parameters
    ----------
    gain : ndarray of int64, shape (columns,)
    rows : Rows
    keep : ndarray of int64
        Columns to begin with, rising.
    """

    def __init__(self, gain: Int64s, rows: Rows, keep: Int64s) -> None:
        self._gain, self.rows = gain, rows
        self.columns = keep
        self._model = _model(gain, rows, keep, integer=False)
        self._variables = list(self._model.variables())
        self._constraints = list(self._model.linear_constraints())
        self._solver = mathopt.IncrementalSolver(self._model, mathopt.SolverType.GLOP)

    def add_rows(self, more: Rows) -> None:
        """Add rows."""
        first = len(self.rows)
        self.rows = self.rows.and_also(more)
        self._constraints += [
            self._model.add_linear_constraint(lb=low, ub=high)
            for low, high in zip(more.low.tolist(), more.high.tolist(), strict=True)
        ]
        self._fill(more.row + first, more.column, more.weight)

    def add_columns(self, more: Int64s) -> None:
        """Add columns."""
        if len(more) == 0:
            return
        self._variables += [self._model.add_variable(lb=0.0) for _ in range(len(more))]
        self.columns = np.concatenate([self.columns, more])
        objective = self._model.objective
        for column, variable in zip(more.tolist(), self._variables[-len(more) :], strict=True):
            objective.set_linear_coefficient(variable, float(self._gain[column]))
        here = np.isin(self.rows.column, more)
        self._fill(self.rows.row[here], self.rows.column[here], self.rows.weight[here])

    def _fill(self, row: Int64s, column: Int64s, weight: Int64s) -> None:
        position = np.full(len(self._gain), -1, dtype=np.int64)
        position[self.columns] = np.arange(len(self.columns))
        for r, k, number in zip(
            row.tolist(), position[column].tolist(), weight.tolist(), strict=True
        ):
            if k >= 0:
                self._constraints[r].set_coefficient(self._variables[k], float(number))

    def solve(self, effort: Effort = NO_LIMIT) -> Answer:
        """Solve the program as it is now.

        Parameters
        ----------
        effort : Effort, optional

        Returns
        -------
        Answer
            Its bound is for the columns added so far.
        """
        left = effort.left()
        if left is not None and left < _WORTH:
            return NOTHING
        parameters = mathopt.SolveParameters(
            time_limit=None if left is None else timedelta(seconds=left)
        )
        result = _obeying(
            effort, lambda stop: self._solver.solve(params=parameters, interrupter=stop)
        )
        if result is None or result.termination.reason is not mathopt.TerminationReason.OPTIMAL:
            reason = None if result is None else result.termination.reason
            gone = reason in _IMPOSSIBLE
            return Answer(None, -math.inf, proven=gone, impossible=gone)
        values = np.zeros(len(self._gain))
        values[self.columns] = result.variable_values(self._variables)
        price = np.array(result.dual_values(self._constraints))
        return Answer(values, result.dual_bound(), True, False, price)
