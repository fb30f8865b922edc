"""Mapping files: TOML text to a checked declaration, every fault collected."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import fields
from importlib.resources import files
from pathlib import Path
from typing import Any, cast, get_args

from quarterdeck.files.mapping.declaration import Join, JoinKind, Mapping, Query, Source
from quarterdeck.model import TABLES, Problem

BUILT_IN = "quarterdeck.files.mapping"
LARGEST_FILE = 1_000_000


class MappingError(ValueError):
    """A mapping file that cannot be used; ``problems`` say why."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.message for problem in problems))


def available_mappings() -> dict[str, str]:
    """Names of the built-in mappings, each with its title."""
    return dict(_titles())


@functools.cache
def _titles() -> dict[str, str]:
    found = sorted(entry.name for entry in files(BUILT_IN).iterdir() if entry.name.endswith(".toml"))
    return {name.removesuffix(".toml"): load_mapping(name.removesuffix(".toml")).title for name in found}


def load_mapping(name_or_path: str | Path) -> Mapping:
    """The built-in mapping of that name, or the one in a TOML file.

    Raises
    ------
    MappingError
        If there is none, or it is not a mapping; every fault is in ``problems``.
    """
    text, file = _text_of(name_or_path)
    try:
        declared = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise MappingError([_fault(file, f"The file is not valid TOML: {error}")]) from error
    return _Builder(file, declared).mapping()


def _text_of(name_or_path: str | Path) -> tuple[str, str]:
    built_in = files(BUILT_IN) / f"{name_or_path}.toml"
    if str(name_or_path).isidentifier() and built_in.is_file():
        return built_in.read_text(encoding="utf-8"), f"{name_or_path}.toml"
    path = Path(name_or_path)
    if not path.is_file():
        known = ", ".join(
            sorted(e.name.removesuffix(".toml") for e in files(BUILT_IN).iterdir() if e.name.endswith(".toml"))
        )
        raise MappingError(
            [_fault(str(path), f"Expected the name of a mapping ({known}) or a TOML file, got {str(path)!r}.")]
        )
    if path.stat().st_size > LARGEST_FILE:
        raise MappingError(
            [_fault(path.name, f"Expected a mapping of at most {LARGEST_FILE} bytes, got {path.stat().st_size}.")]
        )
    try:
        return path.read_text(encoding="utf-8-sig"), path.name
    except UnicodeDecodeError as error:
        raise MappingError([_fault(path.name, "Expected a text file in UTF-8.")]) from error


def _fault(file: str, message: str, table: str = "") -> Problem:
    hint = "Correct the mapping file; the guide on mappings shows every part of one."
    return Problem("error", "mapping-file", message, hint, table=table, file=file)


class _Builder:
    """Turns the parsed TOML into a ``Mapping``, collecting every fault on the way."""

    def __init__(self, file: str, declared: dict[str, Any]) -> None:
        self.file = file
        self.declared = declared
        self.problems: list[Problem] = []

    def mapping(self) -> Mapping:
        known = {one.name for one in fields(Mapping)} - {"file"}
        self.only(self.declared, known, "the mapping")
        sources = {name: self.source(name, body) for name, body in self.part("sources").items()}
        steps = tuple(self.query(body, "name") for body in self.listed("steps"))
        tables = tuple(self.query(body, "table") for body in self.listed("tables"))
        notes = self.texts(self.declared.get("notes", ()), "notes")
        values = self.named_texts(self.part("values"), "values")
        self.names_known(sources, steps, tables)
        if self.problems:
            raise MappingError(self.problems)
        return Mapping(
            name=str(self.declared.get("name", Path(self.file).stem)),
            file=self.file,
            title=str(self.declared.get("title", "")),
            description=str(self.declared.get("description", "")),
            notes=notes,
            parameters=self.part("parameters"),
            values=values,
            sources=sources,
            steps=steps,
            tables=tables,
        )

    def fault(self, message: str, table: str = "") -> None:
        self.problems.append(_fault(self.file, message, table))

    def only(self, body: dict[str, Any], known: set[str], where: str) -> None:
        for name in sorted(set(body) - known):
            self.fault(f"Expected one of {', '.join(sorted(known))} in {where}, got {name!r}.")

    def part(self, name: str) -> dict[str, Any]:
        body = self.declared.get(name, {})
        if not isinstance(body, dict):
            self.fault(f"Expected [{name}] to be a table, got {body!r}.")
            return {}
        return body

    def listed(self, name: str) -> list[dict[str, Any]]:
        body = self.declared.get(name, [])
        if not isinstance(body, list) or not all(isinstance(one, dict) for one in body):
            self.fault(f"Expected [[{name}]] entries, got {str(body)[:60]!r}.")
            return []
        return body

    def texts(self, value: Any, where: str) -> tuple[str, ...]:  # noqa: ANN401 - whatever TOML holds
        found = [value] if isinstance(value, str) else value
        if not isinstance(found, list | tuple) or not all(isinstance(one, str) for one in found):
            self.fault(f"Expected a text or a list of texts as {where}, got {value!r}.")
            return ()
        return tuple(found)

    def named_texts(self, value: Any, where: str) -> dict[str, str]:  # noqa: ANN401
        if not isinstance(value, dict) or not all(isinstance(one, str | int | float) for one in value.values()):
            self.fault(f'Expected column = "expression" pairs as {where}, got {value!r}.')
            return {}
        return {name: _as_expression(one) for name, one in value.items()}

    def source(self, name: str, body: Any) -> Source:  # noqa: ANN401
        where = f"source {name}"
        if not isinstance(body, dict):
            self.fault(f"Expected [sources.{name}] to be a table, got {body!r}.")
            return Source(name, (name,))
        self.only(body, {"from", "columns", "required"}, where)
        columns = body.get("columns", {})
        if isinstance(columns, list):
            columns = dict.fromkeys(self.texts(columns, f"columns of {where}"), ())
        names = self.texts(body.get("from", name), f"from of {where}")
        spellings = {column: self.texts(also, f"column {column} of {where}") for column, also in columns.items()}
        return Source(name, names, spellings, bool(body.get("required", True)))

    def query(self, body: dict[str, Any], label: str) -> Query:
        name = str(body.get(label, ""))
        where = f"{'table' if label == 'table' else 'step'} {name or '(without a name)'}"
        if not name:
            self.fault(f'Expected {label} = "…" in every entry of {"tables" if label == "table" else "steps"}.')
        lists = {key: self.texts(body.get(key, ()), f"{key} of {where}") for key in _LISTS}
        self.only(body, {label, "from", "join", "let", "columns", "then", *_LISTS}, where)
        return Query(
            name=name,
            sources=self.texts(body.get("from", ()), f"from of {where}"),
            joins=tuple(self.join(one, where) for one in _as_list(body.get("join", []))),
            let=self.named_texts(body.get("let", {}), f"let of {where}"),
            columns=self.named_texts(body.get("columns", {}), f"columns of {where}"),
            then=self.named_texts(body.get("then", {}), f"then of {where}"),
            **lists,
        )

    def join(self, body: Any, where: str) -> Join:  # noqa: ANN401
        if not isinstance(body, dict) or not {"with", "on"} <= set(body):
            self.fault(f'Expected join = {{ with = "source", on = "column" }} in {where}, got {body!r}.')
            return Join("", {})
        self.only(body, {"with", "on", "how"}, f"join of {where}")
        on = body["on"]
        pairs = (
            {str(left): str(right) for left, right in on.items()}
            if isinstance(on, dict)
            else {one: one for one in self.texts(on, f"on of {where}")}
        )
        how = str(body.get("how", "left"))
        if how not in get_args(JoinKind):
            self.fault(f"Expected how = one of {', '.join(get_args(JoinKind))} in the join of {where}, got {how!r}.")
        return Join(str(body["with"]), pairs, cast("JoinKind", how))

    def names_known(self, sources: dict[str, Source], steps: tuple[Query, ...], tables: tuple[Query, ...]) -> None:
        known = set(sources)
        for query in (*steps, *tables):
            for name in (*query.sources, *(join.source for join in query.joins)):
                if name not in known:
                    self.fault(f"Expected a source or an earlier step in {query.name}, got {name!r}.")
            known |= {query.name} if query in steps else set()
        for query in tables:
            self.table_known(query)

    def table_known(self, query: Query) -> None:
        if query.name not in TABLES:
            self.fault(f"Expected a table of the company ({', '.join(TABLES)}), got {query.name!r}.", query.name)
            return
        declared = TABLES[query.name].dtypes
        for column in query.then or query.columns:
            if column not in declared:
                self.fault(f"Expected a column of {query.name} ({', '.join(declared)}), got {column!r}.", query.name)


_LISTS = ("where", "group_by", "having", "sort", "distinct")


def _as_list(value: Any) -> list[Any]:  # noqa: ANN401
    return value if isinstance(value, list) else [value]


def _as_expression(value: str | float) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
