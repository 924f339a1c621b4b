"""One reader of YAML, of the clock, of the parameters, of the truth; nothing is unpickled; nothing listens."""

import ast
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
# what -> the only files in which it may stand
ALLOWED = {
    "import ruamel": {"pipeline/core/yaml.py"},
    "import yaml": set(),
    "import time": {"pipeline/core/clock.py"},
    "call now": set(),
    "call today": set(),
    "call utcnow": set(),
    "import mlflow": {"models/tracking.py", "models/tracking_served.py", "models/tracking_trials.py"},
    "import great_expectations": {"pipeline/validate/suite.py"},
    "import pickle": set(),
    "import joblib": set(),
    "import cloudpickle": set(),
    "import socket": set(),
    "import http": set(),
    "import urllib": set(),
    "import requests": set(),
    "call eval": set(),
    "call exec": set(),
    "text params.yaml": {"pipeline/core/params.py"},
    "text truth": {"pipeline/core/stage.py", "pipeline/oracle.py", "pipeline/stages/synthesize.py"},
    "text probabilities.parquet": {
        "pipeline/oracle.py",
        "pipeline/synthesize/register.py",
        "pipeline/synthesize/truth.py",
    },
}


def found(source: str) -> set[str]:
    """Everything in `source` that the table above speaks of."""
    marks: set[str] = set()
    tree = ast.parse(source)
    prose = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                marks |= {f"import {name.name.split('.')[0]}" for name in names}
            case ast.ImportFrom(module=str(module), level=0):
                marks.add(f"import {module.split('.')[0]}")
            case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
                marks.add(f"call {name}")
            case ast.Constant(value=str(text)) if id(node) not in prose:
                for mark in ALLOWED:
                    kind, _, word = mark.partition(" ")
                    if kind == "text" and (text == word or text.startswith(f"{word}/") or text.endswith(f"/{word}")):
                        marks.add(mark)
    return marks & set(ALLOWED)


def sources() -> list[Path]:
    return sorted(path for package in ("features", "models", "pipeline") for path in (TOP / package).rglob("*.py"))


def test_each_stands_only_where_it_may():
    wrong = [
        f"{path.relative_to(TOP)}: {mark}"
        for path in sources()
        for mark in sorted(found(path.read_text(encoding="utf-8")))
        if path.relative_to(TOP).as_posix() not in ALLOWED[mark]
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("fault", "mark"),
    [
        ("import yaml", "import yaml"),
        ("from ruamel.yaml import YAML", "import ruamel"),
        ("from datetime import datetime\ndatetime.now()", "call now"),
        ("import pandas as pd\npd.Timestamp.today()", "call today"),
        ("import time", "import time"),
        ("def f():\n    import pickle", "import pickle"),
        ("from mlflow import log_metric", "import mlflow"),
        ("import great_expectations as gx", "import great_expectations"),
        ("open('params.yaml')", "text params.yaml"),
        ("ctx.read('truth')", "text truth"),
        ("ctx.read('truth/probabilities.parquet')", "text truth"),
        ("place(root, p, 'x/probabilities.parquet')", "text probabilities.parquet"),
        ("eval('1')", "call eval"),
    ],
)
def test_a_planted_fault_is_found(fault: str, mark: str):
    assert mark in found(fault)


def test_words_in_a_docstring_are_no_fault():
    assert found('"""Reads no truth."""') == set()
