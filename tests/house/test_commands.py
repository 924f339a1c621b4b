"""Every command says what it does, shows examples, and stands in the docs."""

from pathlib import Path

import typer
from typer.testing import CliRunner

from pipeline.cli import app

TOP = Path(__file__).resolve().parents[2]


def commands(group, before=""):
    """Name -> command, also of commands that stand in a group (`policy check`)."""
    found = {}
    for name, command in group.commands.items():
        inner = getattr(command, "commands", None)
        found |= {before + name: command} if inner is None else commands(command, f"{before}{name} ")
    return found


COMMANDS = commands(typer.main.get_command(app))


def test_the_commands_of_a_group_are_found():
    assert {"run", "policy check", "policy explain"} <= set(COMMANDS)


def test_each_command_has_help_and_examples():
    for name, command in COMMANDS.items():
        text = CliRunner().invoke(app, [*name.split(), "--help"], env={"COLUMNS": "200"}).output
        assert "Examples" in text and f"qonys {name}" in text, name
        assert command.help, name


def test_the_table_of_contents_names_every_command():
    for group in {name.rpartition(" ")[0] for name in COMMANDS}:
        text = CliRunner().invoke(app, [*group.split(), "--help"], env={"COLUMNS": "200"}).output
        assert all(name.rpartition(" ")[2] in text for name in COMMANDS if name.rpartition(" ")[0] == group)


def test_each_command_is_documented():
    page = (TOP / "docs" / "commands.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"`qonys {name}" not in page] == []


def test_a_planted_undocumented_command_would_be_found():
    page = (TOP / "docs" / "commands.md").read_text(encoding="utf-8")
    assert "`qonys undocumented" not in page
