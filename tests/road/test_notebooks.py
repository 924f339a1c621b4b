"""Every notebook runs from the first cell to the last on fresh results; the committed ones are made from their sources."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import jupytext
import nbformat
import pytest

from .test_runs import small  # type: ignore[import-not-found]  # noqa: F401

TOP = Path(__file__).resolve().parents[2]


def _module() -> ModuleType:
    """notebooks/execute.py, which is no package."""
    spec = importlib.util.spec_from_file_location("execute", TOP / "notebooks/execute.py")
    module = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]
    spec.loader.exec_module(module)  # type: ignore[union-attr]
    return module


def cells(notebook: nbformat.NotebookNode) -> list[tuple[str, str]]:
    return [(cell.cell_type, cell.source) for cell in notebook.cells]


PICTURES = {"backtest_reading": 2, "data_tour": 4, "error_analysis": 6, "retraining": 1, "tour": 8}  # at least
SOURCES = [path.stem for path in _module().SOURCES]


def test_every_notebook_is_known_here():
    assert sorted(PICTURES) == SOURCES


@pytest.fixture(scope="module")
def walked(small: Path) -> Path:  # noqa: F811
    """The small project with a backtest; so small a register says something only where few outcomes are asked for."""
    knobs = small / "params.yaml"
    text = knobs.read_text(encoding="utf-8")
    assert text.count("smallest: 20") == 1
    knobs.write_text(text.replace("smallest: 20", "smallest: 5"), encoding="utf-8")
    command = [sys.executable, "-m", "pipeline.cli", "backtest", "--root", str(small)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=TOP)
    assert done.returncode == 0, done.stderr
    return small


@pytest.mark.slow
@pytest.mark.xdist_group("small")
@pytest.mark.parametrize("name", SOURCES)
def test_it_runs(walked: Path, name: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("QONYS_ROOT", str(walked))
    monkeypatch.setenv("PYTHONPATH", f"{TOP}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    notebook = _module().executed(TOP / f"notebooks/{name}.py")
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert sum("image/png" in output.get("data", {}) for output in outputs) >= PICTURES[name]
    assert not any(output.get("name") == "stderr" and "Warning" in output["text"] for output in outputs)


@pytest.mark.parametrize("name", SOURCES)
def test_the_committed_notebook_is_the_source_executed(name: str):
    committed = nbformat.read(TOP / f"notebooks/{name}.ipynb", as_version=4)
    assert cells(committed) == cells(jupytext.read(TOP / f"notebooks/{name}.py")), "run `make notebooks`"
    told = [
        cell
        for cell in committed.cells
        if cell.cell_type == "code" and not cell.source.lstrip().startswith(("def ", "from "))
    ]
    assert sum(bool(cell.outputs) for cell in told) >= len(told) - 1
    assert all("/home/" not in str(cell) and "Traceback" not in str(cell) for cell in committed.cells)
    assert all(str(TOP) not in str(cell) for cell in committed.cells)
