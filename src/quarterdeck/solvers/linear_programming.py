"""Linear programmes for HiGHS: minimise cost over columns within bounds, rows within bounds.

A programme is solved once from a starting basis, then again after small changes, each time from where the last answer
stood. HiGHS is imported when a solver is made, not with this module.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int8]

AT_LOWER, BASIC, AT_UPPER = 0, 1, 2


@dataclass(frozen=True)
class LinearProgramme:
    """Minimise ``cost @ x`` with ``lower <= x <= upper`` and ``row_lower <= A @ x <= row_upper``.

    Parameters
    ----------
    cost, lower, upper
        One entry per column; infinite bounds are ``np.inf``.
    row_lower, row_upper
        One entry per row.
    row, column, value
        Entries of A in any order; those of one place add up.
    """

    cost: Floats
    lower: Floats
    upper: Floats
    row_lower: Floats
    row_upper: Floats
    row: Ints
    column: Ints
    value: Floats


@dataclass(frozen=True)
class Basis:
    """Where to begin: for each column and row ``AT_LOWER``, ``BASIC`` or ``AT_UPPER``; as many basic ones as rows."""

    columns: Codes
    rows: Codes


@dataclass(frozen=True)
class Answer:
    """The optimum: value, column values, row duals (change of the value per unit of the row's bound), iterations.

    ``state`` is ``optimal``, or why there is no optimum: ``infeasible``, ``unbounded``, ``stopped``.
    """

    state: str
    value: float
    columns: Floats
    duals: Floats
    iterations: int


class Solver:
    """HiGHS with one programme in it; keeps its basis from answer to answer.

    >>> steel = LinearProgramme(  # two products of 3 and 2 a piece, six hours of which the first takes two
    ...     cost=np.array([-3.0, -2.0]), lower=np.zeros(2), upper=np.array([4.0, 4.0]),
    ...     row_lower=np.array([-np.inf]), row_upper=np.array([6.0]),
    ...     row=np.array([0, 0]), column=np.array([0, 1]), value=np.array([2.0, 1.0]),
    ... )
    >>> answer = Solver(steel).solve()
    >>> answer.state, answer.value, answer.columns.tolist(), answer.duals.tolist()
    ('optimal', -11.0, [1.0, 4.0], [-1.5])
    """

    def __init__(self, programme: LinearProgramme, basis: Basis | None = None) -> None:
        import highspy  # noqa: PLC0415 - takes a while to load
        from scipy import sparse  # noqa: PLC0415

        shape = programme.row_lower.size, programme.cost.size
        matrix = sparse.csc_matrix((programme.value, (programme.row, programme.column)), shape=shape)
        self._library = highspy
        self._highs = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("solver", "simplex"), ("presolve", "off")):
            self._highs.setOptionValue(option, value)
        self._highs.passModel(_as_highs(highspy, programme, matrix))
        if basis is not None:
            self._highs.setBasis(_as_basis(highspy, basis))

    def solve(self, seconds: float = 600.0, *, primal: bool = False) -> Answer:
        """The optimum, begun from the last answer's basis; stopped after ``seconds``.

        The dual simplex method mends bounds that have changed; ``primal`` takes in columns that have been added.
        """
        self._highs.setOptionValue("simplex_strategy", 4 if primal else 1)
        self._highs.setOptionValue("time_limit", self._highs.getRunTime() + seconds)
        self._highs.run()
        status, solution = self._highs.getModelStatus(), self._highs.getSolution()
        kinds = self._library.HighsModelStatus
        names = {
            kinds.kOptimal: "optimal",
            kinds.kInfeasible: "infeasible",
            kinds.kUnbounded: "unbounded",
            kinds.kUnboundedOrInfeasible: "infeasible",
        }
        return Answer(
            names.get(status, "stopped"),
            float(self._highs.getObjectiveValue()),
            np.asarray(solution.col_value, dtype=np.float64),
            np.asarray(solution.row_dual, dtype=np.float64),
            int(self._highs.getInfo().simplex_iteration_count),
        )

    def add_rows(self, lower: Floats, upper: Floats) -> None:
        """Adds rows without entries."""
        none = np.zeros(0, np.int32)
        self._highs.addRows(lower.size, lower, upper, 0, np.zeros(lower.size, np.int32), none, np.zeros(0))

    def add_columns(self, cost: Floats, upper: Floats, first: Ints, row: Ints, value: Floats) -> None:
        """Adds columns from 0 to ``upper``; the entries of each begin at ``first`` in ``row`` and ``value``."""
        lower = np.zeros(cost.size)
        begin, rows = first.astype(np.int32), row.astype(np.int32)
        self._highs.addCols(cost.size, cost, lower, upper, value.size, begin, rows, value)

    def bound_rows(self, rows: Ints, lower: Floats, upper: Floats) -> None:
        """Gives rows other bounds."""
        for row, least, most in zip(rows.tolist(), lower.tolist(), upper.tolist(), strict=True):
            self._highs.changeRowBounds(row, least, most)

    def bound_columns(self, columns: Ints, lower: Floats, upper: Floats) -> None:
        """Gives columns other bounds."""
        for column, least, most in zip(columns.tolist(), lower.tolist(), upper.tolist(), strict=True):
            self._highs.changeColBounds(column, least, most)

    def price_columns(self, columns: Ints, cost: Floats) -> None:
        """Gives columns other costs."""
        for column, price in zip(columns.tolist(), cost.tolist(), strict=True):
            self._highs.changeColCost(column, price)


def _as_highs(highspy: Any, programme: LinearProgramme, matrix: Any) -> Any:  # noqa: ANN401 - the library's types
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = programme.cost.size, programme.row_lower.size
    model.col_cost_, model.col_lower_, model.col_upper_ = programme.cost, programme.lower, programme.upper
    model.row_lower_, model.row_upper_ = programme.row_lower, programme.row_upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = matrix.indptr.astype(np.int32)
    model.a_matrix_.index_ = matrix.indices.astype(np.int32)
    model.a_matrix_.value_ = matrix.data
    return model


def _as_basis(highspy: Any, basis: Basis) -> Any:  # noqa: ANN401 - the library's types
    status = highspy.HighsBasisStatus
    words = np.array([status.kLower, status.kBasic, status.kUpper], dtype=object)
    made = highspy.HighsBasis()
    made.col_status, made.row_status = words[basis.columns].tolist(), words[basis.rows].tolist()
    made.valid = True
    return made
