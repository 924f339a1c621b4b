"""A copy of the kz_2026 rules that a test may spoil."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.core.programme import HOME, Programme, load
from pipeline.gates import rulebook
from pipeline.gates.book import Rulebook


@pytest.fixture(scope="session")
def kz() -> Programme:
    return load("kz_2026")


@pytest.fixture(scope="session")
def book(kz: Programme) -> Rulebook:
    return rulebook.load(kz)


@pytest.fixture
def spoil(tmp_path: Path, kz: Programme) -> Callable[..., Programme]:
    """Copies gates, cases and points, replaces texts in one file (or writes it anew) and gives the spoilt programme."""

    def change(file: str, *pairs: tuple[str, str], text: str | None = None) -> Programme:
        folder = tmp_path / "spoilt"
        for part in ("gates", "cases"):
            shutil.copytree(HOME / "kz_2026" / part, folder / part)
        shutil.copy(HOME / "kz_2026" / "points.yaml", folder)
        path = folder / file
        if text is not None:
            path.write_text(text, encoding="utf-8")
        for before, after in pairs:
            content = path.read_text(encoding="utf-8")
            assert before in content
            path.write_text(content.replace(before, after, 1), encoding="utf-8")
        return kz.model_copy(update={"folder": folder})

    return change
