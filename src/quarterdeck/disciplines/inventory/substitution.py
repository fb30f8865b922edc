"""What it spares that customers take another item when one is out."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

LOWEST = 0.5


def needed_service(service: Vector, substitute: Whole, share: Vector) -> Vector:
    """Service level each item needs of its own so that, with its substitute, the wanted one comes about.

    A customer goes without where the item is out, and either does not want the substitute or finds it out too:
    ``1 - wanted = (1 - own)·(1 - share·service of the substitute)``. The substitute keeps its own level, which
    must hold for its own customers; so nothing is spared twice, and two items that stand in for each other spare half
    each.

    Parameters
    ----------
    service, share
        Level wanted, and share of customers who take the substitute, shape (items).
    substitute
        Number of the item taken instead, -1 for none, shape (items).

    >>> needed_service(np.array([0.95, 0.9]), np.array([1, -1]), np.array([0.6, 0.0])).round(3).tolist()
    [0.891, 0.9]
    """
    some = (substitute >= 0) & (share > 0.0) & (service < 1.0)
    other = np.maximum(substitute, 0)
    mutual = some & (substitute[other] == np.arange(service.size)) & (share[other] > 0.0)
    part = np.where(some, share, 0.0) * np.where(mutual, 0.5, 1.0)
    own = 1.0 - (1.0 - service) / np.maximum(1.0 - part * service[other], 1e-9)
    return np.where(some, np.clip(own, np.minimum(LOWEST, service), service), service)


def added_demand(mean: Vector, service: Vector, substitute: Whole, share: Vector) -> Vector:
    """Demand that comes to each item because another one is out, in the unit of ``mean``, shape (items).

    >>> added_demand(np.array([100.0, 50.0]), np.array([0.9, 0.95]), np.array([1, -1]), np.array([0.5, 0.0])).tolist()
    [0.0, 5.0]
    """
    added = np.zeros(mean.size)
    some = np.flatnonzero((substitute >= 0) & (share > 0.0))
    np.add.at(added, substitute[some], (mean * share * (1.0 - service))[some])
    return added.round(12)
