"""The language of mapping expressions: text to a tree. Nothing is ever evaluated as Python.

From loosest to tightest: ``or``; ``and``; ``not``; comparisons and ``in``; ``&`` (texts); ``+ -``; ``* /``; minus.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

MOST_CHARACTERS = 4_000
MOST_NESTED = 60
COMPARISONS = ("=", "==", "!=", "<>", "<", "<=", ">", ">=")
KEYWORDS = {"and", "or", "not", "in", "true", "false", "null"}
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>\d+(?:\.\d+)?)
      | (?P<text>'(?:[^']|'')*'|"(?:[^"]|"")*")
      | (?P<name>[^\W\d]\w*)
      | \[(?P<quoted>[^\]]+)\]
      | (?P<symbol>==|!=|<>|<=|>=|[-+*/&=<>(),])
    )""",
    re.VERBOSE,
)


class ExpressionError(ValueError):
    """An expression that cannot be understood or does not fit the table it is used on."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a text, true, false or null."""

    value: float | str | bool | None


@dataclass(frozen=True, slots=True)
class Name:
    """A column of the row at hand, or a parameter such as ``as_of``."""

    name: str


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator with one or two operands."""

    symbol: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    function: str
    arguments: tuple[Node, ...]


Node = Literal | Name | Operation | Call


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


def parse(expression: str) -> Node:
    """The tree of an expression.

    >>> parse("2 * [unit price]")
    Operation(symbol='*', operands=(Literal(value=2), Name(name='unit price')))

    Raises
    ------
    ExpressionError
        If it is not in the language; the message shows the place.
    """
    if len(expression) > MOST_CHARACTERS:
        raise ExpressionError(f"Expected at most {MOST_CHARACTERS} characters, got {len(expression)}.")
    reader = _Reader(expression, list(_tokens(expression)))
    node = reader.disjunction()
    if reader.token.kind != "end":
        raise reader.fault("an operator or the end")
    return node


def names_in(node: Node) -> set[str]:
    """Every column or parameter that a tree mentions."""
    if isinstance(node, Name):
        return {node.name}
    if isinstance(node, Operation):
        return {name for part in node.operands for name in names_in(part)}
    if isinstance(node, Call):
        return {name for part in node.arguments for name in names_in(part)}
    return set()


def _tokens(expression: str) -> Iterator[_Token]:
    at = 0
    end = len(expression.rstrip())
    while at < end:
        found = _TOKEN.match(expression, at)
        if not found:
            raise ExpressionError(f"Expected an expression, got {expression[at:].strip()[:20]!r} in {expression!r}.")
        kind = str(found.lastgroup)
        yield _Token(kind, found.group(kind), found.start(kind))
        at = found.end()
    yield _Token("end", "the end", end)


class _Reader:
    """Reads tokens from left to right, one method per level of precedence."""

    def __init__(self, expression: str, tokens: list[_Token]) -> None:
        self.expression = expression
        self.tokens = tokens
        self.position = 0
        self.depth = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.position]

    def fault(self, expected: str) -> ExpressionError:
        before = self.expression[: self.token.at].strip()[-30:]
        place = f" after {before!r}" if before else ""
        return ExpressionError(f"Expected {expected}, got {self.token.text!r}{place} in {self.expression!r}.")

    def take(self, *symbols: str) -> str:
        """The current symbol or keyword if it is one of these, else nothing."""
        text = self.token.text.lower() if self.token.kind in {"symbol", "name"} else ""
        if text not in symbols:
            return ""
        self.position += 1
        return text

    def need(self, symbol: str) -> None:
        if not self.take(symbol):
            raise self.fault(repr(symbol))

    def disjunction(self) -> Node:
        return self._chain(self._conjunction, "or")

    def _conjunction(self) -> Node:
        return self._chain(self._negation, "and")

    def _negation(self) -> Node:
        if self.take("not"):
            return Operation("not", (self._deeper(self._negation),))
        return self._comparison()

    def _comparison(self) -> Node:
        left = self._joined()
        negated = self.take("not")
        if self.take("in"):
            inside = Operation("in", (left, *self._arguments()))
            return Operation("not", (inside,)) if negated else inside
        if negated:
            raise self.fault("'in'")
        symbol = self.take(*COMPARISONS)
        return Operation({"==": "=", "<>": "!="}.get(symbol, symbol), (left, self._joined())) if symbol else left

    def _joined(self) -> Node:
        return self._chain(self._sum, "&")

    def _sum(self) -> Node:
        return self._chain(self._product, "+", "-")

    def _product(self) -> Node:
        return self._chain(self._signed, "*", "/")

    def _signed(self) -> Node:
        if self.take("-"):
            return Operation("negative", (self._deeper(self._signed),))
        return self._atom()

    def _chain(self, part: Callable[[], Node], *symbols: str) -> Node:
        left = part()
        while symbol := self.take(*symbols):
            left = Operation(symbol, (left, part()))
        return left

    def _deeper(self, part: Callable[[], Node]) -> Node:
        self.depth += 1
        if self.depth > MOST_NESTED:
            raise ExpressionError(f"Expected at most {MOST_NESTED} levels of brackets in {self.expression[:60]!r}….")
        node = part()
        self.depth -= 1
        return node

    def _atom(self) -> Node:
        token = self.token
        if self.take("("):
            inner = self._deeper(self.disjunction)
            self.need(")")
            return inner
        if token.kind not in {"number", "text", "name", "quoted"} or token.text.lower() in KEYWORDS - _CONSTANTS.keys():
            raise self.fault("a column, a value or a function")
        self.position += 1
        if token.kind == "name" and self.token.text == "(" and self.token.kind == "symbol":
            return Call(token.text.lower(), self._arguments())
        return _leaf(token)

    def _arguments(self) -> tuple[Node, ...]:
        self.need("(")
        found: list[Node] = []
        while not self.take(")"):
            if found:
                self.need(",")
            found.append(self._deeper(self.disjunction))
        return tuple(found)


_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


def _leaf(token: _Token) -> Node:
    if token.kind == "number":
        return Literal(float(token.text) if "." in token.text else int(token.text))
    if token.kind == "text":
        mark = token.text[0]
        return Literal(token.text[1:-1].replace(mark * 2, mark))
    if token.kind == "name" and token.text.lower() in _CONSTANTS:
        return Literal(_CONSTANTS[token.text.lower()])
    return Name(token.text)
