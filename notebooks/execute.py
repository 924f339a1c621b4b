"""Executes every notebook here on the results of the road and writes its `.ipynb` beside it (`make notebooks`)."""

import sys
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).resolve().parent
SOURCES = sorted(path for path in HERE.glob("*.py") if path.name != "execute.py")


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


def write(source: Path) -> None:
    """Executes `source` and writes the notebook; if a cell fails, the old one stays."""
    notebook = executed(source)
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
    notebook.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(notebook, source.with_suffix(".ipynb"))


def main() -> None:
    """Writes every notebook, or those named on the command line."""
    wanted = [HERE / f"{Path(name).stem}.py" for name in sys.argv[1:]] or SOURCES
    for number, source in enumerate(wanted, start=1):
        print(f"{number} of {len(wanted)}: {source.name}", flush=True)
        write(source)


if __name__ == "__main__":
    main()
