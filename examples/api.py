"""Plan again by program, print what is late and what to do: ``python examples/api.py http://127.0.0.1:8000 KEY``.

The key is made under Settings. Only the standard library is needed.
"""

from __future__ import annotations

import json
import sys
import time
import urllib.request
from typing import Any


def call(url: str, key: str, method: str, path: str, body: Any = None) -> Any:
    """The answer of one call."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}/api/v1{path}", data=data, headers=headers, method=method)  # noqa: S310
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        return json.load(answer)


def main(url: str, key: str) -> None:
    """Starts a plan, waits for it, and prints its KPIs, the late deliveries and the most urgent actions."""
    job = call(url, key, "POST", "/jobs/plan", {})
    while job["state"] in {"waiting", "running"}:
        sys.stdout.write(f"\r{job['stage'] or 'waiting'} {job['share']:.0%}   ")
        time.sleep(0.5)
        job = call(url, key, "GET", f"/jobs/{job['job']}")
    sys.stdout.write(f"\r{job['state']} {job['message']}\n")
    plan = job["result"]["plan"]
    for kpi in call(url, key, "GET", f"/plans/{plan}/kpis")["rows"]:
        sys.stdout.write(f"{kpi['title']:32} {kpi['value']}\n")
    late = call(url, key, "GET", f"/plans/{plan}/deliveries?sort=-late_seconds&size=10")["rows"]
    for row in late:
        sys.stdout.write(f"{row['demand']} {row['state']} {row['late_seconds'] / 86_400:.1f} days: {row['reason']}\n")
    for action in call(url, key, "GET", "/actions")["actions"][:10]:
        sys.stdout.write(f"{action['verb']} {action['title']}: {action['reason']}\n")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1].rstrip("/"), sys.argv[2])
