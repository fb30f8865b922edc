"""How good the plan is."""

import dataframely as dy

from quarterdeck.model import columns as c
from quarterdeck.model.tables.goals import DIRECTIONS


class Kpis(dy.Schema):
    kpi = c.code("Name of the KPI", key=True)
    title = c.text("Name for people", required=True)
    value = c.number("Value", unit="by kpi", minimum=-c.LARGEST)
    unit = c.text("Unit of the value", required=True)
    target = c.number("Value wanted", unit="by kpi", minimum=-c.LARGEST)
    direction = c.choice("Whether more or less is better", DIRECTIONS, required=True)
    met = c.flag("Whether the target is met")
    note = c.text("Where or when, such as the day of the cash low point", default="")
    formula = c.text("How it is computed", required=True)
