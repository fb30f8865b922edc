"""Negative lines of a bill of materials are read as by-products."""

from quarterdeck.files.intake import read


def test_negative_lines_and_a_sheet_of_by_products(tmp_path):
    """Story: logs go into boards, chips come back; a list of by-products says the rest."""
    (tmp_path / "items.csv").write_text("Item,Source\nBOARD,make\nLOG,buy\nCHIPS,\nDUST,\n")
    (tmp_path / "Bill of materials.csv").write_text("Parent,Component,Quantity\nBOARD,LOG,2\nBOARD,CHIPS,-0.5\n")
    (tmp_path / "By-products.csv").write_text("Product,By-product,Quantity per unit,Value\nBOARD,DUST,0.1,3\n")
    found = read(tmp_path)
    assert found.tables["bom_lines"].select("parent", "component", "quantity_per").rows() == [("BOARD", "LOG", 2.0)]
    rows = found.tables["co_products"].select("parent", "co_product", "quantity_per").sort("co_product").rows()
    assert rows == [("BOARD", "CHIPS", 0.5), ("BOARD", "DUST", 0.1)]
    assert [problem.code for problem in found.problems] == ["negative-is-by-product"]


def test_all_positive_lines_stay(tmp_path):
    """Refusal: nothing becomes a by-product without a sign; zero stays an error of the bill of materials."""
    (tmp_path / "bom.csv").write_text("Parent,Component,Quantity\nBOARD,LOG,2\nBOARD,NAIL,-0\n")
    found = read(tmp_path)
    assert "co_products" not in found.tables
    assert found.rejected["bom_lines"] == 1
