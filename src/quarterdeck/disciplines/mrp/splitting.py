"""Splitting planned supplies: one order becomes several that come at different times, with what hangs on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quarterdeck.disciplines.mrp.records import Ints, Netted, Network, Records


@dataclass(frozen=True)
class Split:
    """A planned supply in parts: quantities in millionths, times [s]; the first part keeps its place."""

    supply: int
    quantity: list[int]
    release: list[int]
    available: list[int]


def split(netted: Netted, splits: list[Split]) -> Netted:
    """The netting with these supplies in parts.

    Earlier parts go to those who need it earlier. What a supply consumes is divided alike, the earliest material going
    to the first part.
    """
    if not splits:
        return netted
    supplies, demands = [netted.supplies.copy()], [netted.demands.copy()]
    pegs = netted.pegs.copy()
    numbers = (supplies[0].size, demands[0].size)
    of_supply, of_demand = _Index(pegs["supply"]), _Index(pegs["demand"])
    consumer = np.where(netted.demands["source"] < 0, -1 - netted.demands["source"], -1)
    of_consumer = _Index(consumer.astype(np.int64))
    added: list[Records] = []
    for each in splits:
        rows = np.repeat(supplies[0][each.supply : each.supply + 1], len(each.quantity))
        rows["quantity"], rows["release"], rows["available"] = each.quantity, each.release, each.available
        codes = [each.supply, *range(numbers[0], numbers[0] + rows.size - 1)]
        supplies[0][each.supply] = rows[0]
        supplies.append(rows[1:])
        mine = of_supply.rows(each.supply)
        mine = mine[np.argsort(demands[0]["needed"][pegs["demand"][mine]], kind="stable")]
        node = demands[0]["node"][pegs["demand"][mine]]
        own = node == rows["node"][0]
        added.append(_dealt(pegs, mine[own], each.quantity, codes, "supply"))
        for other in np.unique(node[~own]):  # what comes out as well is divided alike
            taken = mine[node == other]
            added.append(
                _dealt(pegs, taken, _alike(each.quantity, int(pegs["quantity"][taken].sum())), codes, "supply")
            )
        numbers = (numbers[0] + rows.size - 1, numbers[1])
        for demand in of_consumer.rows(each.supply):
            more, taken = _divided(netted, pegs, each, (int(demand), numbers[1]), of_demand.rows(int(demand)))
            more["source"] = [-1 - code for code in codes]
            demands[0][demand] = more[0]
            demands.append(more[1:])
            added.append(taken)
            numbers = (numbers[0], numbers[1] + more.size - 1)
    kept = pegs[pegs["quantity"] > 0]
    return Netted(np.concatenate(supplies), np.concatenate(demands), np.concatenate([kept, *added]))


@dataclass(frozen=True)
class _Index:
    """Rows of each value of an array."""

    values: Ints

    def __post_init__(self) -> None:
        order = np.argsort(self.values, kind="stable")
        object.__setattr__(self, "_order", order)
        object.__setattr__(self, "_sorted", self.values[order])

    def rows(self, value: int) -> Ints:
        """Rows with that value, in their order."""
        low, high = np.searchsorted(self._sorted, [value, value + 1])  # type: ignore[attr-defined]
        return np.asarray(self._order[low:high])  # type: ignore[attr-defined]


def _alike(parts: list[int], whole: int) -> list[int]:
    """A whole divided like the parts; the last takes what rounding leaves.

    >>> _alike([1, 2], 100)
    [33, 67]
    """
    total, so_far = sum(parts), 0
    shares: list[int] = []
    for part in parts:
        so_far += part
        shares.append(whole * so_far // total - sum(shares))
    return shares


def _dealt(pegs: Records, rows: Ints, quantity: list[int], codes: list[int], side: str) -> Records:
    """Pegs ``rows`` dealt out to parts one after the other; the originals become empty."""
    made: list[tuple[int, int, int]] = []
    part, left = 0, quantity[0]
    for row in rows:
        wanted = int(pegs["quantity"][row])
        while wanted > 0 and part < len(quantity):
            give = min(wanted, left)
            if give > 0:
                made.append((int(row), give, codes[part]))
            wanted, left = wanted - give, left - give
            if left == 0:
                part += 1
                left = quantity[part] if part < len(quantity) else 0
    table = np.zeros(len(made), pegs.dtype)
    for index, (row, give, code) in enumerate(made):
        table[index] = pegs[row]
        table[index]["quantity"], table[index][side] = give, code
    pegs["quantity"][rows] = 0
    return table


def _divided(
    netted: Netted, pegs: Records, each: Split, number: tuple[int, int], rows: Ints
) -> tuple[Records, Records]:
    """What a split supply consumes of one component, divided by the parts' quantities, with its pegs."""
    demand, following = number
    whole, total = int(netted.demands["quantity"][demand]), sum(each.quantity)
    shares = np.floor(np.cumsum(each.quantity) * (whole / total) + 0.5).astype(np.int64)
    shares[-1] = whole
    parts: npt.NDArray[np.int64] = np.diff(np.concatenate(([0], shares)))
    more = np.repeat(netted.demands[demand : demand + 1], parts.size)
    more["quantity"] = parts
    codes = [demand, *range(following, following + parts.size - 1)]
    ranked = rows[np.argsort(netted.supplies["available"][pegs["supply"][rows]], kind="stable")]
    return more, _dealt(pegs, ranked, parts.tolist(), codes, "demand")


def partial_transfers(
    network: Network, netted: Netted, there: Ints, given: int, partial: npt.NDArray[np.bool_]
) -> list[Split]:
    """Planned transfers that wait for a part of their goods although somebody would take the rest at once.

    ``there`` is when each supply is there; ``partial`` tells of each demand whether it may be met in parts. Transfers
    over lanes with multiples stay whole.
    """
    from quarterdeck.disciplines.mrp.records import TRANSFER  # noqa: PLC0415

    supplies, demands, pegs = netted.supplies, netted.demands, netted.pegs
    moved = (network.nodes["kind"][supplies["node"]] == TRANSFER) & (np.arange(supplies.size) >= given)
    option = np.maximum(supplies["option"], 0)
    if network.options.size:
        moved &= (supplies["option"] < 0) | (network.options["multiple"][option] <= 0)
    if not moved.any():
        return []
    helped = np.zeros(supplies.size, np.bool_)
    helped[pegs["supply"][partial[pegs["demand"]]]] = True
    source = demands["source"][pegs["demand"]]
    into = np.where(source < 0, -1 - source, -1)
    rows = np.flatnonzero((into >= 0) & (moved & helped)[np.maximum(into, 0)])
    found: list[Split] = []
    for supply in np.unique(into[rows]):
        mine = rows[into[rows] == supply]
        found += _parted(netted, there, int(supply), mine)
    return found


def _parted(netted: Netted, there: Ints, supply: int, rows: Ints) -> list[Split]:
    row = netted.supplies[supply]
    length = int(row["available"] - row["release"])
    ready = np.maximum(there[netted.pegs["supply"][rows]], int(row["release"]))
    moments = np.unique(ready)
    if moments.size < 2:
        return []
    quantity = [int(netted.pegs["quantity"][rows][ready == moment].sum()) for moment in moments]
    if sum(quantity) != int(row["quantity"]):
        return []
    return [Split(supply, quantity, moments.tolist(), (moments + length).tolist())]
