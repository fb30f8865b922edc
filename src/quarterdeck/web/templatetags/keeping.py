"""``{% keep row kind %}…{% endkeep %}``: a piece of a page that is written once for the values that it shows.

Lists are long and change little: after somebody edits a row, the others are taken as they were written before.
The piece may use no other variables than those named; that is checked when the template is read.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from typing import Any

from django import template
from django.template.base import Parser, Token, TokenType
from django.utils.safestring import SafeString

register = template.Library()
MOST = 4_000
WORD = re.compile(r"(?<![\w.|'\"-])[A-Za-z_]\w*")
QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
PLAIN = frozenset(
    {
        *("if", "elif", "else", "endif", "for", "endfor", "empty", "with", "endwith", "and", "or", "not", "in", "is"),
        *("True", "False", "None", "as", "endkeep", "icon", "pair", "why"),
    }
)


@register.tag
def keep(parser: Parser, token: Token) -> KeepNode:
    """The piece, kept for the values of the named variables."""
    names = tuple(token.split_contents()[1:])
    _refuse_others(parser, names)
    nodes = parser.parse(("endkeep",))
    parser.delete_first_token()
    return KeepNode(nodes, names)


class KeepNode(template.Node):
    """A piece with what was written for each set of values, the newest few thousand."""

    child_nodelists = ("nodes",)

    def __init__(self, nodes: template.NodeList, names: tuple[str, ...]) -> None:
        self.nodes, self.names = nodes, names
        self.kept: dict[Hashable, SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        """The piece as it was written for the same values, or written now."""
        values = tuple(_fixed(context.get(name)) for name in self.names)
        try:
            found = self.kept.get(values)
        except TypeError:  # a value that may change under our hands
            return self.nodes.render(context)
        if found is None:
            found = self.nodes.render(context)
            while len(self.kept) >= MOST:
                self.kept.pop(next(iter(self.kept)), None)
            self.kept[values] = found
        return found


def _fixed(value: Any) -> Hashable:  # noqa: ANN401
    """A value that tells apart what is written differently: ``1`` and ``True`` are equal, but not the same text."""
    if isinstance(value, Mapping):
        return tuple((name, type(each), each) for name, each in value.items())
    return type(value), value


def _refuse_others(parser: Parser, names: tuple[str, ...]) -> None:
    """Refuses a piece that uses a variable which is not named."""
    known = {*names, *PLAIN}
    used: set[str] = set()
    for each in reversed(parser.tokens):
        if each.token_type is TokenType.BLOCK and each.contents == "endkeep":
            break
        if each.token_type in {TokenType.VAR, TokenType.BLOCK}:
            text = QUOTED.sub("''", each.contents)
            if text.startswith(("include", "csrf_token")):
                raise template.TemplateSyntaxError(
                    f"Expected a piece that stands alone to be kept, got {{% {text} %}}."
                )
            known.update(_made(text))
            used.update(WORD.findall(text))
    if used - known:
        raise template.TemplateSyntaxError(f"Expected {', '.join(sorted(used - known))} to be named in {{% keep %}}.")


def _made(text: str) -> list[str]:
    """Names that a tag makes for what stands inside it."""
    if text.startswith("for "):
        return WORD.findall(text.partition(" in ")[0])
    return re.findall(r"(\w+)=", text) if text.startswith("with ") else []
