"""Transfer batches: the next step begins before all of an order is through the one before."""

from __future__ import annotations

import numpy as np

from quarterdeck.disciplines.scheduling.instance import Integers, Records
from quarterdeck.disciplines.scheduling.jobs import Jobs
from quarterdeck.disciplines.scheduling.resources import Resources


def hand_over_in_pieces(
    arcs: Records, source: Integers, jobs: Jobs, operations: Records, modes: Records, resources: Resources
) -> None:
    """Sets the pieces and the rest of arcs within orders whose first step has a transfer batch.

    Not where one of the two steps is a load of a batch machine, nor into a step that has begun.
    """
    if not {"left", "transfer_batch"} <= set(jobs.steps.columns) or not arcs.size:
        return
    if jobs.steps["transfer_batch"].null_count() == jobs.steps.height:
        return
    left, batch = jobs.steps["left"].fill_null(0).to_numpy(), jobs.steps["transfer_batch"].fill_null(0).to_numpy()
    numbers, target = jobs.steps["number"].to_numpy(), arcs["successor"]
    owner = np.repeat(np.arange(operations.size), operations["modes"])
    shared = np.zeros(operations.size, bool)
    np.logical_or.at(shared, owner, resources.pools["capacity"][modes["pool"]] > 0)
    fits = (numbers[source] == numbers[target]) & (batch[source] > 0) & (operations["started"][target] == 0)
    fits &= ~shared[source] & ~shared[target] & (left[source] > batch[source])
    pieces = np.ceil(left[source] / np.where(batch[source] > 0, batch[source], 1.0)).astype(np.int64)
    least = _least_seconds(operations, modes, resources)[target]
    arcs["pieces"] = np.where(fits, pieces, 0)
    arcs["rest"] = np.where(fits, least * (pieces - 1) // np.maximum(pieces, 1), 0)


def _least_seconds(operations: Records, modes: Records, resources: Resources) -> Integers:
    """Run time of each operation on its fastest machine and with the fastest person who has its skill [s]."""
    speed = np.array([resources.machines["speed"][p["first"] : p["first"] + p["count"]].max() for p in resources.pools])
    levels = [resources.skilled["level"][k["first"] : k["first"] + k["count"]].max() for k in resources.skills]
    level = np.array([*levels, 1.0])
    least = np.full(operations.size, np.inf)
    owner = np.repeat(np.arange(operations.size), operations["modes"])
    if modes.size:
        np.minimum.at(least, owner, modes["work"] / speed[modes["pool"]])
    least = np.where(operations["modes"] > 0, least / level[operations["skill"]], operations["work"])
    return np.asarray(np.floor(least), dtype=np.int64)
