"""The demo: a bicycle maker imported, checked, planned and reported."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from quarterdeck.service.data import import_files, init_workspace
from quarterdeck.service.planning import plan_workspace
from quarterdeck.service.report import write_report

if TYPE_CHECKING:
    from quarterdeck.model import Company, Plan
    from quarterdeck.model.settings import Progress


class DemoError(RuntimeError):
    """The demo's own data could not be imported; the message lists why."""


def run_demo(folder: Path, *, effort: int, progress: Progress) -> tuple[Plan, Company, Path]:
    """The demo's plan, its company and the path of the report, in the workspace ``folder``."""
    from quarterdeck.demo import demo_path  # noqa: PLC0415 - data that only the demo needs

    workspace = init_workspace(folder)
    result = import_files(workspace, demo_path(), author="demo", progress=progress)
    if not result.ok:
        raise DemoError("\n".join(f"{problem.where}: {problem.message}" for problem in result.problems))
    _, plan, company = plan_workspace(workspace, author="demo", progress=progress, effort=effort)
    report = folder / "plan.html"
    write_report(company, plan, report)
    return plan, company, report
