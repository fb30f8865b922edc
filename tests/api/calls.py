"""Calls of the interface, as a program makes them."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    """Status, ETag and content of an answer."""

    status: int
    tag: str
    content: Any


@dataclass(frozen=True)
class Caller:
    """A program with a key."""

    url: str
    key: str

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Calls ``path`` under ``/api/v1``."""
        sent = {"Content-Type": "application/json", **{name.replace("_", "-"): text for name, text in headers.items()}}
        if self.key:
            sent["Authorization"] = f"Bearer {self.key}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/api/v1{path}", data=data, headers=sent, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return _answer(answer)
        except urllib.error.HTTPError as refused:
            return _answer(refused)


def _answer(answer) -> Answer:
    raw = answer.read()
    kind = answer.headers.get("Content-Type", "")
    content = json.loads(raw) if "json" in kind and raw else raw
    return Answer(answer.status, answer.headers.get("ETag", ""), content)
