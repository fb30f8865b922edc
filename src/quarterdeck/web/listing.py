"""Lists on pages: found by words, shown page by page, taken along as a file."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.http import HttpRequest, HttpResponse

PER_PAGE = 100


def matching(frame: pl.DataFrame, words: str, columns: tuple[str, ...]) -> pl.DataFrame:
    """The rows in which every word occurs in one of the columns."""
    for word in words.lower().split():
        hits = [pl.col(name).fill_null("").str.to_lowercase().str.contains(word, literal=True) for name in columns]
        frame = frame.filter(pl.any_horizontal(hits))
    return frame


def listing(request: HttpRequest, frame: pl.DataFrame) -> dict[str, Any]:
    """One page of rows, with what a template needs to turn pages."""
    pages = max(1, -(-frame.height // PER_PAGE))
    asked = request.GET.get("page", "1")
    page = min(max(int(asked) if asked.isdecimal() else 1, 1), pages)
    query = request.GET.copy()
    query.pop("page", None)
    return {
        "rows": list(frame.slice((page - 1) * PER_PAGE, PER_PAGE).iter_rows(named=True)),
        "count": frame.height,
        "page": page,
        "pages": pages,
        "query": query.urlencode(),
        "q": request.GET.get("q", ""),
    }


def csv_answer(frame: pl.DataFrame, name: str) -> HttpResponse:
    """The rows as a CSV file; texts that a spreadsheet would take for formulas are made harmless."""
    texts = [column for column, dtype in frame.schema.items() if dtype == pl.String]
    harmless = [pl.when(_risky(name)).then("'" + pl.col(name)).otherwise(pl.col(name)).alias(name) for name in texts]
    answer = HttpResponse(frame.with_columns(harmless).write_csv(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _risky(column: str) -> pl.Expr:
    return pl.col(column).str.contains(r"^[=+\-@\t\r]")
