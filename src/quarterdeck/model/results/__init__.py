"""The tables of a plan, declared like the company's; ``RESULTS`` lists them in the order the stages fill them."""

from __future__ import annotations

from quarterdeck.model.results import demand, finance, goals, levels, schedule, supply
from quarterdeck.model.table import Table

_DECLARED = (
    Table("series", "Demand patterns", "Demand", "What kind of demand each item has and how it is forecast", demand.Series),
    Table("forecasts", "Forecasts", "Demand", "Expected demand per period with its spread", demand.Forecasts),
    Table("lookbacks", "Forecasts looked back on", "Demand", "What would have been foreseen at earlier days, and what came", demand.Lookbacks),
    Table("requirements", "Independent demand", "Demand", "What has to be delivered: orders, forecast not yet ordered, stock targets", demand.Requirements),
    Table("targets", "Stock targets", "Inventory", "Safety stock and order points with their reason", supply.Targets),
    Table("level_volumes", "Levelled volumes", "Levelling", "What of each product is made, kept, late or lost each week within capacity and cash", levels.LevelVolumes),
    Table("level_hours", "Levelled hours", "Levelling", "Hours of each work centre each week, and what one more is worth", levels.LevelHours),
    Table("level_cash", "Levelled cash", "Levelling", "Money and credit each week of the levelled plan", levels.LevelCash),
    Table("orders", "Orders", "Supply", "Open and planned orders: buy, make, transfer", supply.Orders),
    Table("pegs", "Pegging", "Supply", "Which supply serves which demand", supply.Pegs),
    Table("yields", "Also made", "Supply", "What else comes out of the orders that make something", supply.Yields),
    Table("projected_stock", "Projected stock", "Supply", "Stock of each item and site over time", supply.ProjectedStock),
    Table("outlook", "Outlook", "Supply", "Requirements and planned quantities week by week, beyond what is planned order by order", supply.Outlook),
    Table("operations", "Operations", "Schedule", "Every step with its times and resources", schedule.Operations),
    Table("waits", "Waits", "Schedule", "What every step waited for once it was ready, stretch by stretch", schedule.Waits),
    Table("maintenance", "Maintenance booked", "Schedule", "When each machine is maintained", schedule.Maintenance),
    Table("loads", "Load", "Schedule", "Work against capacity per work centre and week", schedule.Loads),
    Table("deliveries", "Deliveries", "Demand", "When each demand is met, and how late", schedule.Deliveries),
    Table("causes", "Causes", "Schedule", "Why a demand is late; the seconds of one demand add up to its lateness", schedule.Causes),
    Table("actions", "Actions", "Supply", "What to do: release, expedite, defer, cancel, increase, decrease", supply.Actions),
    Table("item_costs", "Item costs", "Money", "Standard cost of each item with its parts", finance.ItemCosts),
    Table("cash_lines", "Cash lines", "Money", "Dated money in and out", finance.CashLines),
    Table("kpis", "KPIs", "Goals", "Figures of the plan against their targets", goals.Kpis),
)

RESULTS: dict[str, Table] = {table.name: table for table in _DECLARED}
