"""How fast the pages answer, one at a time and with many people at once, also while a plan is made.

``python -m benchmarks.web [WORKSPACE] [--users 50] [--seconds 180] [--json OUT]``. Without a workspace the demo company
is served. Every person signs in, then asks for pages and data, four reads to one write, with pauses of up to a second.
The people run on the same machine as the server.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import re
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.web.server import PASSWORD, prepare, serve

PAGES = (
    "/", "/schedule", "/stock", "/stock?sort=worth", "/demand", "/demand/segments", "/orders", "/orders?kind=purchase",
    "/money", "/plans", "/data", "/data/items", "/settings", "/search?q=bike",
)  # fmt: skip
ROUNDS = 12


@dataclass
class Times:
    """Seconds per address, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, address: str, seconds: float, status: int) -> None:
        """Keeps one answer."""
        with self.lock:
            self.seconds.setdefault(address, []).append(seconds)
            if status >= 400:
                self.errors.append(f"{status} {address}")

    def p95(self, address: str = "") -> float:
        """The 95th percentile in milliseconds, of one address or of all."""
        found = sorted(each for name, times in self.seconds.items() if name == address or not address for each in times)
        return 1000 * found[min(len(found) - 1, int(0.95 * len(found)))] if found else 0.0


class Visitor:
    """A person with a browser's cookies and one connection."""

    def __init__(self, url: str, role: str, times: Times) -> None:
        self.host = urllib.parse.urlsplit(url).netloc
        self.times, self.cookies = times, {}
        self.connection = http.client.HTTPConnection(self.host, timeout=60)
        form = self.ask("GET", "/sign-in", note=False).decode()
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', form)
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": token.group(1), "name": role, "password": PASSWORD})
        self.ask("POST", "/sign-in", body, note=False)

    def ask(self, method: str, path: str, body: str | None = None, *, note: bool = True) -> bytes:
        """One request; its time is kept."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["X-CSRFToken"] = self.cookies.get("csrftoken", "")
        began = time.perf_counter()
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if note:
            self.times.note(path, time.perf_counter() - began, answer.status)
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return content


def alone(url: str) -> Times:
    """Every page, asked one after the other, warm."""
    times = Times()
    visitor = Visitor(url, "planner", Times())
    for path in PAGES:
        visitor.ask("GET", path)
    visitor.times = times
    for _ in range(ROUNDS):
        for path in PAGES:
            visitor.ask("GET", path)
    return times


def together(url: str, users: int, seconds: float, items: Sequence[str]) -> Times:
    """Many people at once: four reads to one write of a forecast correction."""
    times = Times()
    visitors = [Visitor(url, "planner", times) for _ in range(users)]
    end = time.monotonic() + seconds

    def visit(number: int) -> None:
        dice, visitor = random.Random(number), visitors[number]
        while time.monotonic() < end:
            if dice.random() < 0.8 or not items:
                visitor.ask("GET", dice.choice(PAGES))
            else:
                day = f"2014-{dice.randint(3, 5):02d}-{dice.randint(1, 28):02d}"
                entry = {"item": dice.choice(items), "site": "main", "date": day, "quantity": dice.randint(1, 99)}
                visitor.ask("POST", "/demand/override", urllib.parse.urlencode({**entry, "note": "a test of many"}))
            time.sleep(dice.random())

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
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace = chosen.workspace or Path(folder) / "demo"
        prepare(workspace, *([] if chosen.workspace else ["demo"]))
        with serve(workspace) as served:
            found = _measure(served.url, chosen.users, chosen.seconds)
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=2), encoding="utf-8")


def _measure(url: str, users: int, seconds: float) -> dict[str, object]:
    single = alone(url)
    for path in PAGES:
        sys.stdout.write(f"{path:28} p95 {single.p95(path):7.0f} ms\n")
    items = re.findall(
        r"/demand/series\?item=([^&]+)&", Visitor(url, "planner", Times()).ask("GET", "/demand").decode()
    )
    crowd = together(url, users, seconds, items[:20])
    planner = Visitor(url, "planner", Times())
    planner.ask("POST", "/jobs/plan", "")
    busy = together(url, users, min(seconds, 30), items[:20])
    found: dict[str, object] = {"alone_p95_ms": {path: round(single.p95(path), 1) for path in PAGES}}
    for name, times in (("together", crowd), ("while_planning", busy)):
        count = sum(map(len, times.seconds.values()))
        found[name] = {"requests": count, "p95_ms": round(times.p95(), 1), "errors": len(times.errors)}
        sys.stdout.write(f"{name}: {count} requests, p95 {times.p95():.0f} ms, {len(times.errors)} errors\n")
        for error in sorted(set(times.errors))[:5]:
            sys.stdout.write(f"  {error}\n")
    return found


if __name__ == "__main__":
    main()
