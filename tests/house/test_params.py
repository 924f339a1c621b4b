"""Every knob is turned by somebody: a parameter that no stage reads is dead."""

import ast
from pathlib import Path

from pipeline.core.params import Params

TOP = Path(__file__).resolve().parents[2]


def attributes(folders: tuple[str, ...] = ("pipeline", "models", "features")) -> set[str]:
    found: set[str] = set()
    for path in (path for folder in folders for path in (TOP / folder).rglob("*.py")):
        if path.name == "params.py":
            continue
        found |= {
            node.attr
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Attribute)
        }
    return found


def unused(fields: dict[str, list[str]], used: set[str]) -> list[str]:
    return [
        f"{section}.{name}"
        for section, names in fields.items()
        for name in names
        if name.rstrip("_") not in used and name not in used
    ]


def shipped() -> dict[str, list[str]]:
    return {section: list(field.annotation.model_fields) for section, field in Params.model_fields.items()}  # type: ignore[union-attr]


def test_every_parameter_is_read():
    assert unused(shipped(), attributes()) == []


def test_a_planted_dead_parameter_is_found():
    assert unused({"train": ["trees", "branches_nobody_reads"]}, attributes()) == ["train.branches_nobody_reads"]
