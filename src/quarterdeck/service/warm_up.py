"""Compiling the numerical kernels ahead of the first plan, on all cores."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta

from quarterdeck.model import TABLES, Company, Plan
from quarterdeck.service.planning import make_plan, settings_for

PARTS = ("demand", "supply")


def warm_up() -> None:
    """Compiles every kernel by planning the demo company: an order and its demand, and its supply at the same time.

    The compiled code is kept beside the program, so this is needed once per installation. A first plan without it
    takes about a minute longer and gives the same result.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(len(PARTS), mp_context=context) as pool:
        list(pool.map(_compile, PARTS))


def _compile(part: str) -> None:
    company = _demo_company()
    if part == "demand":
        _schedule(company)
        _foresee(company)
    else:
        without = {name: TABLES[name].empty() for name in ("demand_history", "promotions", "forecast_overrides")}
        bare = company.replace(**without)
        _ask(bare, make_plan(bare, settings_for(company, effort=1)))


def _ask(company: Company, plan: Plan) -> None:
    """An enquiry, a repair, a changed order, levelled volumes and an outlook, for the kernels that only they use."""
    from dataclasses import replace  # noqa: PLC0415

    from quarterdeck.disciplines.levelling import stage as levelling  # noqa: PLC0415 - loads the kernels
    from quarterdeck.disciplines.scheduling.search import compile_for_long_plans  # noqa: PLC0415 - loads the kernels
    from quarterdeck.planning.outlook import with_outlook  # noqa: PLC0415
    from quarterdeck.planning.repairs.trial import FIRST, chain, placed_again  # noqa: PLC0415 - loads the kernels
    from quarterdeck.service.net_change import LivePlan  # noqa: PLC0415
    from quarterdeck.service.promising import Promiser  # noqa: PLC0415
    from quarterdeck.service.rescheduling import Desk  # noqa: PLC0415

    compile_for_long_plans(Desk.open(company, plan).board.instance)
    wanted = plan["requirements"].row(0, named=True)
    Promiser(company, plan).enquire(wanted["item"], 1)
    list(placed_again(company, plan, chain(plan, wanted["demand"]), (FIRST,)))
    LivePlan(company, plan).change_order(wanted["demand"], quantity=wanted["quantity"] + 1)
    levelling.run(company, plan, replace(plan.settings, horizon_weeks=4))
    with_outlook(company, plan, replace(plan.settings, outlook_weeks=4))


def _schedule(company: Company) -> None:
    """One order, made by hand: the scheduler's kernels compile while the other process still nets."""
    import polars as pl  # noqa: PLC0415

    from quarterdeck.disciplines.scheduling import stage as scheduling  # noqa: PLC0415 - loads the kernels

    settings = settings_for(company, effort=1)
    begin, end = settings.as_of, settings.as_of + timedelta(days=30)
    order = {
        "order": "P1", "kind": "make", "state": "planned", "item": company["operations"]["item"][0],
        "site": company["sites"]["site"][0], "quantity": 1.0, "start_quantity": 1.0, "routing": "main",
        "release": begin, "needed": end, "available": end, "level": 0,
    }  # fmt: skip
    scheduling.run(company, Plan.blank(settings).with_tables(orders=pl.DataFrame([order])), settings)


def _foresee(company: Company) -> Plan:
    from dataclasses import replace  # noqa: PLC0415

    from quarterdeck.disciplines.demand import engine  # noqa: PLC0415 - loads the numerical libraries
    from quarterdeck.planning.pipeline import STAGES  # noqa: PLC0415

    engine.warm_up()

    settings = settings_for(company)
    plan = Plan.blank(settings)
    for stage in STAGES[:2]:
        plan = stage.run(company, plan, settings)
    return STAGES[1].run(company, plan, replace(settings, service_promise="items"))


def _demo_company() -> Company:
    from quarterdeck.demo import demo_path  # noqa: PLC0415 - data that only the demo needs
    from quarterdeck.service.data import read_company  # noqa: PLC0415

    company, _ = read_company(demo_path())
    return company
