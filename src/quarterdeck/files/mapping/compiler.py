"""Trees of mapping expressions as polars expressions on a given frame."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from quarterdeck.files.mapping.functions import FUNCTIONS
from quarterdeck.files.mapping.syntax import Call, ExpressionError, Literal, Name, Node, Operation, parse
from quarterdeck.files.mapping.values import as_text

_OPERATORS: dict[str, Any] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "and": lambda a, b: a & b,
    "or": lambda a, b: a | b,
    "not": lambda a: ~a,
    "negative": lambda a: -a,
    "&": lambda a, b: as_text(a) + as_text(b),
}


@dataclass(frozen=True)
class Scope:
    """What an expression can see.

    Parameters
    ----------
    columns
        Columns of the frame it is evaluated on.
    parameters
        Values by name, such as ``as_of``.
    frames
        Sources and steps that ``lookup`` may ask.
    absent
        Sources and steps that are declared but not in the export: ``lookup`` finds nothing there.
    """

    columns: frozenset[str] = frozenset()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    frames: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    absent: Collection[str] = ()


def compile_expression(expression: str, scope: Scope) -> pl.Expr:
    """The polars expression of ``expression``.

    >>> frame = pl.DataFrame({"a": [1, 2]})
    >>> frame.select(compile_expression("if(a > 1, 'many', 'one')", Scope(frozenset({"a"})))).to_series().to_list()
    ['one', 'many']

    Raises
    ------
    ExpressionError
        If it is not in the language, or names what ``scope`` does not have.
    """
    return _compile(parse(expression), scope)


def _compile(node: Node, scope: Scope) -> pl.Expr:
    if isinstance(node, Literal):
        return pl.lit(node.value)
    if isinstance(node, Name):
        return _named(node.name, scope)
    if isinstance(node, Operation):
        return _operation(node, scope)
    return _lookup(node, scope) if node.function == "lookup" else _call(node, scope)


def _named(name: str, scope: Scope) -> pl.Expr:
    if name in scope.columns:
        return pl.col(name)
    if name in scope.parameters:
        return literal(scope.parameters[name])
    raise ExpressionError(f"Expected a column{_nearest(name, scope.columns)}, got {name!r}.")


def literal(value: Any) -> pl.Expr:  # noqa: ANN401 - a parameter of any plain type
    """A value as a polars literal; dates as wall-clock times."""
    if isinstance(value, dt.datetime):
        return pl.lit(value).cast(pl.Datetime("us"))
    return pl.lit(value)


def _operation(node: Operation, scope: Scope) -> pl.Expr:
    operands = [_compile(part, scope) for part in node.operands]
    if node.symbol == "in":
        first, *others = operands
        return pl.any_horizontal([first == other for other in others]) if others else pl.lit(value=False)
    result: pl.Expr = _OPERATORS[node.symbol](*operands)
    return result


def _call(node: Call, scope: Scope) -> pl.Expr:
    function = FUNCTIONS.get(node.function)
    if function is None:
        raise ExpressionError(f"Expected a function{_nearest(node.function, FUNCTIONS)}, got {node.function!r}.")
    given = len(node.arguments)
    if given < function.fewest or (function.most is not None and given > function.most):
        raise ExpressionError(f"Expected {function.name}({function.arguments}), got {given} arguments.")
    arguments = [
        _plain(part, function.name) if place in function.plain else _compile(part, scope)
        for place, part in enumerate(node.arguments)
    ]
    try:
        return function.build(*arguments)
    except (ValueError, TypeError) as error:
        raise ExpressionError(f"In {function.name}: {error}") from error


def _plain(node: Node, function: str) -> float | str | bool | None:
    if not isinstance(node, Literal):
        raise ExpressionError(f"Expected a plain number or text as second or later argument of {function}.")
    return node.value


def _lookup(node: Call, scope: Scope) -> pl.Expr:
    """``lookup(source, value column, key column, key)``: the value in the first row of ``source`` with that key."""
    if len(node.arguments) != 4 or not all(isinstance(part, Name) for part in node.arguments[:3]):
        raise ExpressionError("Expected lookup(source, value column, key column, key).")
    source, value, key = (part.name for part in node.arguments[:3] if isinstance(part, Name))
    if source in scope.absent:
        return pl.lit(None)
    if source not in scope.frames:
        raise ExpressionError(f"Expected a source or step{_nearest(source, scope.frames)}, got {source!r}.")
    frame = scope.frames[source]
    for column in (value, key):
        if column not in frame.columns:
            raise ExpressionError(f"Expected a column of {source}{_nearest(column, frame.columns)}, got {column!r}.")
    wanted = _compile(node.arguments[3], scope)
    known = (
        frame.select(key=pl.col(key), value=pl.col(value))
        .drop_nulls("key")
        .unique("key", keep="first", maintain_order=True)
    )
    if known.is_empty():
        return pl.lit(None, dtype=known.schema["value"])
    return wanted.cast(known.schema["key"], strict=False).replace_strict(known["key"], known["value"], default=None)


def _nearest(name: str, known: Any) -> str:  # noqa: ANN401 - any collection of names
    close = difflib.get_close_matches(name.lower(), [str(one).lower() for one in known], n=1)
    spelled = [str(one) for one in known if close and str(one).lower() == close[0]]
    return f" such as {spelled[0]!r}" if spelled else ""
