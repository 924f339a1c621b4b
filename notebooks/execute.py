"""Executes `tour.py` on the results of `make run` and writes `tour.ipynb` beside it (`make notebooks`)."""

from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).resolve().parent


def executed(source: Path) -> nbformat.NotebookNode:
    """The notebook with its outputs. Raises CellExecutionError where a cell fails."""
    notebook = jupytext.read(source)
    NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=300,
        record_timing=False,
        resources={"metadata": {"path": str(HERE)}},
    ).execute()
    return notebook


def main() -> None:
    """Writes the executed notebook; if a cell fails, the old one stays."""
    notebook = executed(HERE / "tour.py")
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
    notebook.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(notebook, HERE / "tour.ipynb")


if __name__ == "__main__":
    main()
