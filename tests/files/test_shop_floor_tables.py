"""Tools, maintenance, setters and overtime as small companies write them down, in English and German."""

import datetime as dt

import pytest

from quarterdeck.files import read
from tests.files.workbooks import column, workbook

ENGLISH = {
    "Machines": [["Machine", "Work centre"], ["Mill 1", "Mills"]],
    "Work centres": [["Work centre", "Setup crew"], ["Mills", "setting"]],
    "Employees": [["Employee", "Name"], ["E1", "Ann"]],
    "Skills": [["Employee", "Skill"], ["E1", "setting"]],
    "Items": [["Item", "Description", "Make or buy"], ["P1", "Cup", "make"]],
    "Routing": [["Item", "Op", "Work centre", "Run time", "Mould"], ["P1", 10, "Mills", 5, "T7"]],
    "Tools": [["Tool", "Count"], ["T7", 2]],
    "Maintenance plan": [
        ["Maintenance no", "Machine", "Earliest", "Latest", "Duration"],
        ["M1", "Mill 1", "2026-03-03 06:00", "2026-03-06 18:00", 4],
    ],
    "Shifts": [
        ["Calendar", "Shift", "Days", "Start", "End", "Overtime"],
        ["day", "week", "mon-fri", "06:00", "14:00", "no"],
        ["day", "saturday", "sat", "06:00", "12:00", "yes"],
    ],
}
GERMAN = {
    "Maschinen": [["Maschine", "Arbeitsplatz"], ["Mill 1", "Mills"]],
    "Arbeitsplätze": [["Arbeitsplatz", "Einrichter"], ["Mills", "setting"]],
    "Mitarbeiter": [["Mitarbeiter", "Bezeichnung"], ["E1", "Ann"]],
    "Fähigkeiten": [["Mitarbeiter", "Fähigkeit"], ["E1", "setting"]],
    "Artikel": [["Artikel", "Bezeichnung", "Beschaffungsart"], ["P1", "Becher", "make"]],
    "Arbeitsplan": [["Artikel", "AG", "Arbeitsplatz", "Stückzeit", "Werkzeug"], ["P1", 10, "Mills", 5, "T7"]],
    "Werkzeuge": [["Werkzeug", "Anzahl"], ["T7", 2]],
    "Wartungsplan": [
        ["Wartungsnummer", "Maschine", "frühestens", "spätestens", "Dauer"],
        ["M1", "Mill 1", "2026-03-03 06:00", "2026-03-06 18:00", 4],
    ],
    "Shifts": [
        ["Kalender", "Schicht", "Wochentage", "von", "bis", "Überstunden"],
        ["day", "week", "mon-fri", "06:00", "14:00", "nein"],
        ["day", "saturday", "sat", "06:00", "12:00", "ja"],
    ],
}


@pytest.mark.parametrize("sheets", [ENGLISH, GERMAN], ids=["English", "German"])
def test_the_shop_floor_is_understood_in_words_of_the_trade(tmp_path, sheets):
    """Nine sheets: what is a tool, who sets up, when a machine may be maintained, which shift is overtime."""
    found = read(workbook(tmp_path / "shop.xlsx", sheets))
    assert found.tables["tools"].select("tool", "units").rows() == [("T7", 2)]
    assert column(found, "operations", "tool") == ["T7"]
    assert column(found, "work_centres", "setup_skill") == ["setting"]
    assert column(found, "shifts", "overtime") == [False, True]
    wanted = ("M1", "Mill 1", dt.datetime(2026, 3, 3, 6), dt.datetime(2026, 3, 6, 18), 4.0)
    names = ("maintenance", "machine", "earliest_start", "latest_end", "duration_hours")
    assert found.tables["maintenance_windows"].select(names).rows() == [wanted]
    assert not [problem for problem in found.problems if problem.severity != "info"]
