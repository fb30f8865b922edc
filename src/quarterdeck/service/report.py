"""The report: views of a plan assembled, rendered and written in one piece."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from quarterdeck.files.report import Report, render_report
from quarterdeck.model import Company, Plan
from quarterdeck.model.currency import SIGNS
from quarterdeck.service import charts
from quarterdeck.service.views import wording
from quarterdeck.service.views.actions import actions
from quarterdeck.service.views.cash import CashLine, cash_line
from quarterdeck.service.views.lateness import Cause, causes_in_all, late_orders
from quarterdeck.service.views.load import Cell, load_table
from quarterdeck.service.views.names import Names
from quarterdeck.service.views.overview import Kpi, Overview, overview
from quarterdeck.service.views.problems import SEVERITIES, problem_groups
from quarterdeck.version import __version__

MOST_TILES = 10
MOST_ACTIONS = 200
MOST_LATE = 100
MOST_CAUSES = 6
LEAST_SHARE = 0.02
Section = dict[str, Any]


def write_report(company: Company, plan: Plan, path: Path) -> None:
    """Writes the report of a plan to ``path``: the whole file, or, if anything fails, nothing."""
    text = render_report(report(company, plan))
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        part.chmod(0o644)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def report(company: Company, plan: Plan) -> Report:
    """What the report of a plan shows; parts that the company has no use for are absent."""
    seen = overview(company, plan)
    cash = cash_line(company, plan)
    sections = {
        **_figures(seen.kpis),
        "actions": _actions(company, plan),
        "late": _late(company, plan, seen),
        "load": _load(company, plan),
        "cash": _cash(company, cash),
        "problems": _problems(plan),
    }
    shown = {name: section for name, section in sections.items() if section}
    charted = {
        "schedule": charts.schedule_chart(company, plan),
        "stock": charts.stock_chart(company, plan),
        "demand": charts.demand_chart(company, plan),
        "cash": charts.cash_chart(company, plan, cash) if cash else None,
    }
    drawn = {name: chart for name, chart in charted.items() if chart}
    return Report(_head(company, plan, seen), {**shown, **_words(company, plan, drawn)}, drawn)


def _head(company: Company, plan: Plan, seen: Overview) -> dict[str, str]:
    made = plan.figures.get("made_at")
    moment = dt.datetime.fromisoformat(made) if isinstance(made, str) else None
    return {
        "company": seen.company,
        "headline": seen.headline,
        "as_of": seen.as_of_text,
        "horizon": seen.horizon_text,
        "made": wording.local_moment(moment, Names.of(company).home, year=True) if moment else "",
        "version": __version__,
    }


def _words(company: Company, plan: Plan, drawn: dict[str, Section]) -> dict[str, Section]:
    """The line beside the heading of each section that has a chart."""
    words = {}
    if "schedule" in drawn:
        shown, whole = len(drawn["schedule"]["bars"]), plan["operations"].height
        left_out = f", the first {shown:,} are drawn" if shown < whole else ""
        words["schedule"] = {"words": wording.count(whole, "operation") + left_out}
    if "stock" in drawn:
        words["stock"] = {"words": charts.risk_words(company, plan)}
    if "demand" in drawn:
        count = len(drawn["demand"]["items"])
        words["demand"] = {"words": f"what {wording.count(count, 'item')} sold, and what is expected"}
    return words


def _figures(kpis: tuple[Kpi, ...]) -> dict[str, Section | list[Section]]:
    """Figures that have a goal as tiles, the others in a list below; without any goal the first are tiles."""
    aimed = [kpi for kpi in kpis if kpi.target is not None] or list(kpis)
    tiles = aimed[:MOST_TILES]
    return {"tiles": [_tile(kpi) for kpi in tiles], "figures": [_tile(kpi) for kpi in kpis if kpi not in tiles]}


def _tile(kpi: Kpi) -> Section:
    state = {True: "met", False: "missed", None: ""}[kpi.met]
    figure, _, unit = kpi.text.rpartition(wording.GAP)
    if not figure or figure.strip("−") in set(SIGNS.values()) or unit in {"k", "M", "bn"}:
        figure, unit = kpi.text, ""
    return {
        "title": kpi.title,
        "figure": figure,
        "unit": unit,
        "target": kpi.target_text.removesuffix(unit).strip() if unit != "%" else kpi.target_text,
        "bound": {"at_least": "≥", "at_most": "≤"}[kpi.direction],
        "gap": kpi.gap_text,
        "state": state,
        "note": kpi.note,
        "formula": kpi.formula,
        "scale": _scale(kpi),
    }


def _scale(kpi: Kpi) -> Section | None:
    """Where value and target lie on a line from zero, in per cent of its length."""
    if kpi.value is None or kpi.target is None or kpi.value < 0 or kpi.target <= 0:
        return None
    longest = max(kpi.value, kpi.target) * (1.0 if max(kpi.value, kpi.target) <= 1.0 else 1.1)
    return {"value": round(100 * kpi.value / longest, 1), "target": round(100 * kpi.target / longest, 1)}


def _actions(company: Company, plan: Plan) -> Section | None:
    found = actions(company, plan)
    if not found and plan["orders"].is_empty():
        return None
    counted = Counter(action.action for action in found)
    kinds = [kind for kind in wording.ACTIONS if counted[kind]]
    shown = [asdict(action) for action in found[:MOST_ACTIONS]]
    return {
        "total": len(found),
        "words": wording.count(len(found), "action") if found else "",
        "kinds": [{"action": kind, "verb": wording.ACTIONS[kind], "count": counted[kind]} for kind in kinds],
        "rows": shown,
        "money": any(action.value for action in found),
        "left_out": len(found) - len(shown),
    }


def _late(company: Company, plan: Plan, seen: Overview) -> Section | None:
    if not seen.promises.lines:
        return None
    late = late_orders(company, plan)
    rows = [
        {
            "order": row.order,
            "customer": row.customer,
            "late": "short" if row.state == "short" else f"{row.late_text} late",
            "quantity": row.quantity,
            "title": row.title,
            "value": row.value_text,
            "due": row.due_text,
            "delivered": row.delivered_text,
            "short": row.short,
            "reason": row.reason,
            "causes": _causes(row.causes),
        }
        for row in late[:MOST_LATE]
    ]
    all_causes = [{**asdict(cause), "percent": _percent(cause.share)} for cause in causes_in_all(company, plan)]
    return {
        "total": len(late),
        "words": f"{len(late):,} of {wording.count(seen.promises.lines, 'line')}" if late else "",
        "rows": rows,
        "left_out": len(late) - len(rows),
        "causes": all_causes,
    }


def _percent(share: float) -> str:
    return wording.percent(share) if share >= 0.005 else f"< 1{wording.GAP}%"


def _causes(causes: tuple[Cause, ...]) -> list[Section]:
    """The chain in its order; what is left of long chains is summed up, so that the whole stays the whole."""
    counted = [cause for cause in causes if cause.seconds > 0]
    ordered = sorted(counted, key=lambda cause: -cause.seconds)
    weighty = [cause for cause in ordered[: MOST_CAUSES - 1] if cause.share >= LEAST_SHARE]
    rest = [cause for cause in counted if cause not in weighty]
    if len(rest) < 2:
        return [asdict(cause) for cause in counted]
    seconds = sum(cause.seconds for cause in rest)
    others = {
        **asdict(rest[0]),
        "cause": "lot",
        "text": f"{len(rest)} smaller causes",
        "seconds": seconds,
        "duration": wording.duration(seconds),
        "share": sum(cause.share for cause in rest),
    }
    return [asdict(cause) for cause in counted if cause in weighty] + [others]


def _load(company: Company, plan: Plan) -> Section | None:
    table = load_table(company, plan)
    if table is None:
        return None
    centres = [{"name": name, "cells": [_cell(cell) for cell in cells]} for name, cells in table.centres]
    return {"weeks": table.weeks, "centres": centres, "bottleneck": table.bottleneck}


def _cell(cell: Cell) -> Section:
    share = cell.share
    if share is None:
        return {"text": cell.text, "words": cell.words, "state": "over" if cell.text else "shut", "weight": 0}
    state = "over" if share > 1.005 else "tight" if share >= 0.95 else ""
    return {"text": cell.text, "words": cell.words, "state": state, "weight": round(min(share, 1.0), 2)}


def _cash(company: Company, line: CashLine | None) -> Section | None:
    if line is None:
        return None
    names = Names.of(company)
    payments = [
        {
            "what": row["title"],
            "day": " · ".join(part for part in (wording.day(row["date"]), row["reference"]) if part),
            "text": wording.money(row["amount"], names.currency),
        }
        for row in line.payments.head(4).iter_rows(named=True)
    ]
    moves = {"moves_title": line.moves_title, "moves": [asdict(move) for move in line.moves]}
    return {"lowest": line.lowest_text, **moves, "payments": payments}


def _problems(plan: Plan) -> Section | None:
    groups = problem_groups(plan.problems)
    if not groups:
        return None
    words = {"error": "Error", "warning": "Warning", "info": "Note"}
    counted = Counter(problem.severity for problem in plan.problems)
    parts = [wording.count(counted[name], words[name].lower()) for name in SEVERITIES if counted[name]]
    return {
        "words": ", ".join(parts),
        "groups": [
            {
                "severity": group.severity,
                "severity_words": words[group.severity],
                "title": group.title,
                "count": group.count,
                "hint": group.hint,
                "examples": [
                    {"message": each.message, "where": each.where, "hint": each.hint} for each in group.examples
                ],
                "more": group.count - len(group.examples),
            }
            for group in groups
        ],
    }
