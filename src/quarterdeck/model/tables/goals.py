"""What the company wants to reach."""

import dataframely as dy

from quarterdeck.model import columns as c
from quarterdeck.model.tables import words as w

DIRECTIONS = {
    "at_least": ("min", "minimum", "higher", "higher is better", ">="),
    "at_most": ("max", "maximum", "lower", "lower is better", "<="),
}


class Goals(dy.Schema):
    goal = c.code("Code of the goal", key=True, also="en: objective, okr | de: Ziel | fr: objectif | es: objetivo, meta")
    name = c.text("What is to be reached", also=w.NAME)
    parent = c.code("Goal it serves", references="goals", also="en: parent goal, serves")
    owner = c.text("Who answers for it", also="en: responsible | de: Verantwortlich | fr: responsable | es: responsable")
    due = c.day("When it is to be reached", also=w.DUE)


class KpiTargets(dy.Schema):
    kpi = c.code("Name of the KPI as in the plan, such as on_time_in_full", key=True, also="en: indicator, measure, metric | de: Kennzahl | fr: indicateur | es: indicador")
    target = c.number("Value wanted", unit="by kpi", minimum=-c.LARGEST, required=True, also="en: target value, goal value | de: Zielwert, Soll | fr: cible | es: valor objetivo")
    direction = c.choice("Whether more or less is better", DIRECTIONS, default="at_least", also="en: better")
    goal = c.code("Goal it measures", references="goals", also="en: objective | de: Ziel | fr: objectif | es: objetivo")
