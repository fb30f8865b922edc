"""Columns that a sheet carries for another table, and what sheets can do without."""

from __future__ import annotations

from quarterdeck.files import Corrections, read
from quarterdeck.files.carried import NEIGHBOURS
from quarterdeck.model import TABLES
from tests.files.workbooks import codes, column, workbook

PARTS = [
    ["Article no", "Description", "Purchase price", "Supplier", "Stock", "Reorder point"],
    ["OIL", "Olive oil", 18.5, "Oleificio", 40, 12],
    ["SALT", "Salt", 0.4, None, None, None],
]


def test_a_list_of_parts_carries_suppliers_stock_and_parameters(tmp_path):
    """Story: one list where the declarations have four tables; a part without supplier or stock gives no row there."""
    found = read(workbook(tmp_path / "a.xlsx", {"Articles": PARTS}))
    assert column(found, "items", "item") == ["OIL", "SALT"]
    assert found.tables["supply_options"].select("item", "supplier").rows() == [("OIL", "Oleificio")]
    assert found.tables["stock_lots"].select("item", "site", "quantity").rows() == [("OIL", "main", 40.0)]
    assert found.tables["item_sites"].select("item", "reorder_point").rows() == [("OIL", 12.0)]
    assert not found.problems
    assert found.provenance["stock_lots"]["row"].to_list() == [2]


def test_a_sheet_of_its_own_comes_before_what_is_carried(tmp_path):
    """What a list of parts says of stock is left out where there is a sheet for stock, and told."""
    own = [["item", "quantity"], ["OIL", 7]]
    found = read(workbook(tmp_path / "a.xlsx", {"Articles": PARTS, "Stock": own}))
    assert column(found, "stock_lots", "quantity") == [7]
    assert [(each.code, "Stock" in each.message) for each in found.problems] == [("column-ignored", True)]


def test_a_person_takes_a_carried_column_away_or_says_it(tmp_path):
    """Corrections: a column left out carries nothing; another is said to be the supplier."""
    rows = [["item", "name", "stock", "from"], ["OIL", "Olive oil", 40, "Oleificio"]]
    book = workbook(tmp_path / "a.xlsx", {"Items": rows})
    said = Corrections(columns={("Items", "stock"): "", ("Items", "from"): "supply_options.supplier"})
    found = read(book, said)
    assert "stock_lots" not in found.tables
    assert column(found, "supply_options", "supplier") == ["Oleificio"]
    how = {each.header: each.how for each in found.recognition.sheets[0].columns}
    assert how["from"] == how["stock"] == "corrected"


def test_a_faulty_cell_of_a_carried_column_is_told_where_it_stands(tmp_path):
    """Refusal: the stock that is no number, with its row and heading; the part itself is taken."""
    rows = [["item", "name", "stock"], ["OIL", "Olive oil", "many"], ["SALT", "Salt", 3]]
    found = read(workbook(tmp_path / "a.xlsx", {"Items": rows}))
    assert [(each.row, each.column, each.found) for each in found.problems] == [(2, "stock", "many")]
    assert column(found, "stock_lots", "item") == ["SALT"]
    assert column(found, "items", "item") == ["OIL", "SALT"]


def test_a_clinic_on_four_sheets(tmp_path):
    """Story: services with room, minutes and skill; staff known by name; visits without a quantity."""
    sheets = {
        "Services": [["Service", "Price", "Duration min", "Room", "Skill"], ["ECG", 60, 30, "Cardio", "nurse"]],
        "Rooms": [["Room", "Count"], ["Cardio", 2]],
        "Staff": [["Name", "Skill", "Hourly cost"], ["Cy", "nurse, ECG", 40], ["Di", "nurse", 42]],
        "Visits": [["Visit", "Patient", "Service", "Due"], ["V1", "Ann", "ECG", "2026-11-03"]],
    }
    found = read(workbook(tmp_path / "clinic.xlsx", sheets))
    assert found.tables["operations"].select("item", "sequence", "work_centre", "run_minutes", "skill").rows() == [
        ("ECG", 10, "Cardio", 30.0, "nurse")
    ]
    assert found.tables["person_skills"].rows() == [("Cy", "nurse"), ("Cy", "ECG"), ("Di", "nurse")]
    assert column(found, "work_centres", "units") == [2]
    assert found.tables["sales_orders"].select("order", "customer", "item", "quantity").rows() == [
        ("V1", "Ann", "ECG", 1.0)
    ]
    assert {each.code for each in found.problems} == {"code-from-name", "quantity-assumed"}


def test_hours_are_hours(tmp_path):
    """A heading that is nothing but a unit gives it: 40 hours of a task are 2400 minutes."""
    rows = [["Project", "Task", "Name", "Hours", "Skill"], ["APP", 1, "Design", 40, "designer"]]
    found = read(workbook(tmp_path / "tasks.xlsx", {"Tasks": rows}))
    assert column(found, "operations", "fixed_minutes") == [2400.0]


def test_a_quantity_that_may_be_there_is_not_assumed(tmp_path):
    """Refusal: a column of numbers that is not understood might be the quantity, so it is asked for."""
    rows = [["Order", "Item", "Due", "Bstmg"], ["S1", "A", "2026-11-03", 5]]
    found = read(workbook(tmp_path / "orders.xlsx", {"Sales orders": rows}))
    assert ("column-missing", None) in codes(found)
    assert "sales_orders" not in found.tables


def test_neighbours_name_declared_columns():
    """Law: each neighbour's columns, keys and needs are declared, and its key is given, shared or has a default."""
    for table, neighbours in NEIGHBOURS.items():
        for each in neighbours:
            declared = {column.name: column for column in TABLES[each.table].columns}
            given = {*each.columns, *each.shared, *each.constant}
            assert given <= set(declared)
            assert set(each.needs) | set(each.listed) <= set(each.columns)
            assert set(each.shared.values()) <= {column.name for column in TABLES[table].columns}
            assert all(key in given or declared[key].default is not None for key in TABLES[each.table].key)


def test_sheets_of_one_table_complete_each_other(tmp_path):
    """Story: prices on one sheet, shelf lives on another; where two sheets contradict each other both are told."""
    products = [["Product", "Price"], ["Rye", 5.2], ["Bun", 0.8]]
    more = [["Product", "Shelf life (days)", "Price"], ["Rye", 3, None], ["Bun", 1, 0.9]]
    found = read(workbook(tmp_path / "a.xlsx", {"Products": products, "Product list": more}))
    assert found.tables["items"].select("item", "shelf_life_days").rows() == [("Rye", 3.0)]
    assert {(each.code, each.key) for each in found.problems} == {("key-repeated", "Bun")}


def test_a_german_metalworker_on_six_sheets(tmp_path):
    """Story: abbreviated headings, machines that are work centres, order states in German, skills in one cell."""
    sheets = {
        "Lagerliste": [
            ["Artikelnr.", "Bezeichnung", "Lagerbestand", "Mindestbestand", "Lieferant", "EK-Preis", "VK-Preis"],
            ["T-1", "Tor", 1, None, None, None, "1.250,00"],
            ["R-40", "Rohr", 120, "50", "Huber", "6,80", None],
        ],
        "Stückliste": [["Baugruppe", "Komponente", "Menge"], ["T-1", "R-40", 14]],
        "Arbeitsplan": [
            ["Artikel", "AG", "Maschine", "Rüstzeit (min)", "Stückzeit (min)"],
            ["T-1", 10, "Säge", 15, 25],
        ],
        "Maschinen": [["Maschine", "Anzahl", "Stundensatz"], ["Säge", 2, "45,00"]],
        "Aufträge 2026": [
            ["Schlosserei Berger"],
            [],
            ["Auftragsnr.", "Kunde", "Artikel", "Menge", "Liefertermin", "Status"],
            ["A-1", "Bau AG", "T-1", 3, "12.11.2026", "in Arbeit"],
        ],
    }
    found = read(workbook(tmp_path / "shop.xlsx", sheets))
    assert not found.problems
    assert column(found, "operations", "work_centre") == column(found, "work_centres", "work_centre") == ["Säge"]
    assert column(found, "work_centres", "units") == [2]
    assert found.tables["sales_orders"].select("order", "status").rows() == [("A-1", "open")]
    assert [str(price) for price in column(found, "items", "price")] == ["1250.0000", "None"]
    assert found.tables["item_sites"].select("item", "safety_stock").rows() == [("R-40", 50.0)]


def test_a_bakery_with_recipes_and_daily_sales(tmp_path):
    """Story: products and ingredients on two sheets, recipes per unit, sales by day across."""
    days = [f"2026-10-0{day}" for day in range(1, 6)]
    sheets = {
        "Products": [["Product", "Price", "Shelf life", "Batch size"], ["Rye", 5.2, 3, 20]],
        "Ingredients": [["Ingredient", "Stock", "Unit", "Supplier", "Unit cost"], ["Flour", 180, "kg", "Mill", 0.7]],
        "Recipes": [["Product", "Ingredient", "Qty per unit", "Unit"], ["Rye", "Flour", 0.6, "kg"]],
        "Daily sales": [["Product", *days], ["Rye", 60, 58, 61, 0, 70]],
    }
    found = read(workbook(tmp_path / "bakery.xlsx", sheets))
    assert sorted(column(found, "items", "item")) == ["Flour", "Rye"]
    assert found.tables["bom_lines"].select("parent", "component", "quantity_per").rows() == [("Rye", "Flour", 0.6)]
    assert column(found, "stock_lots", "quantity") == [180]
    assert column(found, "demand_history", "quantity") == [60, 58, 61, 0, 70]
    assert not found.problems
