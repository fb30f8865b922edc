"""What may stand in a code."""

import polars as pl

from quarterdeck.files.codes import placeholder_faults


def test_placeholders_are_no_codes():
    """Words that stand for a missing code are found; codes that only contain them are not."""
    found = placeholder_faults(pl.Series(["A-1", "n/a", "Unknown", "???", "NONESUCH", "N/A-7"]))
    assert found[0].mask.to_list() == [False, True, True, True, False, False]
    assert placeholder_faults(pl.Series(["A-1", "A-2"])) == []
