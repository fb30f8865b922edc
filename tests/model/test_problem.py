"""Problems as records."""

from quarterdeck.model import Problem
from quarterdeck.model.problem import problems_from_frame, problems_to_frame


def test_problems_survive_a_frame():
    """What is written is read again."""
    problems = (Problem("error", "a", "m", row=3, file="f.csv"), Problem("info", "b", "n", table="items", key="x"))
    assert problems_from_frame(problems_to_frame(problems)) == problems


def test_the_place_is_a_file_or_a_table():
    """A company's problem names table and key."""
    assert Problem("error", "a", "m", table="bom_lines", key="x").where == "bom lines, x"
