"""Export writes what import reads: the same company again, whatever is in it."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from quarterdeck.files import Intake, read, write_template, write_workbook
from quarterdeck.files.codes import BIDI, CONTROL, FORMULA, INVISIBLE, LINE_BREAKS, PLACEHOLDER
from quarterdeck.files.coerce import NUMERIC, Bounds
from quarterdeck.model import TABLES, ColumnInfo, Company, Plan, Settings
from quarterdeck.store.difference import Difference, TableChange, difference

LETTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf", "Zs", "Zl", "Zp", "Co", "Cn"))
TEXTS = st.text(LETTERS, min_size=1, max_size=5).map(lambda text: unicodedata.normalize("NFC", text))
BAD_CODE = re.compile(
    "|".join(f"(?:{each})" for each in (CONTROL, LINE_BREAKS, BIDI, INVISIBLE, FORMULA)) + "|[{$<;./]"
)
MOMENTS = st.datetimes(dt.datetime(1971, 1, 1), dt.datetime(2199, 1, 1))


def _sound_code(text: str) -> bool:
    return BAD_CODE.search(text) is None and re.search(PLACEHOLDER, text) is None


def _at(hour: int, minute: int, second: int) -> st.SearchStrategy:
    return MOMENTS.map(lambda moment: moment.replace(hour=hour, minute=minute, second=second, microsecond=0))


def _values(column: ColumnInfo, bounds: Bounds) -> st.SearchStrategy:
    """Values that the declaration of a column allows."""
    found = _numbers(column, bounds) if column.kind in NUMERIC else _others(column)
    return found if not column.nullable else st.one_of(st.none(), found)


def _numbers(column: ColumnInfo, bounds: Bounds) -> st.SearchStrategy:
    low, high = bounds.least if bounds.least is not None else bounds.above, bounds.most
    if column.kind == "money":
        return st.integers(0, 10**17).map(lambda parts: Decimal(parts).scaleb(-4))
    if column.kind == "whole":
        return st.integers(int(low or 0), int(min(high or 1e9, 1e9)))
    floats = st.floats(low if low is not None else -1e12, high, exclude_min=bounds.above is not None)
    return floats.map(lambda number: number + 0.0)


def _others(column: ColumnInfo) -> st.SearchStrategy:
    return {
        "code": TEXTS.filter(_sound_code),
        "text": TEXTS,
        "choice": st.sampled_from(sorted(column.words) or ["x"]),
        "flag": st.booleans(),
        "day": st.dates(dt.date(1971, 1, 1), dt.date(2199, 1, 1)),
        "moment": st.one_of(MOMENTS, _at(23, 59, 59), _at(0, 0, 0)),
        "time": st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda clock: "{:02d}:{:02d}".format(*clock)),
    }[column.kind]


@st.composite
def tables(draw):
    """A table of the company, with a few sound rows."""
    table = TABLES[draw(st.sampled_from(sorted(TABLES)))]
    declared = table.schema.columns()
    row = st.fixed_dictionaries({c.name: _values(c, Bounds(declared[c.name])) for c in table.columns})
    spans = {"end": "start", "valid_to": "valid_from", "discontinued": "launch", "available_to": "available_from"}
    rows = draw(st.lists(row, min_size=1, max_size=2, unique_by=lambda row: tuple(row[name] for name in table.key)))
    for made in rows:
        for last, first in spans.items():
            if first in made and made.get(last) is not None and made[first] is not None and made[last] < made[first]:
                made[last] = made[first]
    rows = [row for row in rows if not str(next(iter(row.values()))).startswith("# ")]
    if table.name == "bom_lines":
        rows = [{**made, "unit": "kg"} for made in rows]
    return table, pl.DataFrame(rows, schema=table.dtypes, orient="row", strict=False)


@pytest.mark.parametrize("name", ["company.xlsx", "company"])
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(made=tables())
def test_what_was_written_is_read_back(tmp_path_factory, name, made):
    """read(write(company)) is the company, to the last digit."""
    table, frame = made
    company = Company.of(**{table.name: frame})
    path = write_workbook(company, tmp_path_factory.mktemp("trip") / name)
    found = read(path)
    assert not found.failed, found.problems
    back = found.company()[table.name]
    assert back.sort(table.key).equals(company[table.name].sort(table.key)), (frame.to_dicts(), back.to_dicts())


def _small_company() -> Company:
    return Company.of(
        items=pl.DataFrame({"item": ["01", "1", "#x"], "name": ["=1+1", "-x", "'quoted"], "cost": [1.5, 2.25, None]}),
        sales_orders=pl.DataFrame(
            {
                "order": ["S1"], "item": ["01"], "quantity": [0.1 + 0.2],
                "due": [dt.datetime(2026, 3, 2, 23, 59, 59)], "ordered": [dt.datetime(2026, 3, 1, 8, 30)],
            }
        ),
    )  # fmt: skip


def _changes(company: Company, found: Intake) -> dict[str, Difference]:
    """What an import would change, as the store sees it."""
    tables = found.tables.items()
    return {name: difference(TABLES[name], company[name], TableChange(frame)) for name, frame in tables}


def test_reading_an_export_changes_nothing(tmp_path):
    """Every row is unchanged, in a company that has it; every row is new in one that has none."""
    found = read(write_workbook(_small_company(), tmp_path / "company.xlsx"))
    fresh, again = _changes(Company.of(), found), _changes(_small_company(), found)
    assert {name: change.new for name, change in fresh.items()} == {"items": 3, "sales_orders": 1}
    assert all(change.empty for change in again.values())
    assert again["items"].unchanged == 3


def test_columns_a_file_does_not_have_stay_as_they_are(tmp_path):
    """A price list changes prices and nothing else."""
    (tmp_path / "items.csv").write_text("item,price\n01,9.5\nNEW,3\n")
    change = _changes(_small_company(), read(tmp_path / "items.csv"))["items"]
    assert (change.new, change.changed, change.before["item"].to_list()) == (1, 1, ["01"])
    row = change.after.row(by_predicate=pl.col("item") == "01", named=True)
    assert (row["name"], row["price"], row["cost"]) == ("=1+1", Decimal("9.5"), Decimal("1.5"))


def test_formulas_are_escaped_in_every_text(tmp_path):
    """No cell of an export begins like a formula."""
    path = write_workbook(_small_company(), tmp_path / "company")
    assert "'=1+1" in (path / "items.csv").read_text()
    assert "'-x" in (path / "items.csv").read_text()


def test_the_template_is_empty_for_import(tmp_path):
    """Its explanations and examples are no data, and every sheet is recognised as its table."""
    found = read(write_template(tmp_path / "template.xlsx"))
    assert not found.tables
    assert {problem.code for problem in found.problems if problem.severity != "info"} == {"nothing-read"}
    assert {sheet.table for sheet in found.recognition.sheets if sheet.table} == set(TABLES)


def test_a_plan_is_written_with_its_problems(tmp_path):
    """Times are those of the zone that was asked for."""
    plan = Plan.blank(Settings(as_of=dt.datetime(2026, 3, 2, tzinfo=dt.UTC)))
    path = Path(write_workbook(plan, tmp_path / "deep" / "plan.xlsx", zone="Europe/Berlin"))
    assert path.exists()
    assert write_workbook(plan, tmp_path / "plan").is_dir()


def test_a_company_without_rows_is_written(tmp_path):
    """And read back as nothing."""
    assert not read(write_workbook(Company.of(), tmp_path / "empty.xlsx")).tables
