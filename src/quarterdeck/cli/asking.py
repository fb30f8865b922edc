"""Commands that ask about orders: promise, why, repair."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from quarterdeck.cli import exits
from quarterdeck.cli.options import HERE, JsonOption, WorkspaceOption, fail, opened

if TYPE_CHECKING:
    from quarterdeck.service.explaining import Explanation
    from quarterdeck.service.promising import Promise
    from quarterdeck.service.repairing import RepairList
    from quarterdeck.service.views.pegging import Branch

AuthorOption = Annotated[str, typer.Option(help="Who does it, for the change log.")]
DELAYS_SHOWN = 4
LineOption = Annotated[str | None, typer.Option(help="Line of the order.")]


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    for name, command in (("promise", promise), ("why", why), ("repair", repair)):
        app.command(name)(command)


def promise(
    item: Annotated[str, typer.Argument(help="Code of the item.")],
    quantity: Annotated[float, typer.Argument(help="How much of it.")],
    date: Annotated[
        str | None, typer.Option(help="When it is wanted, such as 2026-03-20; default: as soon as possible.")
    ] = None,
    customer: Annotated[str | None, typer.Option(help="Code of the customer.")] = None,
    site: Annotated[str | None, typer.Option(help="Site that delivers; default: the usual one.")] = None,
    reserved_for: Annotated[
        str | None, typer.Option(help="Name under which stock and orders of items made to order are kept for it.")
    ] = None,
    accept: Annotated[bool, typer.Option("--accept", help="Make it a sales order with this promise.")] = False,
    way: Annotated[str | None, typer.Option(help="Way to accept: free, cheapest, forecast or swap.")] = None,
    order: Annotated[str | None, typer.Option(help="Code of the order to make; default: the next free one.")] = None,
    author: AuthorOption = "command line",
    workspace: WorkspaceOption = HERE,
    json: JsonOption = False,
) -> None:
    """Say when a quantity can be delivered, the cheapest way, and what it would delay."""
    from quarterdeck.cli.output import console, print_json
    from quarterdeck.cli.planning import newest_plan
    from quarterdeck.service import promising

    kept = opened(workspace)
    newest_plan(kept)
    try:
        answer = promising.promise(kept, item, quantity, date, customer, site, reserved_for=reserved_for)
        made = promising.accept(kept, answer, author=author, way=way, order=order) if accept else ""
    except promising.EnquiryError as error:
        fail(str(error), exits.USAGE)
    if json:
        print_json({**plain(answer), "accepted": made or None})
        return
    _show_promise(answer)
    if made:
        console().print(f"Accepted as {made}. Take it back with: quarterdeck undo. Plan again to give it supply.")


def _show_promise(answer: Promise) -> None:
    from quarterdeck.cli.output import console, print_rows

    out = console()
    when = {
        "impossible": "cannot be promised",
        "late": f"can be promised for {answer.date_text}, {answer.late_text} late",
    }
    said = when.get(answer.state, f"can be promised for {answer.date_text}")
    out.print(f"{answer.quantity_text} {answer.title}, wanted {answer.asked_text}: {said}. {answer.reason}")
    rows = []
    for way in answer.ways:
        marks = [word for word, flag in (("earliest", way.earliest), ("cheapest", way.cheapest)) if flag]
        chosen = "→ " if way.code == answer.way else ""
        delays = "; ".join(delay.text for delay in way.delays[:DELAYS_SHOWN]) or "nothing"
        delays += f"; and {len(way.delays) - DELAYS_SHOWN} more (--json)" if len(way.delays) > DELAYS_SHOWN else ""
        rows.append((chosen + way.code, f"{way.title}", way.date_text, way.cost_text, ", ".join(marks), delays))
    print_rows("Ways", ("Way", "What", "Delivered", "Cost", "", "Takes or delays"), rows, numeric=(3,))
    best = next(way for way in answer.ways if way.code == answer.way)
    orders = [
        (each.verb, each.quantity_text, each.title, each.partner, each.release_text, each.available_text)
        for each in best.orders
    ]
    if orders:
        print_rows("It needs", ("", "Quantity", "Item", "From", "Begins", "There"), orders, numeric=(1,))


def why(
    order: Annotated[str, typer.Argument(help="Code of a sales, purchase, work, transfer or planned order.")],
    line: LineOption = None,
    conflict: Annotated[
        bool, typer.Option("--conflict", help="Seek a smallest set of what cannot all hold; takes up to a minute.")
    ] = False,
    workspace: WorkspaceOption = HERE,
    json: JsonOption = False,
) -> None:
    """Explain an order: why it is late, day by day, what it hangs on and whom it serves."""
    from quarterdeck.cli.output import console, print_json
    from quarterdeck.cli.planning import newest_plan
    from quarterdeck.service import conflicts
    from quarterdeck.service.explaining import OrderMissingError, explain

    kept = opened(workspace)
    plan = newest_plan(kept)
    try:
        company = kept.load()
        found = explain(company, plan, order, line)
        held = conflicts.conflict(company, plan, order, line) if conflict else None
    except OrderMissingError as error:
        fail(str(error), exits.USAGE)
    if json:
        told = {"conflict": plain(held)} if held else {}
        print_json([{**plain(each), "days": list(each.days), **told} for each in found])
        return
    for each in found:
        _show_why(each)
    if held:
        console().print(f"Conflict: {held.sentence}")


def _show_why(each: Explanation) -> None:
    from quarterdeck.cli.output import console, print_rows
    from quarterdeck.model.clock import DAY

    out = console()
    line = f" line {each.line}" if each.line not in {"", "1"} else ""
    whose = f" · {each.customer}" if each.customer else ""
    state = each.late_text + " late" if each.late_seconds else each.state.replace("_", " ")
    out.print(
        f"{each.order}{line}{whose}: {each.quantity_text} {each.title}, wanted {each.due_text},"
        f" there {each.there_text}: {state}"
    )
    if each.causes:
        rows = [(f"{cause.seconds / DAY:.2f}", cause.words, cause.text) for cause in each.causes]
        rows.append((f"{each.late_days:.2f}", "in all", ""))
        print_rows("Days by cause", ("Days", "Cause", "In words"), rows, numeric=(0,))
    elif each.reason:
        out.print(f"  {each.reason}")
    for branch in each.branches:
        _show_branch(branch, 1)
    for served in each.serves[:20]:
        late = f", {served.late_text} late" if served.late_text else ""
        whose = f"{served.order} {served.customer}".strip()
        out.print(f"  serves {whose}: {served.quantity_text} {served.title} due {served.due_text}{late}")


def _show_branch(branch: Branch, depth: int) -> None:
    from quarterdeck.cli.output import console

    mark = "→" if branch.binding else "·"
    partner = f" from {branch.partner}" if branch.partner else ""
    late = f", {branch.late_text} late" if branch.late_text else ""
    code = f" {branch.order}" if branch.order else ""
    console().print(
        f"{'  ' * depth}{mark} {branch.quantity_text} {branch.title}: {branch.kind_text.lower()}{code}{partner},"
        f" {branch.available_text}{late}"
    )
    for below in branch.branches:
        _show_branch(below, depth + 1)


def repair(
    order: Annotated[str, typer.Argument(help="Code of a late sales order.")],
    line: LineOption = None,
    apply: Annotated[int | None, typer.Option(help="Number of the repair to make.")] = None,
    author: AuthorOption = "command line",
    workspace: WorkspaceOption = HERE,
    json: JsonOption = False,
) -> None:
    """List what would make a late order come sooner, each tried by planning again; --apply N makes one."""
    from quarterdeck.cli.output import console, print_json, progress_bar
    from quarterdeck.cli.planning import newest_plan
    from quarterdeck.service import repairing
    from quarterdeck.service.explaining import OrderMissingError

    kept = opened(workspace)
    newest_plan(kept)
    try:
        with progress_bar(quiet=json) as progress:
            found = repairing.repairs_of(kept, order, line, progress)
        done = repairing.apply_repair(kept, found, apply, author=author) if apply is not None else ""
    except (OrderMissingError, repairing.RepairError) as error:
        fail(str(error), exits.USAGE)
    if json:
        facts = plain(found)
        del facts["trials"]
        print_json({**facts, "applied": done or None})
        return
    _show_repairs(found)
    if done:
        console().print(f"Done: {done}. Take it back with: quarterdeck undo. Plan again to see it in the plan.")


def _show_repairs(found: RepairList) -> None:
    from quarterdeck.cli.output import console, print_rows

    late = f"{found.late_text} late" if found.late_text else "on time"
    console().print(f"{found.order} {found.customer} {found.title}: {late}; {found.tried} repairs tried")
    rows = [
        (str(each.number), each.title, each.text, each.effect, f"{each.days_won:.1f}", each.price_text)
        for each in found.repairs
    ]
    if rows:
        print_rows("Repairs", ("", "Kind", "What", "Effect", "Days won", "Price"), rows, numeric=(0, 4))
    else:
        console().print(found.message)


def plain(value: Any) -> dict[str, Any]:  # noqa: ANN401 - a dataclass
    """A result's fields as JSON takes them."""
    from dataclasses import fields, is_dataclass

    def told(each: Any) -> Any:  # noqa: ANN401
        if is_dataclass(each) and not isinstance(each, type):
            return {field.name: told(getattr(each, field.name)) for field in fields(each)}
        if isinstance(each, tuple | list):
            return [told(part) for part in each]
        return each.replace("\u00a0", " ") if isinstance(each, str) else each

    skipped = {"trials"}
    return {field.name: None if field.name in skipped else told(getattr(value, field.name)) for field in fields(value)}
