"""The one place that speaks to MathOpt: linear and whole-number programs.

GLOP solves the linear ones and goes on from where it was when rows and columns
are added; HiGHS solves those in whole numbers. What they claim is looked at
again by the callers, in whole numbers.

Programs and answers go as MathOpt's own messages: an object for each column
would take longer than the solver.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Thread
from typing import Any, TypeVar

import numpy as np
from ortools.math_opt import (
    callback_pb2,
    model_parameters_pb2,
    model_pb2,
    model_update_pb2,
    parameters_pb2,
    result_pb2,
)
from ortools.math_opt.core.python import solver as core
from ortools.util.python.solve_interrupter import SolveInterrupter

from matching.engine.component import Int64s
from matching.engine.effort import NO_LIMIT, Effort
from matching.engine.rows import Floats, Rows

#: Name of the threads of solvers that somebody may stop.
SOLVER_THREAD = "solver"
#: How often a person's wish to stop is looked at, and how long a solver gets
#: to obey it, in seconds.
_LOOK, _GRACE = 0.05, 0.5
#: HiGHS cannot be interrupted. Where somebody may stop the search it works in
#: stretches, each as long as all before, so that what it found is not lost.
_STRETCH = 4.0
#: Least time worth starting a solver for, in seconds.
_WORTH = 0.02

_ENDED = (result_pb2.TERMINATION_REASON_OPTIMAL,)
_IMPOSSIBLE = (
    result_pb2.TERMINATION_REASON_INFEASIBLE,
    # Everything is bounded, so what is infeasible or unbounded is infeasible.
    result_pb2.TERMINATION_REASON_INFEASIBLE_OR_UNBOUNDED,
)

Result = TypeVar("Result")


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

    thread = Thread(target=work, name=SOLVER_THREAD, daemon=True)
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
    loose: Int64s | None = None,
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
    loose : ndarray of int64, optional
        Columns that come out whole by themselves once the others are.

    Returns
    -------
    Answer
        With a bound for the columns kept.
    """
    model = _model(gain, rows, keep, most=1.0, integer=True)
    if loose is not None:
        for k in np.flatnonzero(np.isin(keep, loose)).tolist():
            model.variables.integers[k] = False
    best, hint, bound = NOTHING, start, -math.inf
    stretch = _STRETCH if stoppable(effort) else math.inf
    while True:
        left = effort.left()
        if left is not None and left < _WORTH:
            return best
        limit = min(stretch, math.inf if left is None else left)
        answer = _obeying(effort, partial(_whole, model, keep, len(gain), hint, limit))
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


def least(gain: Int64s, rows: Rows, most: int) -> Answer:
    """Find whole numbers, none negative, of least total gain.

    Parameters
    ----------
    gain : ndarray of int64, shape (columns,)
    rows : Rows
    most : int
        Of every column.

    Returns
    -------
    Answer
    """
    every = np.arange(len(gain))
    model = _model(gain, rows, every, most=float(most), integer=True)
    return _whole(model, every, len(gain), None, math.inf, SolveInterrupter())


def _whole(
    model: model_pb2.ModelProto,
    keep: Int64s,
    columns: int,
    hint: Int64s | None,
    limit: float,
    stop: SolveInterrupter,
) -> Answer:
    wanted = parameters_pb2.SolveParametersProto(relative_gap_tolerance=0.0)
    _within(wanted, limit)
    about = model_parameters_pb2.ModelSolveParametersProto()
    if hint is not None:
        known = about.solution_hints.add().variable_values
        known.ids.extend(range(len(keep)))
        known.values.extend(np.isin(keep, hint).astype(float).tolist())
    solver = _solver(parameters_pb2.SOLVER_TYPE_HIGHS, model)
    result = _run(solver, wanted, about, stop)
    values = None
    if result.solutions:
        values = np.zeros(columns)
        values[keep] = result.solutions[0].primal_solution.variable_values.values
    reason = result.termination.reason
    return Answer(
        values,
        bound=result.termination.objective_bounds.dual_bound,
        proven=reason in (*_ENDED, *_IMPOSSIBLE),
        impossible=reason in _IMPOSSIBLE,
    )


def _solver(kind: int, model: model_pb2.ModelProto) -> Any:
    return core.new(kind, model, parameters_pb2.SolverInitializerProto())


def _run(
    solver: Any,
    wanted: parameters_pb2.SolveParametersProto,
    about: model_parameters_pb2.ModelSolveParametersProto,
    stop: SolveInterrupter,
) -> result_pb2.SolveResultProto:
    nothing = callback_pb2.CallbackRegistrationProto()
    return solver.solve(wanted, about, None, nothing, None, stop.pybind_interrupter)


def _within(wanted: parameters_pb2.SolveParametersProto, limit: float) -> None:
    """Set a limit of time, in seconds."""
    if not math.isinf(limit):
        wanted.time_limit.FromNanoseconds(int(limit * 1e9))


def _model(
    gain: Int64s, rows: Rows, keep: Int64s, *, most: float, integer: bool
) -> model_pb2.ModelProto:
    """Lay a program out in one go; its words never leave this module."""
    count = len(keep)
    position = np.full(len(gain), -1, dtype=np.int64)
    position[keep] = np.arange(count)
    model = model_pb2.ModelProto()
    model.variables.ids.extend(range(count))
    model.variables.lower_bounds.extend([0.0] * count)
    model.variables.upper_bounds.extend([most] * count)
    model.variables.integers.extend([integer] * count)
    used = np.flatnonzero(gain[keep])
    model.objective.linear_coefficients.ids.extend(used.tolist())
    model.objective.linear_coefficients.values.extend(gain[keep[used]].astype(float).tolist())
    model.linear_constraints.ids.extend(range(len(rows)))
    model.linear_constraints.lower_bounds.extend(rows.low.tolist())
    model.linear_constraints.upper_bounds.extend(rows.high.tolist())
    here = np.flatnonzero(position[rows.column] >= 0)
    _fill(
        model.linear_constraint_matrix,
        rows.row[here],
        position[rows.column[here]],
        rows.weight[here],
    )
    return model


def _fill(matrix: Any, row: Int64s, column: Int64s, weight: Int64s) -> None:
    order = np.lexsort((column, row))
    matrix.row_ids.extend(row[order].tolist())
    matrix.column_ids.extend(column[order].tolist())
    matrix.coefficients.extend(weight[order].astype(float).tolist())


class Linear:
    """A linear program that grows by rows and columns and goes on from where it was.

    Parameters
    ----------
    gain : ndarray of int64, shape (columns,)
    rows : Rows
    keep : ndarray of int64
        Columns to begin with, rising.
    most : float, optional
        Of every column; if left out, rows must bound them above.

    Attributes
    ----------
    rows : Rows
    columns : ndarray of int64
        Those added so far.
    """

    def __init__(self, gain: Int64s, rows: Rows, keep: Int64s, most: float = math.inf) -> None:
        self._gain, self.rows, self.columns, self._most = gain, rows, keep, most
        self._next = parameters_pb2.LP_ALGORITHM_UNSPECIFIED
        self._solver = _solver(
            parameters_pb2.SOLVER_TYPE_GLOP,
            _model(gain, rows, keep, most=most, integer=False),
        )

    def aim(self, gain: Int64s) -> None:
        """Minimise something else from now on; the answer so far stays one."""
        changed = np.flatnonzero(gain[self.columns] != self._gain[self.columns])
        self._gain = gain
        update = model_update_pb2.ModelUpdateProto()
        objective = update.objective_updates.linear_coefficients
        objective.ids.extend(changed.tolist())
        objective.values.extend(gain[self.columns[changed]].astype(float).tolist())
        self._solver.update(update)
        self._next = parameters_pb2.LP_ALGORITHM_PRIMAL_SIMPLEX

    def add_rows(self, rows: Rows) -> None:
        """Add rows; the answer so far keeps its prices."""
        first = len(self.rows)
        self.rows = self.rows.and_also(rows)
        update = model_update_pb2.ModelUpdateProto()
        new = update.new_linear_constraints
        new.ids.extend(range(first, len(self.rows)))
        new.lower_bounds.extend(rows.low.tolist())
        new.upper_bounds.extend(rows.high.tolist())
        column = self._position()[rows.column]
        here = column >= 0
        matrix = update.linear_constraint_matrix_updates
        _fill(matrix, rows.row[here] + first, column[here], rows.weight[here])
        self._solver.update(update)
        self._next = parameters_pb2.LP_ALGORITHM_DUAL_SIMPLEX

    def add_columns(self, columns: Int64s) -> None:
        """Add columns, none of those added before; the answer so far stays one."""
        first, count = len(self.columns), len(columns)
        self.columns = np.concatenate([self.columns, columns])
        update = model_update_pb2.ModelUpdateProto()
        ids = range(first, first + count)
        new = update.new_variables
        new.ids.extend(ids)
        new.lower_bounds.extend([0.0] * count)
        new.upper_bounds.extend([self._most] * count)
        new.integers.extend([False] * count)
        objective = update.objective_updates.linear_coefficients
        objective.ids.extend(ids)
        objective.values.extend(self._gain[columns].astype(float).tolist())
        column = self._position()[self.rows.column]
        here = column >= first
        matrix = update.linear_constraint_matrix_updates
        _fill(matrix, self.rows.row[here], column[here], self.rows.weight[here])
        self._solver.update(update)
        self._next = parameters_pb2.LP_ALGORITHM_PRIMAL_SIMPLEX

    def _position(self) -> Int64s:
        out = np.full(len(self._gain), -1, dtype=np.int64)
        out[self.columns] = np.arange(len(self.columns))
        return out

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
        # A presolved program would begin anew each time.
        wanted = parameters_pb2.SolveParametersProto(
            presolve=parameters_pb2.EMPHASIS_OFF, lp_algorithm=self._next
        )
        _within(wanted, math.inf if left is None else left)
        about = model_parameters_pb2.ModelSolveParametersProto()
        result = _obeying(effort, partial(_run, self._solver, wanted, about))
        if result is None or result.termination.reason not in _ENDED:
            gone = result is not None and result.termination.reason in _IMPOSSIBLE
            return Answer(None, -math.inf, proven=gone, impossible=gone)
        values = np.zeros(len(self._gain))
        best = result.solutions[0]
        values[self.columns] = best.primal_solution.variable_values.values
        price = np.array(best.dual_solution.dual_values.values)
        return Answer(
            values, result.termination.objective_bounds.dual_bound, True, False, price
        )
