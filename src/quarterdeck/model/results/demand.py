"""What will be wanted."""

import dataframely as dy

from quarterdeck.model import columns as c

PATTERNS = {"smooth": (), "erratic": (), "intermittent": (), "lumpy": (), "new": (), "fading": (), "none": ()}
REQUIREMENT_KINDS = {"sales_order": (), "forecast": (), "safety_stock": ()}


class Series(dy.Schema):
    item = c.code("Item", key=True)
    site = c.code("Site", key=True)
    pattern = c.choice("Kind of demand", PATTERNS, required=True)
    method = c.text("Forecasting method taken", required=True)
    reason = c.text("One sentence: what the series is, which method was taken and why, how wrong it has been", required=True)
    mean_per_week = c.quantity("Expected demand a week", required=True)
    spread_per_week = c.quantity("Standard deviation of weekly demand around the forecast", required=True)
    error_correlation = c.fraction("How far the errors of two weeks go together: n weeks vary by n σ² (1 + (n - 1) ρ)", default=0.0)
    error = c.number("Weighted absolute error of the method in the backtest, share of demand", unit="share")
    naive_error = c.number("The same for repeating the last value", unit="share")
    bias = c.number("Mean error of the method in the backtest, share of demand; positive is too high", unit="share", minimum=-c.LARGEST)
    coverage = c.fraction("Share of past periods of the backtest inside of the 90 % band")
    trend_per_year = c.number("Growth a year; negative is fading", unit="share", minimum=-c.LARGEST)
    seasonal = c.flag("Whether a season was found", required=True)


class Forecasts(dy.Schema):
    item = c.code("Item", key=True)
    site = c.code("Site", key=True)
    start = c.day("First day of the period", key=True)
    days = c.whole("Length of the period", unit="days", required=True)
    baseline = c.quantity("Statistical forecast", required=True)
    quantity = c.quantity("Expected demand, with promotions and overrides", required=True)
    q05 = c.quantity("Demand is below it in 5 % of cases", required=True)
    q25 = c.quantity("… in 25 %", required=True)
    q50 = c.quantity("… in 50 %", required=True)
    q75 = c.quantity("… in 75 %", required=True)
    q95 = c.quantity("… in 95 %", required=True)
    ordered = c.quantity("Part that sales orders of the period already cover", default=0.0)
    overridden = c.flag("Whether a person set the quantity", default=False)


class Lookbacks(dy.Schema):
    """What would have been foreseen at an earlier day for the weeks after it, and what came."""

    item = c.code("Item", key=True)
    site = c.code("Site", key=True)
    weeks_back = c.whole("How long ago the forecast would have been made", unit="weeks", key=True)
    weeks = c.whole("Weeks foreseen, all together", unit="weeks", key=True)
    expected = c.quantity("Demand expected in these weeks", required=True)
    spread = c.quantity("Its standard deviation", required=True)
    came = c.quantity("Demand that came", required=True)
    age = c.number("Weeks of history the forecast was made from", unit="weeks", required=True)


class Requirements(dy.Schema):
    demand = c.code("Code of the demand, the same in every plan: D and twelve digits", key=True)
    kind = c.choice("Where it comes from", REQUIREMENT_KINDS, required=True)
    order = c.code("Sales order it is")
    line = c.code("Line of the sales order")
    customer = c.code("Who wants it")
    item = c.code("Item", required=True)
    site = c.code("Site that delivers", required=True)
    quantity = c.quantity("Open quantity", required=True)
    due = c.instant("When it is wanted", required=True)
    priority = c.whole("1 is served first", default=5, minimum=1)
    ship_complete = c.flag("Whether only the whole quantity counts as delivered", default=False)
    minimum_shipment = c.quantity("Least quantity of one shipment")
    latest = c.instant("After this the customer no longer takes it")
    built_by = c.instant("When levelled volumes have it in stock, where that is weeks before it is due")
    reserved_for = c.code("Name under which items made to order are reserved for it")
    refused = c.quantity("Part that would come too late and is not supplied", default=0.0)
    value = c.money("Selling value of the quantity", default=0)
