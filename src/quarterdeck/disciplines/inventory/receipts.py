"""Lead times learnt from receipts: how long suppliers take, how much that varies, how often they keep their day."""

from __future__ import annotations

import polars as pl

from quarterdeck.model import Company, Settings

DAYS_BACK = 730
TRUST = 3.0  # receipts that weigh as much as what is known without them
LATE_SHARE = 0.25  # of the lead time by which a late delivery is late, where nobody has written down how late
LEAST_LATE = 1.0
KEY = ["item", "supplier"]


def past_receipts(company: Company, settings: Settings) -> pl.DataFrame:
    """What came in the last two years: ``item``, ``supplier``, ``days`` from order to receipt, ``on_time``."""
    now = settings.as_of.replace(tzinfo=None)
    rows = company["purchase_orders"].filter(
        pl.col("supplier").is_not_null(),
        pl.col("status") != "cancelled",
        pl.col("received_on") <= now,
        pl.col("received_on") > now - pl.duration(days=DAYS_BACK),
        pl.col("ordered") <= pl.col("received_on"),
    )
    took = (pl.col("received_on").dt.date() - pl.col("ordered").dt.date()).dt.total_days()
    return rows.sort("order", "line").select(
        *KEY, days=took.cast(pl.Float64), on_time=pl.col("received_on").dt.date() <= pl.col("due").dt.date()
    )


def learnt_lead_times(options: pl.DataFrame, receipts: pl.DataFrame, suppliers: pl.DataFrame) -> pl.DataFrame:
    """The options with ``days`` and ``spread`` as receipts say, ``receipts`` behind them, and ``on_time_share``.

    Parameters
    ----------
    options
        ``item``, ``supplier``, ``days`` and ``spread`` as stated.
    receipts
        As of :func:`past_receipts`.
    suppliers
        ``supplier`` and the ``on_time_share`` that is stated, if any.

    Notes
    -----
    An item's receipts are drawn towards what its supplier does with all items, by :data:`TRUST` receipts; its
    supplier's ratio of days taken to days stated is drawn towards one alike (a normal mean with a normal prior). So is
    the variance about the item's mean. Where nothing has come yet and no spread is stated, a share on time below one
    gives it: late deliveries are late by an exponential time of mean ``W``, a quarter of the lead time, hence
    ``W·sqrt(2q - q²)`` with ``q`` late.
    """
    seen = receipts.join(options.select(*KEY, stated="days").unique(KEY), on=KEY, how="left")
    of_item = receipts.group_by(KEY).agg(
        n=pl.len(), average=pl.col("days").mean(), squares=((pl.col("days") - pl.col("days").mean()) ** 2).sum()
    )
    wide = options.join(_of_supplier(seen), on="supplier", how="left", maintain_order="left")
    wide = wide.join(of_item, on=KEY, how="left", maintain_order="left")
    wide = wide.join(suppliers.select("supplier", stated_share="on_time_share"), on="supplier", how="left",
                     maintain_order="left")  # fmt: skip
    wide = wide.with_columns(pl.col("n", "all_n").fill_null(0), pl.col("average", "squares").fill_null(0.0))
    expected = pl.when(pl.col("days") > 0).then(pl.col("days") * pl.col("ratio").fill_null(1.0)).otherwise("all_days")
    wide = wide.with_columns(_expected=expected.fill_null(pl.col("days")))
    known = (pl.col("all_n") > 0) & pl.col("_expected").is_not_null()
    mean = (pl.col("n") * pl.col("average") + TRUST * pl.col("_expected")) / (pl.col("n") + TRUST)
    wide = wide.with_columns(_mean=pl.when(known).then(mean).otherwise("days"))
    prior = pl.when(pl.col("spread") > 0).then(pl.col("spread")).otherwise(
        pl.col("variation").fill_null(0.0) * pl.col("_mean")
    )  # fmt: skip
    varied = ((pl.col("squares") + TRUST * prior**2) / (pl.col("n") + TRUST)).sqrt()
    late = 1.0 - pl.col("stated_share").fill_null(1.0)
    width = pl.max_horizontal(LATE_SHARE * pl.col("days"), pl.lit(LEAST_LATE)) * (2.0 * late - late**2).sqrt()
    unseen = pl.when((pl.col("spread") > 0) | (pl.col("days") <= 0)).then("spread").otherwise(width)
    return wide.with_columns(
        days=pl.col("_mean"),
        spread=pl.when(known & (pl.col("all_n") > 1)).then(varied).otherwise(unseen),
        receipts=pl.when(known).then(pl.when(pl.col("n") > 0).then("n").otherwise("all_n")).otherwise(0).cast(pl.Int64),
        on_time_share=pl.coalesce("all_share", "stated_share"),
    ).select(*options.columns, "receipts", "on_time_share")


def _of_supplier(seen: pl.DataFrame) -> pl.DataFrame:
    """Per supplier over all its receipts: ratio of days taken to stated, coefficient of variation, share on time."""
    stated = pl.when(pl.col("stated") > 0).then(pl.col("stated"))
    off = pl.col("days") - pl.col("days").mean().over(KEY)
    counted = seen.with_columns(ratio=pl.col("days") / stated, off=off, mean=pl.col("days").mean().over(KEY))
    known = pl.col("ratio").drop_nulls()
    free = pl.max_horizontal(pl.len() - pl.struct(KEY).n_unique(), pl.lit(1))
    relative = pl.when(pl.col("mean") > 0).then(pl.col("off") / pl.col("mean")).otherwise(0.0)
    return counted.group_by("supplier").agg(
        all_n=pl.len(),
        all_days=pl.col("days").mean(),
        ratio=(known.sum() + TRUST) / (known.len() + TRUST),
        variation=((relative**2).sum() / free).sqrt(),
        all_share=pl.col("on_time").mean(),
    )
