"""Things that lead back to themselves: bills of material, successors, goals, replenishing sites."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import polars as pl

from quarterdeck.model.checks.finding import ROW, Finding, Mend, Words, numbered, told
from quarterdeck.model.company import Company

SPELLED = 60
"""Most members of a cycle that the message spells out; the problem's ``found`` always has all."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """A way from a node back to itself; ``edge`` is the arc that closes it."""

    edge: int
    path: tuple[str, ...]

    def spelled(self, most: int = SPELLED) -> str:
        """The cycle in words.

        >>> Cycle(0, ("A", "B", "C", "A")).spelled()
        'A → B → C → A'
        """
        path = self.path
        if len(path) > most:
            head, tail = path[: most // 2], path[-most // 2 :]
            return " → ".join((*head, f"… {len(path) - len(head) - len(tail):,} more …", *tail))
        return " → ".join(path)


def closing_arcs(sources: Sequence[str], targets: Sequence[str]) -> list[Cycle]:
    """One cycle for every arc whose removal leaves no cycle; works on any depth, in linear time.

    Nodes outside of cycles are peeled off first (A. B. Kahn, "Topological sorting of large networks", 1962);
    the rest is searched depth first, in the order of the codes, so that the answer does not hang on the row order.

    >>> [cycle.spelled() for cycle in closing_arcs(["A", "B", "B"], ["B", "A", "C"])]
    ['A → B → A']
    """
    arcs = _arcs_in_cycles(sources, targets)
    onwards: dict[str, list[tuple[str, int]]] = {}
    for edge in sorted(arcs, key=lambda arc: (sources[arc], targets[arc], arc)):
        onwards.setdefault(sources[edge], []).append((targets[edge], edge))
    cycles: list[Cycle] = []
    done: set[str] = set()
    for start in onwards:
        if start not in done:
            cycles += _search(start, onwards, done)
    return cycles


def _search(start: str, onwards: dict[str, list[tuple[str, int]]], done: set[str]) -> Iterator[Cycle]:
    """Cycles met by a depth-first walk from ``start``; the walk's own stack replaces recursion."""
    path, places = [start], {start: 0}
    walks = [iter(onwards.get(start, ()))]
    while walks:
        target, edge = next(walks[-1], ("", -1))
        if edge < 0:
            walks.pop()
            left = path.pop()
            del places[left]
            done.add(left)
        elif target in places:
            yield Cycle(edge, (*path[places[target] :], target))
        elif target not in done:
            places[target] = len(path)
            path.append(target)
            walks.append(iter(onwards.get(target, ())))


def _arcs_in_cycles(sources: Sequence[str], targets: Sequence[str]) -> list[int]:
    """Arcs left when nodes without successor, then those without predecessor, are peeled off again and again."""
    arcs = list(range(len(sources)))
    for begin, end in ((sources, targets), (targets, sources)):
        arcs = _peeled(begin, end, arcs)
    return arcs


def _peeled(begin: Sequence[str], end: Sequence[str], arcs: Sequence[int]) -> list[int]:
    pending: dict[str, int] = {}
    into: dict[str, list[int]] = {}
    for arc in arcs:
        pending[begin[arc]] = pending.get(begin[arc], 0) + 1
        into.setdefault(end[arc], []).append(arc)
    free = [node for node in into if node not in pending]
    gone: set[int] = set()
    while free:
        for arc in into.get(free.pop(), ()):
            gone.add(arc)
            pending[begin[arc]] -= 1
            if not pending[begin[arc]]:
                free.append(begin[arc])
    return [arc for arc in arcs if arc not in gone]


def check_bom_cycles(company: Company) -> Iterator[Finding]:
    """Items that contain themselves, directly or through others."""
    lines = numbered(company, "bom_lines").filter(pl.col("parent").is_not_null() & pl.col("component").is_not_null())
    words = Words(
        "error",
        "bom-cycle",
        "The bill of materials runs in a circle: {cycle}. The line that closes it is left out.",
        "Delete or correct the line {parent} → {component}, or another one of the circle.",
    )
    yield from _told_cycles("bom_lines", lines, ("parent", "component"), words, "drop")


def check_successor_cycles(company: Company) -> Iterator[Finding]:
    """Items that replace each other in a circle."""
    rows = numbered(company, "items").filter(pl.col("successor").is_not_null())
    words = Words(
        "warning",
        "successor-cycle",
        "Items follow each other in a circle: {cycle}. The successor of {item} is ignored.",
        "Leave the successor of the newest item empty.",
    )
    yield from _told_cycles("items", rows, ("item", "successor"), words, "blank")


def check_goal_cycles(company: Company) -> Iterator[Finding]:
    """Goals that serve each other in a circle."""
    rows = numbered(company, "goals").filter(pl.col("parent").is_not_null())
    words = Words(
        "warning",
        "goal-cycle",
        "Goals serve each other in a circle: {cycle}. The parent of {goal} is ignored.",
        "Leave the parent of the topmost goal empty.",
    )
    yield from _told_cycles("goals", rows, ("goal", "parent"), words, "blank")


def check_replenishment_cycles(company: Company) -> Iterator[Finding]:
    """Sites that replenish each other with one item in a circle."""
    rows = numbered(company, "item_sites").filter(pl.col("source_site").is_not_null())
    words = Words(
        "warning",
        "replenishment-cycle",
        "Sites replenish each other with {item} in a circle: {cycle}. {site} makes or buys it itself instead.",
        "Leave the source site empty where {item} is made or bought.",
    )
    for _, group in rows.group_by("item", maintain_order=True):
        yield from _told_cycles("item_sites", group, ("site", "source_site"), words, "blank")


def _told_cycles(table: str, rows: pl.DataFrame, arc: tuple[str, str], words: Words, mend: Mend) -> Iterator[Finding]:
    cycles = closing_arcs(rows[arc[0]].to_list(), rows[arc[1]].to_list())
    if not cycles:
        return
    problems = []
    for cycle in cycles:
        row = rows.row(cycle.edge, named=True)
        problem = told(table, {**row, "cycle": cycle.spelled()}, words, arc[1])
        problems.append(replace(problem, found=cycle.spelled(len(cycle.path))))
    numbers = rows[ROW].gather([cycle.edge for cycle in cycles])
    yield Finding(tuple(problems), table, numbers, mend, arc[1])
