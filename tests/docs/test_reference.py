"""The reference pages say what the code does."""

import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import typer

from quarterdeck.cli.main import app
from quarterdeck.model import Settings

ROOT = Path(__file__).parents[2]


def test_generated_pages_are_up_to_date():
    """Declarations changed? Run python tools/write_reference.py."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "write_reference.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_every_command_and_option_is_documented():
    """The page of the command line names all of them."""
    page = (ROOT / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
    group = typer.main.get_command(app)
    for name, command in group.commands.items():
        assert f"| `{name}" in page, name
        for parameter in command.params:
            for option in parameter.opts:
                if option.startswith("--"):
                    assert option in page, f"{name} {option}"


def test_every_planning_option_is_documented():
    """The page of planning options names all of them."""
    page = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    assert all(f"`{field.name}`" in page for field in fields(Settings))
