"""Patience: whoever would not be served sooner by a new order waits for the open order that nobody takes.

Netting compares an open order that comes late with a new one as if the material of the new one were there. Once the
dates are carried up from the material, some new orders turn out to come no sooner. Their demands wait instead: the
same thing is not ordered twice, and a plan whose orders have been placed does not plan them again.
"""

from __future__ import annotations

import numpy as np

from quarterdeck.disciplines.mrp.propagation import Dates
from quarterdeck.disciplines.mrp.records import Ints, Netted, Network


def more_patient(network: Network, netted: Netted, dates: Dates, given: int, as_of: int) -> Network | None:
    """The network whose nodes wait long enough for open orders that come as soon as new ones; ``None`` if all do.

    An open order counts as it is promised: whether it can keep that shows only once nobody orders its material twice.
    A node is left as it is where a demand that gets a new order sooner would have to wait as well.
    """
    spare = np.flatnonzero((netted.supplies["left"][:given] > 0) & (netted.supplies["available"][:given] > as_of))
    if not spare.size:
        return None
    supply, demand = netted.pegs["supply"], netted.pegs["demand"]
    of_node = np.isin(netted.supplies["node"][supply], netted.supplies["node"][spare]) & (supply >= given)
    if not of_node.any():
        return None
    supply, demand = supply[of_node], demand[of_node]
    node, there = netted.supplies["node"][supply], dates.available[supply]
    needed = np.maximum(netted.demands["needed"][demand], as_of)
    batch = netted.demands["batch"][demand]
    patience = network.nodes["patience"].copy()
    for row in spare:
        order = netted.supplies[row]
        alike = (node == order["node"]) & (batch == order["batch"]) & (needed < order["available"])
        wait = _wait(order["available"] - needed[alike], there[alike], int(order["available"]))
        patience[order["node"]] = max(patience[order["node"]], wait)
    if np.array_equal(patience, network.nodes["patience"]):
        return None
    nodes = network.nodes.copy()
    nodes["patience"] = patience
    return network._replace(nodes=nodes)


def _wait(waits: Ints, there: Ints, comes: int) -> int:
    """The longest wait for an open order that makes nobody later, 0 for none.

    ``waits`` is how long each demand would wait for the order, ``there`` when its new order is there, ``comes`` when
    the open order is promised.
    """
    best = 0
    for at in np.argsort(waits, kind="stable"):
        if there[at] < comes:
            break
        best = int(waits[at])
    return best
