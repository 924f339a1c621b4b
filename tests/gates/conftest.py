"""A copy of the kz_2026 programme that a test may spoil."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.core.programme import HOME, load
from pipeline.gates import rulebook


@pytest.fixture
def spoil(tmp_path: Path) -> Callable[..., rulebook.Rulebook]:
    """Copies the programme, replaces texts in one of its files (or adds a file) and loads the gates."""

    def change(file: str, *pairs: tuple[str, str], text: str | None = None) -> rulebook.Rulebook:
        folder = tmp_path / "spoilt"
        shutil.copytree(HOME / "kz_2026", folder)
        path = folder / file
        if text is not None:
            path.write_text(text, encoding="utf-8")
        for before, after in pairs:
            content = path.read_text(encoding="utf-8")
            assert before in content
            path.write_text(content.replace(before, after, 1), encoding="utf-8")
        return rulebook.load(load(str(folder)))

    return change
