"""The mapping of frePPLe's workbook: synthetic sheets, and the examples of its documentation where they are at hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from quarterdeck.files.mapping import apply_mapping, load_mapping, map_sheets
from quarterdeck.model import Company
from quarterdeck.model.checks import check
from quarterdeck.model.working_time import working_time

WORKBOOKS = Path(__file__).parents[4] / "shared" / "data" / "peer" / "workbooks"
NOW = pl.DataFrame({"name": ["currentdate"], "value": ["2026-03-02 00:00:00"]})


def table(text):
    """A sheet from lines of cells separated by ``|``."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    columns = list(zip(*lines[1:], strict=True)) if lines[1:] else [[] for _ in lines[0]]
    cells = {name: [cell or None for cell in column] for name, column in zip(lines[0], columns, strict=True)}
    return pl.DataFrame(cells, schema=dict.fromkeys(cells, pl.String))


def company(**sheets):
    """The company in these sheets; blanks in names written as underscores."""
    named = {name.replace("_", " "): table(text) for name, text in sheets.items()}
    mapped = map_sheets({"parameter": NOW, **named}, load_mapping("frepple"))
    assert {problem.severity for problem in mapped.problems} == {"info"}
    return Company.of(**mapped.frames)


DAYS = "monday | tuesday | wednesday | thursday | friday | saturday | sunday"
ITEMS = "name\ntable\npanel"


def test_a_time_per_operation_has_fixed_and_run_time():
    """Two hours an order and one an item; durations in seconds or as clock times."""
    made = company(
        item=ITEMS,
        operation="""name | type | item | duration | duration per unit | location
            make | time_per | table | 7200 | 1:00:00 | plant""",
    )
    step = made["operations"].row(0, named=True)
    assert (step["item"], step["routing"], step["fixed_minutes"], step["run_minutes"]) == ("table", "main", 120.0, 60.0)
    assert dict(made["items"].select("item", "source").iter_rows()) == {"table": "make", "panel": "buy"}
    assert made["sites"]["site"].to_list() == ["plant"]


def test_durations_are_days_where_the_parameter_says_so():
    """``excel_duration_in_days``."""
    sheets = {
        "parameter": pl.concat([NOW, pl.DataFrame({"name": ["excel_duration_in_days"], "value": ["true"]})]),
        "item": table(ITEMS),
        "supplier": table("name\nmill"),
        "itemsupplier": table("item | supplier | lead time\npanel | mill | 7"),
    }
    mapped = map_sheets(sheets, load_mapping("frepple"))
    assert mapped.frames["supply_options"]["lead_time_days"].to_list() == [7.0]


def test_a_routing_becomes_steps_in_order_and_its_materials_belong_to_them():
    """Grind, paint and dry by priority; each step consumes its own material, two tables come of one run."""
    made = company(
        item="name\ntable\npanel\npaint",
        operation="""name | type | item | location | owner | priority | duration
            build | routing | table | plant | | 1 |
            dry | fixed_time | | plant | build | 3 | 21600
            grind | fixed_time | | plant | build | 1 | 3600
            paint | fixed_time | | plant | build | 2 | 3600""",
        operation_material="""operation | item | quantity
            grind | panel | -2
            paint | paint | -0.5
            dry | table | 2""",
    )
    steps = made["operations"].sort("sequence")
    assert steps.select("sequence", "name", "routing").rows() == [
        (10, "grind", "main"),
        (20, "paint", "main"),
        (30, "dry", "main"),
    ]
    lines = {line["component"]: line for line in made["bom_lines"].iter_rows(named=True)}
    assert (lines["panel"]["quantity_per"], lines["panel"]["sequence"]) == (1.0, 10)
    assert (lines["paint"]["quantity_per"], lines["paint"]["sequence"]) == (0.25, 20)
    assert made["items"].filter(pl.col("item") == "paint")["decimals"].item() == 3


def test_the_preferred_alternate_is_the_main_routing():
    """Of alternates that with the smallest priority number, of a split that with the largest share."""
    operation = """name | type | item | location | owner | priority | duration
        way | {kind} | table | plant | | |
        one | fixed_time | | plant | way | 10 | 60
        two | fixed_time | | plant | way | 90 | 60"""
    alternate = company(item=ITEMS, operation=operation.format(kind="alternate"))["operations"]
    split = company(item=ITEMS, operation=operation.format(kind="split"))["operations"]
    assert dict(alternate.select("name", "routing").iter_rows()) == {"one": "main", "two": "two"}
    assert dict(split.select("name", "routing").iter_rows()) == {"two": "main", "one": "one"}


def test_members_of_a_resource_are_machines_and_further_resources_people():
    """Only machines with the skill count; efficiency is per cent."""
    made = company(
        item=ITEMS,
        operation="name | type | item | location | duration\nmake | fixed_time | table | plant | 60",
        resource="""name | owner | maximum | efficiency % | cost
            park | | 1 | |
            fast | park | 1 | 120 |
            slow | park | 1 | 80 |
            crew | | 1 | |
            Ann | crew | 1 | | 30""",
        resource_skill="resource | skill\nfast | tables\nAnn | tables",
        operation_resource="operation | resource | skill\nmake | park | tables\nmake | crew | tables",
    )
    assert made["work_centres"]["work_centre"].to_list() == ["park"]
    assert made["machines"].select("machine", "efficiency").rows() == [("fast", 1.2)]
    assert made["people"]["person"].to_list() == ["Ann"]
    assert made["operations"].select("work_centre", "skill").row(0) == ("park", "tables")
    assert {"person": "Ann", "skill": "tables", "level": 1.0} in made["person_skills"].to_dicts()
    assert not [problem for problem in check(made) if problem.severity == "error"]


def test_a_named_group_of_loads_is_a_choice():
    """The second resource of one name is an alternative, not a further need."""
    made = company(
        item=ITEMS,
        operation="name | type | item | location | duration\nmake | fixed_time | table | plant | 60",
        resource="name | maximum\nold | 2\nnew | 1",
        operation_resource="operation | resource | name | priority\nmake | old | either | 1\nmake | new | either | 2",
    )
    assert made["operation_alternates"].select("work_centre", "priority").rows() == [("new", 2)]
    assert dict(made["work_centres"].select("work_centre", "units").iter_rows()) == {"old": 2, "new": 1}
    assert made["people"].is_empty()


def test_calendar_buckets_become_shifts_and_exceptions():
    """Eight to five on weekdays with an hour's lunch, closed at Christmas: 40 working hours a week, 32 in that one."""
    made = company(
        item=ITEMS,
        location="name | available\nplant | hours",
        calendar="name | default value\nhours | 0",
        calendar_bucket=f"""calendar | value | priority | {DAYS} | start date | end date | start time | end time
            hours | 1 | 10 | 1 | 1 | 1 | 1 | 1 | 0 | 0 | 2000-01-01 | 2030-12-31 | 08:00:00 | 16:59:59
            hours | 0 | 9 | 1 | 1 | 1 | 1 | 1 | 0 | 0 | 2000-01-01 | 2030-12-31 | 12:00:00 | 12:59:59
            hours | 0 | 8 | 1 | 1 | 1 | 1 | 1 | 1 | 1 | 2025-12-25 | 2025-12-26 | 00:00:00 | 23:59:59""",
    )
    monday = int(dt.datetime(2025, 12, 15, tzinfo=dt.UTC).timestamp())
    week = 7 * 86_400
    hours = [
        int(working_time(made, "hours", "UTC", (start, start + week)).before[-1]) / 3600
        for start in (monday, monday + week)
    ]
    assert hours == [40.0, 32.0]


def test_distribution_and_delivery_become_lanes():
    """A lane for all items, and one for the time that the delivery operation takes."""
    made = company(
        item="name | owner | delivery operation\nall items | | \ntable | all items | ship",
        location="name\nplant\nshop",
        operation="""name | type | item | location | duration
            ship | fixed_time | | shop | 172800
            make | fixed_time | table | plant | 60""",
        item_distribution="item | location | origin | lead time\nall items | shop | plant | 86400",
        demand="name | item | location | due | status | quantity\nD1 | table | shop | 2026-03-20 | open | 3",
    )
    lanes = {(lane["from_site"], lane["to_site"]): lane for lane in made["lanes"].iter_rows(named=True)}
    assert (lanes["plant", "shop"]["item"], lanes["plant", "shop"]["transport_days"]) == ("", 1.0)
    assert lanes["shop", "shop delivery"]["transport_days"] == 2.0
    sources = dict(made["item_sites"].select("site", "source_site").iter_rows())
    assert sources == {"shop": "plant", "shop delivery": "shop"}
    assert made["sales_orders"]["site"].item() == "shop delivery"
    assert made["items"]["item"].to_list() == ["table"]


def test_orders_by_status():
    """Open ones are to be delivered, closed ones are history; whole shipment where it is asked."""
    made = company(
        item=ITEMS,
        sales_order="""name | item | location | due | status | quantity | minimum shipment | priority
            1 | table | plant | 2026-03-20 | open | 5 | 5 |
            2 | table | plant | 2026-03-20 | quote | 5 | 1 | 20
            3 | table | plant | 2026-02-20 | closed | 4 | |
            4 | table | plant | 2026-02-20 | closed | 2 | |
            5 | table | plant | 2026-03-20 | canceled | 9 | |""",
        purchase_order="""reference | item | location | supplier | quantity | status | receipt date
            P1 | panel | plant | mill | 9 | confirmed | 2026-03-09
            P2 | panel | plant | mill | 9 | proposed | 2026-03-09""",
        supplier="name\nmill",
        buffer="item | location | onhand | minimum\npanel | plant | 12 | 4",
    )
    rows = made["sales_orders"].select("order", "status", "ship_complete", "priority").rows()
    assert rows == [("1", "open", True, 1), ("2", "quote", False, 2)]  # no priority is the first of two
    assert made["demand_history"].select("date", "quantity").rows() == [(dt.date(2026, 2, 20), 6.0)]
    assert made["purchase_orders"]["order"].to_list() == ["P1"]
    assert made["stock_lots"]["quantity"].item() == 12.0
    assert made["item_sites"]["safety_stock"].item() == 4.0
    assert made.setting("as_of") == "2026-03-02 00:00:00"


def test_manufacturing_and_distribution_orders_are_open_supply():
    """Of a known operation, with the routing that it belongs to."""
    made = company(
        item=ITEMS,
        location="name\nplant\nshop",
        operation="name | type | item | location | duration\nmake | fixed_time | table | plant | 60",
        manufacturing_order="""reference | operation | quantity | status | start date | end date
            M1 | make | 3 | confirmed | 2026-03-01 | 2026-03-05
            M2 | make | 3 | proposed | 2026-03-01 | 2026-03-05""",
        distribution_order="""reference | item | origin | location | quantity | status | receipt date
            T1 | table | plant | shop | 2 | approved | 2026-03-08""",
    )
    assert made["work_orders"].select("order", "item", "routing", "status").rows() == [
        ("M1", "table", "order M1", "started")
    ]
    assert made["transfer_orders"].select("order", "from_site", "to_site").rows() == [("T1", "plant", "shop")]


def test_of_alternative_materials_the_preferred_one_is_taken():
    """Oak before pine; screws are no choice."""
    made = company(
        item="name\ntable\noak\npine\nscrews",
        operation="name | type | item | location | duration | post_time\nmake | fixed_time | table | plant | 60 | 7200",
        operation_material="""operation | item | quantity | name | priority
            make | pine | -1 | wood | 2
            make | oak | -1 | wood | 1
            make | screws | -8 | |""",
    )
    assert dict(made["bom_lines"].select("component", "quantity_per").iter_rows()) == {"oak": 1.0, "screws": 8.0}
    assert made["operations"]["buffer_hours"].to_list() == [2.0]


def test_unlimited_resources_are_nowhere_in_particular():
    """Infinite resources leave an operation to the one that counts per time bucket, or nowhere."""
    made = company(
        item=ITEMS,
        operation="name | type | item | location | duration\nmake | fixed_time | table | plant | 60",
        resource="name | type\ncloud | infinite\nweek | buckets_week",
        operation_resource="operation | resource\nmake | cloud\nmake | week",
    )
    assert made["work_centres"].select("work_centre", "counted").rows() == [("week", "by_week")]
    assert made["operations"]["work_centre"].to_list() == ["week"]


def test_a_calendar_of_the_maximum_gives_working_time_and_units():
    """Two machines on weekdays, none at the weekend."""
    made = company(
        item=ITEMS,
        operation="name | type | item | location | duration\nmake | fixed_time | table | plant | 60",
        resource="name | maximum calendar\nsaw | weekdays",
        operation_resource="operation | resource\nmake | saw",
        calendar="name | default value\nweekdays | 0",
        calendar_bucket=f"""calendar | value | {DAYS} | start date | end date
            weekdays | 2 | 1 | 1 | 1 | 1 | 1 | 0 | 0 | 2000-01-01 | 2030-12-31""",
    )
    assert made["work_centres"].select("calendar", "units").row(0) == ("weekdays", 2)
    assert made["shifts"]["weekdays"].to_list() == ["mon,tue,wed,thu,fri"]


def test_an_order_of_a_routing_is_open_supply():
    """The manufacturing order names the routing, not its steps."""
    made = company(
        item=ITEMS,
        operation="""name | type | item | location | owner | priority | duration
            build | routing | table | plant | | 1 |
            saw | fixed_time | | plant | build | 1 | 60""",
        manufacturing_order="""reference | operation | quantity | status | start date | end date
            M1 | build | 3 | approved | 2026-03-05 | 2026-03-07""",
    )
    assert made["work_orders"].select("order", "item", "status").rows() == [("M1", "table", "released")]


@pytest.mark.skipif(not WORKBOOKS.is_dir(), reason=f"needs the example workbooks in {WORKBOOKS}")
@pytest.mark.parametrize(
    "name",
    [
        "calendar-working-hours",
        "demand-policies",
        "forecast-method",
        "operation-routing",
        "operation-type",
        "resource-alternate",
        "resource-efficiency",
        "supplier-capacity",
    ],
)
def test_example_workbooks_are_read_without_fault(name):
    """Every sheet is understood; the company can be planned."""
    mapped = apply_mapping(WORKBOOKS / f"{name}.xlsx", "frepple")
    assert not [problem for problem in mapped.problems if problem.severity == "error"]
    made = Company.of(**mapped.frames)
    assert not [problem for problem in check(made) if problem.severity == "error"]
    assert made["sales_orders"].height + made["demand_history"].height > 0
    assert made.setting("as_of")
