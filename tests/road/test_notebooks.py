"""The notebook runs from the first cell to the last on fresh results, and the committed one is made from its source."""

import importlib.util
import os
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


@pytest.mark.slow
@pytest.mark.xdist_group("small")
def test_the_tour_runs(small: Path, monkeypatch: pytest.MonkeyPatch):  # noqa: F811
    monkeypatch.setenv("QONYS_ROOT", str(small))
    monkeypatch.setenv("PYTHONPATH", f"{TOP}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    notebook = _module().executed(TOP / "notebooks/tour.py")
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert sum("image/png" in output.get("data", {}) for output in outputs) >= 8


def test_the_committed_notebook_is_the_source_executed():
    committed = nbformat.read(TOP / "notebooks/tour.ipynb", as_version=4)
    assert cells(committed) == cells(jupytext.read(TOP / "notebooks/tour.py")), "run `make notebooks`"
    assert all(cell.outputs or not cell.source.strip() for cell in committed.cells if cell.cell_type == "code")
    assert all("/home/" not in str(cell) and "Traceback" not in str(cell) for cell in committed.cells)
