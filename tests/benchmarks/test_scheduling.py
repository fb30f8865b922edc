"""The benchmark runner reads every kind of published scheduling problem and the best known values beside it."""

import json
import zipfile

import pytest

from benchmarks.scheduling import main
from benchmarks.scheduling_complex import read_complex_shop
from benchmarks.scheduling_flow_shops import read_flow_shop
from benchmarks.scheduling_formats import Problem, UnknownFormatError, find_problems, read_problem
from benchmarks.scheduling_projects import read_project

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
    assert case.solve(20.0, 1, 1, lambda *_: None).value == 6


def test_projects_with_modes_are_read():
    """The fast mode costs more than there is, so that the slow one is taken: four and three periods."""
    case = read_project(_problem(PROGEN, ".mm"))
    assert (case.project.capacity, case.project.budget) == ((1,), (4,))
    assert [len(modes) for modes in case.project.modes] == [1, 2, 1, 1]
    result = case.solve(20.0, 2, 1, lambda *_: None)
    assert (result.value, case.faults(result.answer)) == (7, [])


def test_flow_shops_with_set_ups_are_read():
    """Work by job, then a matrix per machine: job 1 before job 0 saves the long set-up."""
    case = read_flow_shop(_problem(SETUPS))
    assert case.shop.setup.shape == (2, 2, 2)
    result = case.solve(0.1, 1, 1, lambda *_: None)
    assert (result.value, result.answer.order.tolist()) == (16, [1, 0])


def test_flow_shops_with_due_dates_are_read():
    """The due dates stand before the work times."""
    case = read_flow_shop(_problem(DUES))
    assert case.shop.due.tolist() == [7, 9]
    assert case.solve(0.1, 1, 1, lambda *_: None).value == 5


def test_complex_job_shops_are_read():
    """Both jobs go into the oven at once and are three late."""
    case = read_complex_shop(_problem(OVENS))
    assert case.solve(0.1, 1, 1, lambda *_: None).value == 2 * 3 + 1 * 3


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
    assert "mean gap" in capsys.readouterr().out
