"""Demand: forecasts with their spread from history, promotions and people's overrides; orders net of them.

``stage.run`` fills the plan's ``series``, ``forecasts`` and ``requirements``. Methods: cleaning (``history``), grids of
periods (``panel``, ``granularity``), kinds of demand (``patterns``), smoothing, Theta and season (``smoothing``,
``seasonality``, ``methods``), intermittent demand (``intermittent``), the pure engine over many series (``engine``),
life of products (``lifecycle``), promotions, overrides and the consumption of forecast by orders.
"""
