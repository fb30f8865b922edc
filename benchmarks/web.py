"""How fast the pages answer, one at a time and with many people at once, also while a plan is made.

``python -m benchmarks.web [WORKSPACE] [--users 50] [--seconds 180] [--think 2] [--json OUT]``. Without a workspace the
demo company is served. A workspace is copied first, as people change it. Every person signs in, then asks for pages,
parts of pages and the interface for programs, four reads to one write: cells in the grid, records of the interface,
corrections of the forecast. ``--think`` is the mean pause of a person [s], between half and one and a half of it; 0
asks again at once. The people run on the same machine as the server, and their processor time is told beside its.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import shutil
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.web.server import PASSWORD, prepare, serve

PAGES = (
    "/", "/schedule", "/stock", "/stock?sort=worth", "/demand", "/demand/segments", "/orders", "/orders?kind=purchase",
    "/money", "/plans", "/data", "/data/items", "/settings", "/station", "/import",
)  # fmt: skip
PARTS = (
    "/search?q=bike", "/actions?q=", "/actions?kind=release", "/today/changes", "/schedule/head",
    "/data/items/rows?page=1&size=100", "/data/demand_history/rows?page=3&size=100", "/schedule/bars",
)  # fmt: skip
INTERFACE = (
    "/api/v1/tables/items?size=100", "/api/v1/tables/sales_orders?sort=-due&size=100", "/api/v1/plans",
    "/api/v1/plans/newest", "/api/v1/plans/newest/orders?size=100", "/api/v1/plans/newest/kpis",
)  # fmt: skip
READS = PAGES + PARTS + INTERFACE
WRITES = ("grid", "record", "forecast")
ROUNDS = 12
BUSY_SECONDS = 60.0


@dataclass
class Times:
    """Seconds per address, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, address: str, seconds: float, status: int) -> None:
        """Keeps one answer; that somebody else was faster is no fault."""
        with self.lock:
            self.seconds.setdefault(address, []).append(seconds)
            if status >= 400 and status != http.HTTPStatus.CONFLICT:
                self.errors.append(f"{status} {address}")

    @property
    def count(self) -> int:
        """Answers in all."""
        return sum(map(len, self.seconds.values()))

    def percentile(self, share: float, address: str = "") -> float:
        """A percentile in milliseconds, of one address or of all."""
        found = sorted(each for name, times in self.seconds.items() if name == address or not address for each in times)
        return 1000 * found[min(len(found) - 1, int(share * len(found)))] if found else 0.0


class Visitor:
    """A person with a browser's cookies and one connection."""

    def __init__(self, url: str, role: str, times: Times) -> None:
        self.host = urllib.parse.urlsplit(url).netloc
        self.times, self.cookies = times, {}
        self.connection = http.client.HTTPConnection(self.host, timeout=60)
        form = self.ask("GET", "/sign-in", note="").decode()
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', form)
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": token.group(1), "name": role, "password": PASSWORD})
        self.ask("POST", "/sign-in", body, note="")

    def ask(self, method: str, path: str, body: str | None = None, *, note: str | None = None, **headers: str) -> bytes:
        """One request; its time is kept under ``note``, or its address, unless that is empty."""
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **headers}
        if body is not None:
            sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
            sent["X-CSRFToken"] = self.cookies.get("csrftoken", "")
        began = time.perf_counter()
        self.connection.request(method, path, body, {"Accept-Encoding": "gzip", **sent})
        answer = self.connection.getresponse()
        content = answer.read()
        self.tag = answer.headers.get("ETag", "")
        if note != "":
            self.times.note(note or path, time.perf_counter() - began, answer.status)
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return content

    def write(self, kind: str, dice: random.Random, items: Sequence[str]) -> None:
        """Changes something, the way the pages and programs do."""
        code = dice.choice(items)
        if kind == "forecast":
            day = f"2014-{dice.randint(3, 5):02d}-{dice.randint(1, 28):02d}"
            entry = {"item": code, "site": "main", "date": day, "quantity": dice.randint(1, 99), "note": "a test"}
            self.ask("POST", "/demand/override", urllib.parse.urlencode(entry), note="write forecast")
        elif kind == "record":
            place = f"/api/v1/tables/items/record?item={urllib.parse.quote(code, safe='')}"
            self.ask("GET", place, note="read record")
            body = json.dumps({"lead_time_days": dice.randint(1, 20)})
            headers = {"If-Match": self.tag, "Content-Type": "application/json"}
            self.ask("PUT", place, body, note="write record", **headers)
        else:
            query = urllib.parse.quote(json.dumps({"filters": [["item", code]]}))
            rows = json.loads(self.ask("GET", f"/data/items/rows?page=1&size=5&q={query}", note="read row"))["data"]
            row = next(each for each in rows if each["item"] == code)
            edit = {"ref": "1", "key": row["_key"], "etag": row["_etag"], "values": {"cost": str(dice.randint(1, 99))}}
            body = json.dumps({"edits": [edit]})
            self.ask("POST", "/data/items/edit", body, note="write grid", **{"Content-Type": "application/json"})


def alone(url: str) -> Times:
    """Every page, asked one after the other, warm."""
    times = Times()
    visitor = Visitor(url, "planner", Times())
    for path in READS * 2:
        visitor.ask("GET", path)
    visitor.times = times
    for _ in range(ROUNDS):
        for path in READS:
            visitor.ask("GET", path)
    return times


def after_changes(url: str, items: Sequence[str]) -> Times:
    """Every page as the first one sees it after an item was changed."""
    times, dice = Times(), random.Random(1)
    visitor = Visitor(url, "planner", Times())
    for path in READS:
        visitor.times = Times()
        for _ in range(4):  # both processes have the page
            visitor.ask("GET", path)
        for kind in ("grid", "record"):
            visitor.times = Times()
            visitor.write(kind, dice, items)
            visitor.times = times
            visitor.ask("GET", path)
    return times


def together(url: str, users: int, seconds: float, items: Sequence[str], think: float) -> Times:
    """Many people at once: four reads to one write."""
    times = Times()
    visitors = [Visitor(url, "planner", times) for _ in range(users)]
    end = time.monotonic() + seconds

    def visit(number: int) -> None:
        dice, visitor = random.Random(number), visitors[number]
        time.sleep(think * dice.random())
        while time.monotonic() < end:
            if dice.random() < 0.8 or not items:
                visitor.ask("GET", dice.choice(READS))
            else:
                visitor.write(dice.choice(WRITES), dice, items)
            time.sleep(think * (0.5 + dice.random()))

    threads = [threading.Thread(target=visit, args=(number,)) for number in range(users)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def main() -> None:
    """Prints the 95th percentiles in milliseconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", nargs="?", type=Path)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--think", type=float, default=1.0)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "workspace"
        if chosen.workspace:
            shutil.copytree(chosen.workspace, workspace)
        prepare(workspace, *([] if chosen.workspace else ["demo"]))
        with serve(workspace) as served:
            found = _measure(served.url, chosen)
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=2), encoding="utf-8")


def _measure(url: str, chosen: argparse.Namespace) -> dict[str, object]:
    planner = Visitor(url, "planner", Times())
    rows = json.loads(planner.ask("GET", "/data/items/rows?page=1&size=200"))["data"]
    items = [row["item"] for row in rows]
    single, changed = alone(url), after_changes(url, items)
    for path in READS:
        after = changed.percentile(1, path)
        sys.stdout.write(f"{path:44} p95 {single.percentile(0.95, path):6.0f} ms, after a change {after:6.0f} ms\n")
    found: dict[str, object] = {"alone_p95_ms": {path: round(single.percentile(0.95, path), 1) for path in READS}}
    with _told("together", found) as tell:
        tell(together(url, chosen.users, chosen.seconds, items, chosen.think))
    planner = Visitor(url, "planner", Times())  # the connection from before was idle for too long
    number = re.search(r"/jobs/(\d+)", planner.ask("POST", "/jobs/plan", "").decode())
    sys.stdout.write(f"planning: job {number.group(1) if number else '?'}\n")
    with _told("while_planning", found) as tell:
        tell(together(url, chosen.users, min(chosen.seconds, BUSY_SECONDS), items, chosen.think))
    return found


@contextmanager
def _told(name: str, found: dict[str, object]) -> Iterator[Callable[[Times], None]]:
    """Writes down what a crowd met: figures, the slowest addresses, and processor time of server and people."""
    before, began, own = _children_seconds(), time.perf_counter(), time.process_time()
    kept: list[Times] = []
    yield kept.append
    times, seconds = kept[0], time.perf_counter() - began
    server, people = _children_seconds() - before, time.process_time() - own
    count = max(times.count, 1)
    figures = {
        "requests": times.count, "a_second": round(times.count / seconds, 1), "p50_ms": round(times.percentile(0.5), 1),
        "p95_ms": round(times.percentile(0.95), 1), "p99_ms": round(times.percentile(0.99), 1),
        "errors": len(times.errors), "server_cpu_ms_a_request": round(1000 * server / count, 2),
        "people_cpu_ms_a_request": round(1000 * people / count, 2),
    }  # fmt: skip
    found[name] = figures
    sys.stdout.write(f"{name}: {', '.join(f'{key} {value}' for key, value in figures.items())}\n")
    slow = sorted(times.seconds, key=lambda path: -times.percentile(0.95, path))[:8]
    for path in slow:
        sys.stdout.write(f"  {path:44} p95 {times.percentile(0.95, path):6.0f} ms of {len(times.seconds[path])}\n")
    for error in sorted(set(times.errors))[:5]:
        sys.stdout.write(f"  {error} ({times.errors.count(error)} times)\n")


def _children_seconds() -> float:
    """Processor time of every process that this one started, and of theirs [s]; 0 where the system does not tell."""
    ticks, parents = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        number = int(path.parent.name)
        parents[number] = int(fields[1])
        ticks[number] = int(fields[11]) + int(fields[12])
    mine = {os.getpid()}
    while grown := {number for number, parent in parents.items() if parent in mine} - mine:
        mine |= grown
    return sum(ticks[number] for number in mine - {os.getpid()}) / os.sysconf("SC_CLK_TCK") if ticks else 0.0


if __name__ == "__main__":
    main()
