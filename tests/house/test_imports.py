"""The contracts of pyproject.toml hold, and each bites on a planted fault."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(folder)}
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for package in ("pipeline", "features", "models"):
        shutil.copytree(TOP / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(TOP / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_hold():
    done = lint(TOP)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("features/columns.py", "import models.split"),
        ("models/split.py", "import pipeline.core.clock"),
        ("pipeline/gates/__init__.py", "import pipeline.rank"),
        ("pipeline/core/clock.py", "import pipeline.stages"),
        ("pipeline/newfolder/__init__.py", ""),
        ("models/split.py", "import mlflow"),
        ("pipeline/rank/__init__.py", "import great_expectations"),
        ("pipeline/gates/__init__.py", "import ruamel.yaml"),
    ],
)
def test_a_planted_import_is_found(copy: Path, file: str, line: str):
    path = copy / file
    path.parent.mkdir(exist_ok=True)
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(f"{text}\n{line}\n", encoding="utf-8")
    done = lint(copy)
    assert done.returncode != 0, done.stdout
    assert (
        "BROKEN" in done.stdout
        or "not listed" in done.stdout + done.stderr
        or "missing" in (done.stdout + done.stderr).lower()
    )
