"""Executes `tour.py` on the results of `make run` and writes `tour.ipynb` beside it (`make notebooks`)."""

from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Raises CellExecutionError where a cell fails; the old notebook then stays."""
    notebook = jupytext.read(HERE / "tour.py")
    NotebookClient(
        notebook, timeout=300, kernel_name="python3", record_timing=False, resources={"metadata": {"path": str(HERE)}}
    ).execute()
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
    notebook.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(notebook, HERE / "tour.ipynb")


if __name__ == "__main__":
    main()
