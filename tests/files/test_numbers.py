"""Numbers as people write them."""

import polars as pl

from quarterdeck.files.fault import Reading
from quarterdeck.files.numbers import parse_numbers


def parsed(texts, kind):
    """Plain texts and the number of faults."""
    found = parse_numbers(pl.Series(texts, dtype=pl.String), Reading(kind), "")
    return found.plain.to_list(), len(found.faults)


def test_a_workbooks_own_numbers_do_not_forbid_a_typed_comma():
    """0.5 is how the file stores a number; 0,25 was typed as text."""
    assert parsed(["0.5", "0,25", None, "18,5", "3"], "xlsx") == (["0.5", "0.25", None, "18.5", "3"], 0)


def test_a_typed_point_beside_typed_commas_separates_thousands():
    """1.200 cannot be a stored number: those have no zeros at their end."""
    assert parsed(["0.5", "4,20", "1.200"], "xlsx") == (["0.5", "4.20", "1200"], 0)


def test_a_csv_with_both_signs_is_told():
    """In a CSV every cell was written the same way, so a mixture is a fault."""
    assert parsed(["1.5", "2.5", "0,25"], "csv")[1] == 1
