"""Folders are scanned, nothing is registered by hand: sorted by name, duplicates stop the run."""

import importlib
import pkgutil
from types import ModuleType


def modules(package: str) -> list[ModuleType]:
    """Every module directly inside `package`, imported, in order of name; names with `_` in front are left out."""
    folder = importlib.import_module(package)
    names = sorted(found.name for found in pkgutil.iter_modules(folder.__path__) if not found.name.startswith("_"))
    return [importlib.import_module(f"{package}.{name}") for name in names]
