"""Gradient-boosted trees, where LightGBM is installed (the extra ``ml``)."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
OPTIONS = {
    "objective": "tweedie",
    "tweedie_variance_power": 1.2,
    "num_leaves": 31,
    "learning_rate": 0.05,
    "min_data_in_leaf": 100,
    "feature_fraction": 0.8,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}
ROUNDS = 200


def available() -> bool:
    """Whether LightGBM is installed."""
    return find_spec("lightgbm") is not None


def boosted(table: Array, target: Array, weight: Array, wanted: Array, seed: int) -> Array:
    """What trees learnt from ``table`` expect for the rows of ``wanted``, shape (rows).

    Parameters
    ----------
    table, wanted
        Features, shapes (cases, features) and (rows, features).
    target, weight
        What came, not negative, and how much each case counts, shapes (cases).
    seed
        Start of the random numbers; with it, and one thread, the same data gives the same trees.
    """
    import lightgbm  # noqa: PLC0415 - an extra, and slow to load

    data = lightgbm.Dataset(table, target, weight=weight, free_raw_data=False)
    model = lightgbm.train({**OPTIONS, "seed": seed}, data, ROUNDS)
    return np.asarray(model.predict(wanted), dtype=np.float64)
