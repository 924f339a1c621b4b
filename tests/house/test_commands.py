"""Every command says what it does, shows examples, and stands in the docs."""

from pathlib import Path

import typer
from typer.testing import CliRunner

from pipeline.cli import app

TOP = Path(__file__).resolve().parents[2]
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]


def test_each_command_has_help_and_examples():
    for name, command in COMMANDS.items():
        text = CliRunner().invoke(app, [name, "--help"], env={"COLUMNS": "200"}).output
        assert "Examples" in text and f"qonys {name}" in text, name
        assert command.help, name


def test_the_table_of_contents_names_every_command():
    text = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200"}).output
    assert all(name in text for name in COMMANDS)


def test_each_command_is_documented():
    page = (TOP / "docs" / "commands.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"`qonys {name}" not in page] == []


def test_a_planted_undocumented_command_would_be_found():
    page = (TOP / "docs" / "commands.md").read_text(encoding="utf-8")
    assert "`qonys undocumented" not in page
