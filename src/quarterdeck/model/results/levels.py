"""Volumes, hours and money of the levelled plan, week by week."""

import dataframely as dy

from quarterdeck.model import columns as c


class LevelVolumes(dy.Schema):
    item = c.code("Product", key=True)
    week = c.day("First day of the week, counted from the plan's now", key=True)
    family = c.text("Family of the product", default="")
    demand = c.quantity("Wanted in the week", required=True)
    make = c.quantity("Made in the week", required=True)
    outside = c.quantity("Made by somebody else", required=True)
    stock = c.quantity("In stock at the end of the week", required=True)
    late = c.quantity("Still owed to customers at the end of the week", required=True)
    lost = c.quantity("Demand that no profitable plan can meet", required=True)


class LevelHours(dy.Schema):
    work_centre = c.code("Work centre", key=True)
    week = c.day("First day of the week, counted from the plan's now", key=True)
    capacity_hours = c.number("Normal working time", unit="h", required=True)
    used_hours = c.number("Work of the products made in the week", unit="h", required=True)
    overtime_hours = c.number("Overtime taken", unit="h", required=True)
    people = c.number("People there in addition", unit="people", required=True)
    hired = c.number("People hired at the beginning of the week", unit="people", default=0.0)
    left = c.number("People let go at the beginning of the week", unit="people", default=0.0)
    hour_value = c.number("What one more hour would bring", unit="currency/hour", required=True)


class LevelCash(dy.Schema):
    week = c.day("First day of the week, counted from the plan's now", key=True)
    cash = c.number("Money at the end of the week", unit="currency", required=True)
    credit = c.number("Credit taken up at the end of the week", unit="currency", required=True)
    lacking = c.number("What is needed beyond the credit line", unit="currency", required=True)
    money_value = c.number("What one more unit of money would bring beyond itself", unit="share", required=True)
