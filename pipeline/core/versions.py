"""Versions by content: the same bytes have the same version, on any machine."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from pipeline.core import files
from pipeline.core.programme import Programme

SHORT = 12
_TOP = Path(__file__).resolve().parents[2]


def law(programme: Programme) -> str:
    """The programme's YAML files: law, sources, offices, calendar."""
    return files.digest(programme.files(), programme.folder)[:SHORT]


@cache
def code() -> str:
    """The three packages' Python files."""
    sources = [path for package in ("features", "models", "pipeline") for path in (_TOP / package).rglob("*.py")]
    return files.digest(sources, _TOP)[:SHORT]


def of(paths: Iterable[Path], root: Path) -> str:
    """Any other set of files (the exports, a model)."""
    return files.digest(paths, root)[:SHORT]
