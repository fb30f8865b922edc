"""Who does what, when, and what follows for the customer."""

import dataframely as dy

from quarterdeck.model import columns as c

DELIVERY_STATES = {"on_time": (), "late": (), "short": ()}
CAUSES = {
    "material": ("waiting for purchased or transferred material",),
    "lead_time": ("shorter notice than the lead times allow",),
    "capacity": ("machine busy with other work",),
    "setup": ("machine being set up",),
    "person": ("nobody with the skill free",),
    "setter": ("nobody free who sets up",),
    "tool": ("tool in use elsewhere",),
    "maintenance": ("machine being maintained",),
    "room": ("no room before the next step",),
    "calendar": ("closed time",),
    "limit": ("began later so that what must follow it soon finds its place",),
    "processing": ("working time of the steps themselves",),
    "queue": ("queue and move times",),
    "yield": ("made again for what was lost",),
    "past_due": ("was due before the plan began",),
    "lot": ("waited for the rest of the lot",),
    "short": ("cannot be supplied within the horizon",),
}


class Operations(dy.Schema):
    order = c.code("Order it belongs to", key=True)
    sequence = c.whole("Step", key=True)
    item = c.code("Item that is made", required=True)
    name = c.text("What is done")
    quantity = c.quantity("Quantity started", required=True)
    work_centre = c.code("Work centre")
    machine = c.code("Machine, or unit of the work centre")
    person = c.code("Person")
    setup_person = c.code("Who sets up, where that is somebody else's work")
    tool = c.code("Tool held")
    setup_family = c.text("Set-up family")
    ready = c.instant("When it could have begun: predecessors and material there", required=True)
    setup_start = c.instant("Set-up begins", required=True)
    start = c.instant("Work begins", required=True)
    end = c.instant("Work ends", required=True)
    setup_seconds = c.whole("Working time of the set-up", unit="s", required=True)
    run_seconds = c.whole("Working time of the run", unit="s", required=True)
    overtime_seconds = c.whole("Part of both that is overtime", unit="s", default=0)
    waited_for = c.text("What it waited for longest: material, predecessor, machine, person, setter (nobody free who sets up), tool, maintenance, room (before the next step), calendar, limit (what must follow it soon had no place), nothing", default="nothing")
    blocker = c.code("Order, supplier or resource it waited for")
    ready_after = c.text("What made it ready: material, predecessor, nothing", default="nothing")
    ready_blocker = c.code("Order that brought the material, or its own order")
    pinned = c.flag("Whether a person fixed it", default=False)


class Waits(dy.Schema):
    order = c.code("Order", key=True)
    sequence = c.whole("Step", key=True)
    part = c.whole("Running number in the order of time", key=True)
    cause = c.text("What it waited for: machine, person, setter, tool, maintenance, room, calendar, limit", required=True)
    seconds = c.whole("How long; all parts of a step add up to the time from being ready to its set-up", unit="s", required=True)
    blocker = c.code("Order or resource it waited for")


class Maintenance(dy.Schema):
    maintenance = c.code("Maintenance", key=True)
    work_centre = c.code("Work centre", key=True)
    machine = c.code("Machine, or unit of the work centre", key=True)
    name = c.text("What is done")
    earliest = c.instant("First moment it may begin", required=True)
    latest = c.instant("Last moment it may end", required=True)
    start = c.instant("When it begins", required=True)
    end = c.instant("When it ends", required=True)
    movable = c.flag("Whether the schedule chose the moment", default=False)


class Loads(dy.Schema):
    work_centre = c.code("Work centre", key=True)
    week = c.day("Monday of the week", key=True)
    capacity_hours = c.number("Working hours of its machines", unit="h", required=True)
    setup_hours = c.number("Hours set up", unit="h", required=True)
    run_hours = c.number("Hours run", unit="h", required=True)


class Deliveries(dy.Schema):
    demand = c.code("Code of the demand", key=True)
    state = c.choice("On time, late or short", DELIVERY_STATES, required=True)
    due = c.instant("When it is wanted", required=True)
    delivered = c.instant("When the last of it is there; empty if it never is")
    quantity = c.quantity("Wanted", required=True)
    on_time = c.quantity("Part that is there when it is due", required=True)
    short = c.quantity("Part that is not supplied within the horizon", required=True)
    late_seconds = c.whole("From due to delivered", unit="s", required=True)
    reason = c.text("Chain of causes in one sentence; empty if on time", default="")


class Causes(dy.Schema):
    demand = c.code("Late demand", key=True)
    step = c.whole("Running number along the chain, from the customer upstream", key=True)
    cause = c.choice("Kind of cause", CAUSES, required=True)
    seconds = c.whole("Part of the lateness it explains", unit="s", required=True)
    order = c.code("Order in the chain")
    item = c.code("Item of the order")
    object = c.code("Supplier, machine, person or calendar that caused it")
    text = c.text("The same in words", required=True)
