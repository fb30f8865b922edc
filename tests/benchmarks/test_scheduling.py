"""The benchmark runner reads every kind of published scheduling problem and the best known values beside it."""

import json
import zipfile

import numpy as np
import pytest

from benchmarks.scheduling import main
from benchmarks.scheduling_cases import read_case
from benchmarks.scheduling_complex import read_complex_shop
from benchmarks.scheduling_files import Problem, UnknownFormatError, find_problems
from benchmarks.scheduling_flow_shops import read_flow_shop
from benchmarks.scheduling_formats import read_problem
from benchmarks.scheduling_projects import read_project
from quarterdeck.disciplines.scheduling.attempts import quiet
from quarterdeck.disciplines.scheduling.incumbent import SearchLimits

PATTERSON = "4 1\n2\n0 1 2 2 3\n3 2 1 4\n3 2 1 4\n0 0 0\n".replace("0 1 2 2 3", "0 0 2 2 3")
PROGEN = """jobs  (incl. supersource/sink ):  4
RESOURCES
  - renewable                 :  1   R
  - nonrenewable              :  1   N
  - doubly constrained        :  0   D
************************************************************************
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          2           2   3
   2        2          1           4
   3        1          1           4
   4        1          0
************************************************************************
REQUESTS/DURATIONS:
jobnr. mode duration  R 1  N 1
------------------------------------------------------------------------
  1      1     0       0    0
  2      1     2       1    5
         2     4       1    0
  3      1     3       1    0
  4      1     0       0    0
************************************************************************
RESOURCEAVAILABILITIES:
  R 1  N 1
   1    4
************************************************************************
"""
SETUPS = "2\n2\n3 4\n5 6\n0 9\n1 0\n0 9\n1 0\n"
DUES = "2\n2\n7 9\n3 4\n5 6\n"
OVENS = "2 1 1\nTWT\n0 5 2 1 0\n0 5 1 1 0\n2\n1 0 8\n0\n"


def _problem(text, suffix=""):
    return Problem("name", "family", text, None, suffix)


def test_patterson_projects_are_read():
    """Two activities of three periods on two units that both need both: six."""
    case = read_project(_problem(PATTERSON, ".rcp"))
    assert case.project.capacity == (2,)
    assert [modes[0].duration for modes in case.project.modes] == [0, 3, 3, 0]
    assert case.project.successors == ((1, 2), (3,), (3,), ())
    assert case.solve(SearchLimits(20.0, 1, 1), quiet).value == 6


def test_projects_with_modes_are_read():
    """The fast mode costs more than there is, so that the slow one is taken: four and three periods."""
    case = read_project(_problem(PROGEN, ".mm"))
    assert (case.project.capacity, case.project.budget) == ((1,), (4,))
    assert [len(modes) for modes in case.project.modes] == [1, 2, 1, 1]
    result = case.solve(SearchLimits(20.0, 2, 1), quiet)
    assert (result.value, case.faults(result.answer)) == (7, [])


def test_flow_shops_with_set_ups_are_read():
    """Work by job, then a matrix per machine: job 1 before job 0 saves the long set-up."""
    case = read_flow_shop(_problem(SETUPS))
    assert case.shop.setup.shape == (2, 2, 2)
    result = case.solve(SearchLimits(0.1, 1, 1), quiet)
    assert (result.value, result.answer.order.tolist()) == (16, [1, 0])


def test_flow_shops_with_due_dates_are_read():
    """The due dates stand before the work times."""
    case = read_flow_shop(_problem(DUES))
    assert case.shop.due.tolist() == [7, 9]
    assert case.solve(SearchLimits(0.1, 1, 1), quiet).value == 5


def test_complex_job_shops_are_read():
    """Both jobs go into the oven at once and are three late."""
    case = read_complex_shop(_problem(OVENS))
    assert case.solve(SearchLimits(0.1, 1, 1), quiet).value == 2 * 3 + 1 * 3


@pytest.mark.parametrize(
    ("reader", "problem"),
    [
        (read_project, _problem("3 1\n2\n0 0 1 2\n3", ".rcp")),
        (read_project, _problem("REQUESTS/DURATIONS:\n1 1 1\n", ".mm")),
        (read_flow_shop, _problem("2\n2\n1 2\n")),
        (read_complex_shop, _problem("2 1 1\nTWT\n0 5 2 1 0\n")),
    ],
)
def test_a_text_that_ends_early_is_refused(reader, problem):
    """What is missing is said instead of guessed."""
    with pytest.raises(UnknownFormatError, match="Expected"):
        reader(problem)


def test_a_job_shop_is_of_no_other_kind():
    """The other readers leave it alone."""
    problem = _problem("2 2\n0 3 1 2\n1 2 0 4\n", ".txt")
    assert [reader(problem) for reader in (read_project, read_flow_shop, read_complex_shop)] == [None, None, None]


def test_a_flexible_shop_with_set_ups_is_refused():
    """What follows the jobs is not left out in silence."""
    with pytest.raises(UnknownFormatError, match="set-ups"):
        read_problem("1 1\n1 1 1 5\n3\n")


def test_best_values_are_found_by_kind(tmp_path):
    """Two kinds of problem use the same names; the folder tells them apart."""
    (tmp_path / "bks.csv").write_text("problem,instance,bks\nSDST-PFSP,1.txt,16\nTT-PFSP,1.txt,5\nCJS TWT,oven,9\n")
    with zipfile.ZipFile(tmp_path / "sdst-pfsp.zip", "w") as archive:
        archive.writestr("1.txt", SETUPS)
    with zipfile.ZipFile(tmp_path / "tt-pfsp.zip", "w") as archive:
        archive.writestr("1.txt", DUES)
        archive.writestr("2.txt", DUES)
        archive.writestr("results.csv", "not a problem")
    (tmp_path / "oven.cjs.input").write_text(OVENS)
    found = {(problem.family, problem.name): problem.best_known for problem in find_problems([tmp_path])}
    assert found[("tt-pfsp", "1")] == 5
    assert found[("sdst-pfsp", "sdst-pfsp")] == 16
    assert [best for (_, name), best in found.items() if name.startswith("oven")] == [9]
    assert len(found) == 4


def test_best_values_of_flow_shops_are_found_by_what_stands_in_them(tmp_path):
    """Names that are numbers, in a folder that tells no kind: due dates and set-ups tell it."""
    (tmp_path / "bks.csv").write_text("problem,instance,bks\nSDST-PFSP,1.txt,16\nTT-PFSP,1.txt,5\n")
    for folder, text in (("one", SETUPS), ("two", DUES)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "1.txt").write_text(text)
    assert [problem.best_known for problem in find_problems([tmp_path])] == [16, 5]


def test_projects_without_resources_are_read():
    """Patterson's form leaves the line of capacities out; the longest path is the answer."""
    case = read_project(_problem("4 0\n0 2 2 3\n3 1 4\n5 1 4\n0 0\n", ".rcp"))
    result = case.solve(SearchLimits(5.0, 2, 1), quiet)
    assert (case.project.capacity, result.value, result.bound) == ((), 5.0, 5.0)
    assert case.faults(result.answer) == []


def test_complex_shops_by_completion_are_read():
    """Weighted completion instead of tardiness: one oven of two takes both jobs at once, done at 8."""
    case = read_complex_shop(_problem(OVENS.replace("TWT", "TWC")))
    result = case.solve(SearchLimits(0.1, 1, 1), quiet)
    assert (case.shop.objective, result.value) == ("completion", 2 * 8 + 1 * 8)
    assert case.faults(result.answer) == []


def test_best_values_are_found_whatever_the_order_of_columns(tmp_path):
    """Columns in another order, a mark of the byte order, PSPLIB's own names, and no number where none is known."""
    rows = ("\ufeffsplit,ub,lb,Instance", "a,9,5,j30_1_7.rcp", "a,,,two", "a,open,,three", "a,4,,folder/four.txt")
    text = "\n".join(rows)
    (tmp_path / "bks.csv").write_text(text, encoding="utf-8")
    for name in ("j301_7.sm", "two.txt", "three.txt", "four.txt"):
        (tmp_path / name).write_text(PROGEN)
    found = {problem.name: problem.best_known for problem in find_problems([tmp_path])}
    assert found == {"j301_7": 9.0, "two": None, "three": None, "four": 4.0}


def test_what_cannot_be_read_is_named_and_the_rest_is_solved(tmp_path, capsys):
    """A blank member, a blank archive, prose and bytes are named; an archive in an archive is read; no gap is known."""
    inner = tmp_path / "inner.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("shop.txt", "2 2\n0 3 1 2\n1 2 0 4\n")
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.write(inner, "deep/inner.zip")
        archive.writestr("blank.sm", "x" * 500)
    inner.unlink()
    content = (tmp_path / "outer.zip").read_bytes().replace(b"x" * 500, bytes(500))
    (tmp_path / "outer.zip").write_bytes(content)
    (tmp_path / "zeros.zip").write_bytes(bytes(200))
    (tmp_path / "zeros.txt").write_bytes(bytes(200))
    (tmp_path / "letter.txt").write_text("Dear reader, nothing to schedule here.")
    rows = main([str(tmp_path), "--seconds", "0.1", "--json", str(tmp_path / "out.json")])
    assert [(row["value"], row["gap_percent"], row["checker_ok"]) for row in rows] == [(7.0, None, True)]
    named = capsys.readouterr().err
    assert all(word in named for word in ("blank.sm", "zeros.zip", "zeros:", "letter:"))


def test_only_names_instances(tmp_path):
    """A pattern of names, with or without the family."""
    (tmp_path / "plants").mkdir()
    for name in ("one", "two"):
        (tmp_path / "plants" / f"{name}.txt").write_text(DUES)
    assert [problem.name for problem in find_problems([tmp_path], "t*")] == ["two"]
    assert [problem.name for problem in find_problems([tmp_path], "plants/o*")] == ["one"]


@pytest.mark.parametrize(
    ("text", "rounds"),
    [(SETUPS, 3), (DUES, 3), (OVENS, 400), (PROGEN, 400), (PATTERSON, 400), ("2 2\n0 3 1 2\n0 2 1 4\n", 3)],
)
def test_the_same_seed_and_rounds_give_the_same(text, rounds):
    """Every kind of problem twice with counted rounds and two workers: the same values and answers."""
    suffix = ".rcp" if text == PATTERSON else ".txt"
    limits = SearchLimits(1e9, 2, 3, rounds)
    answers = []
    for _ in range(2):
        case = read_case(_problem(text, suffix))
        result = case.solve(limits, quiet)
        assert case.faults(result.answer) == []
        answers.append((result.value, result.bound, getattr(result.answer, "start", None)))
    assert answers[0][:2] == answers[1][:2]
    assert np.array_equal(answers[0][2], answers[1][2])


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("2 2\n0 3 1 2\n", "Expected 2 lines"),
        ("2 2\n0 3 1 x\n1 2 0 4\n", "whole numbers"),
        ("1 2\n0 3 1\n", "in turn"),
        ("1 2\n-1 -1\n", "in turn"),
    ],
)
def test_broken_job_shops_are_refused(text, word):
    """What is wrong is said."""
    with pytest.raises(UnknownFormatError, match=word):
        read_problem(text)


def test_flexible_shops_may_count_machines_from_nought_or_one():
    """Both ways of counting give the same shop."""
    one = read_problem("1 2\n2 2 1 5 2 4 1 2 3\n").arrays
    nought = read_problem("1 2\n2 2 0 5 1 4 1 1 3\n").arrays
    assert one.modes["pool"].tolist() == nought.modes["pool"].tolist() == [0, 1, 1]
    assert one.modes["work"].tolist() == [5, 4, 3]


def test_a_folder_of_all_kinds_gives_rows(tmp_path, capsys):
    """One row for each problem with the keys promised, all of them judged right."""
    (tmp_path / "bks_more.csv").write_text("instance,lb,ub\nproject.mm,6,7\n")
    (tmp_path / "project.mm").write_text(PROGEN)
    (tmp_path / "oven.cjs.input").write_text(OVENS)
    (tmp_path / "flow.txt").write_text(DUES)
    rows = main([str(tmp_path), "--seconds", "0.3", "--json", str(tmp_path / "out.json")])
    assert json.loads((tmp_path / "out.json").read_text()) == rows
    assert all(row["checker_ok"] for row in rows)
    assert {row["instance"]: row["gap_percent"] for row in rows}["project"] == 0.0
    assert {"instance", "family", "operations", "value", "bound", "best_known", "gap_percent", "first_s"} <= set(
        rows[0]
    )
    printed = capsys.readouterr().out
    assert "mean gap" in printed
    assert printed.count("late_explained_percent=100.0") == 2
    assert not any("late_explained_percent" in row for row in rows)
