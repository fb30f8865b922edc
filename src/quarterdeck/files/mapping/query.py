"""Runs one query of a mapping on frames, naming every expression that fails."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import polars as pl

from quarterdeck.files.mapping.compiler import Scope, compile_expression
from quarterdeck.files.mapping.declaration import Join, Query
from quarterdeck.files.mapping.sheets import HIDDEN
from quarterdeck.files.mapping.syntax import ExpressionError
from quarterdeck.files.mapping.values import as_text
from quarterdeck.model import Problem

MOST_ROWS = 50_000_000


class QueryError(Exception):
    """A query that cannot give rows; the problem is recorded."""


@dataclass
class Run:
    """What the queries of one mapping share: its file, its parameters, the frames so far, the problems found."""

    file: str
    parameters: Dict[str, Any]
    frames: dict[str, pl.DataFrame] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    absent: set[str] = field(default_factory=set)

    def values(self, expressions: Dict[str, str]) -> dict[str, Any]:
        """Single values, such as settings of the other system, by name; each may use those before it."""
        one = pl.DataFrame({"one": [1]})
        query = Query("values", ())
        found: dict[str, Any] = {}
        for name, expression in expressions.items():
            column = one.with_columns(self._value(query, one, name, expression))
            found[name] = column.get_column(name).item()
            self.parameters = {**self.parameters, name: found[name]}
        return found

    def step(self, query: Query) -> None:
        """Runs a step; its rows can then be asked for by its name."""
        rows = self.rows(query)
        if rows is None:
            self.absent.add(query.name)
        else:
            self.frames[query.name] = rows

    def rows(self, query: Query) -> pl.DataFrame | None:
        """The rows of a query; nothing if a source it needs is absent or a filter cannot be used."""
        read = [self.frames[name] for name in query.sources if name in self.frames]
        if not read:
            return None
        frame = pl.concat(read, how="diagonal_relaxed") if len(read) > 1 else read[0]
        try:
            return self._shaped(query, frame)
        except QueryError:
            return None

    def _shaped(self, query: Query, frame: pl.DataFrame) -> pl.DataFrame:
        for join in query.joins:
            frame = self._joined(query, frame, join)
        for name, expression in query.let.items():
            frame = frame.with_columns(self._value(query, frame, name, expression))
        frame = self._filtered(query, frame, query.where)
        if query.group_by:
            frame = self._grouped(query, frame)
        elif query.columns:
            frame = self._selected(query, frame, query.columns)
        frame = self._filtered(query, frame, query.having)
        frame = self._distinct(query, self._sorted(query, frame))
        return self._selected(query, frame, query.then) if query.then else frame

    def _selected(self, query: Query, frame: pl.DataFrame, columns: Dict[str, str]) -> pl.DataFrame:
        values = [self._value(query, frame, *pair) for pair in columns.items()]
        hidden = [name for name in HIDDEN if name in frame.columns]
        return frame.with_columns(values).select(*columns, *hidden)

    def _joined(self, query: Query, frame: pl.DataFrame, join: Join) -> pl.DataFrame:
        if join.source not in self.frames:
            if join.how in {"left", "anti"}:
                return frame
            raise QueryError
        other = self.frames[join.source].drop(HIDDEN, strict=False)
        self._known(query, frame, tuple(join.on), "join")
        self._known(query, other, tuple(join.on.values()), "join")
        left, right, keys = _keyed(frame, other, join)
        if join.how not in {"semi", "anti"}:
            self._bearable(query, left, right, keys)
            right = right.select(name for name in right.columns if name in keys or name not in frame.columns)
        return left.join(right, on=keys, how=join.how, maintain_order="left_right").drop(keys)

    def _bearable(self, query: Query, left: pl.DataFrame, right: pl.DataFrame, keys: list[str]) -> None:
        """Refuses a join in which so many rows meet so many that memory would not do."""
        partners = right.group_by(keys).agg(pl.len().alias("partners"))
        if partners.height == right.height:
            return
        rows = left.group_by(keys).agg(pl.len()).join(partners, on=keys)
        made = rows.select((pl.col("len").cast(pl.Int64) * pl.col("partners")).sum()).item() or 0
        if made > MOST_ROWS:
            what = (
                f"Expected at most {MOST_ROWS:,} rows after a join, got {made:,}: its columns do not tell rows apart."
            )
            self._fault(query, "join", ", ".join(query.sources), what)
            raise QueryError

    def _grouped(self, query: Query, frame: pl.DataFrame) -> pl.DataFrame:
        self._known(query, frame, query.group_by, "group_by")
        grouped = frame.group_by(query.group_by, maintain_order=True)
        hidden = [pl.col(name).first() for name in HIDDEN if name in frame.columns]
        result = grouped.agg(hidden)
        for name, expression in query.columns.items():
            if name not in query.group_by:
                result = result.with_columns(self._aggregate(query, frame, name, expression))
        return result

    def _aggregate(self, query: Query, frame: pl.DataFrame, name: str, expression: str) -> pl.Series | pl.Expr:
        """One value per group, in the order of the groups."""
        grouped = frame.group_by(query.group_by, maintain_order=True)
        try:
            compiled = self._expression(query, frame, name, expression)
            column: pl.Series = self._tried(query, name, expression, lambda: grouped.agg(compiled).get_column(name))
        except QueryError:
            return pl.lit(None).alias(name)
        if column.dtype == pl.List:
            self._fault(
                query, name, expression, "Expected one value per group: use sum, first, count or another such function."
            )
            return pl.lit(None).alias(name)
        return column

    def _filtered(self, query: Query, frame: pl.DataFrame, conditions: tuple[str, ...]) -> pl.DataFrame:
        for condition in conditions:
            expression = self._expression(query, frame, "where", condition)
            frame = self._tried(query, "where", condition, partial(frame.filter, expression))
        return frame

    def _sorted(self, query: Query, frame: pl.DataFrame) -> pl.DataFrame:
        if not query.sort:
            return frame
        names = [name.removeprefix("-") for name in query.sort]
        self._known(query, frame, tuple(names), "sort")
        return frame.sort(
            names, descending=[name.startswith("-") for name in query.sort], nulls_last=True, maintain_order=True
        )

    def _distinct(self, query: Query, frame: pl.DataFrame) -> pl.DataFrame:
        if not query.distinct:
            return frame
        self._known(query, frame, query.distinct, "distinct")
        return frame.unique(list(query.distinct), keep="first", maintain_order=True)

    def _value(self, query: Query, frame: pl.DataFrame, name: str, expression: str) -> pl.Series | pl.Expr:
        """One column, computed by itself, so that a fault names its expression and the others still stand."""
        try:
            compiled = self._expression(query, frame, name, expression)
            values = self._tried(query, name, expression, lambda: frame.select(compiled.alias(name)))
        except QueryError:
            return pl.lit(None).alias(name)
        column = values.to_series()
        return pl.lit(column[0], dtype=column.dtype).alias(name) if column.len() == 1 != frame.height else column

    def _expression(self, query: Query, frame: pl.DataFrame, name: str, expression: str) -> pl.Expr:
        scope = Scope(frozenset(frame.columns), self.parameters, self.frames, self.absent)
        compiled: pl.Expr = self._tried(query, name, expression, lambda: compile_expression(expression, scope))
        return compiled.alias(name)

    def _known(self, query: Query, frame: pl.DataFrame, names: tuple[str, ...], part: str) -> None:
        for name in names:
            if name not in frame.columns:
                self._fault(query, part, name, f"Expected one of {', '.join(frame.columns)}, got {name!r}.")
                raise QueryError

    def _tried(self, query: Query, column: str, expression: str, action: Any) -> Any:  # noqa: ANN401 - passes through what it runs
        try:
            return action()
        except ExpressionError as error:
            message = str(error)
        except (pl.exceptions.PolarsError, OverflowError) as error:
            message = str(error).splitlines()[0]
        self._fault(query, column, expression, message)
        raise QueryError

    def _fault(self, query: Query, column: str, expression: str, message: str) -> None:
        self.problems.append(
            Problem(
                "error",
                "mapping-expression",
                f"Table {query.name}, {column} = {expression!r}: {message}",
                "Correct the expression in the mapping file; the rest of the table is read without it.",
                table=query.name,
                column=column,
                file=self.file,
                found=expression,
            )
        )


def _keyed(frame: pl.DataFrame, other: pl.DataFrame, join: Join) -> tuple[pl.DataFrame, pl.DataFrame, list[str]]:
    """Both frames with the values to be equal as texts, so that 7 finds ``7``; and the names of these columns."""
    keys = [f"__key{place}" for place in range(len(join.on))]
    own = [as_text(pl.col(name)).alias(key) for name, key in zip(join.on, keys, strict=True)]
    others = [as_text(pl.col(name)).alias(key) for name, key in zip(join.on.values(), keys, strict=True)]
    return frame.with_columns(own), other.with_columns(others), keys
