"""The lock is hashed and names no index; every dependency has its reason."""

import re
import tomllib
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
LOCK = (TOP / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))


def unpinned(lock: str) -> list[str]:
    blocks = re.split(r"\n(?=[a-z0-9])", lock.strip())
    return [block.split("\n")[0] for block in blocks if "==" not in block or "--hash=sha256:" not in block]


def names(requirements: list[str]) -> list[str]:
    return [re.split(r"[<>=\[;]", requirement)[0].strip().lower() for requirement in requirements]


def test_every_line_has_a_version_and_hashes_and_no_address():
    assert unpinned(LOCK) == []
    assert "://" not in LOCK and "index" not in LOCK.split("==")[0]


def test_a_planted_unpinned_line_is_found():
    assert unpinned(LOCK + "\nleftpad>=1\n") == ["leftpad>=1"]


def test_what_pyproject_asks_for_is_in_the_lock():
    for name in names(PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]):
        assert re.search(rf"^{re.escape(name)}==", LOCK, re.MULTILINE), name


def test_every_dependency_has_its_reason_in_the_architecture():
    page = (TOP / "docs" / "architecture.md").read_text(encoding="utf-8")
    for name in names(PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]):
        assert f"`{name}`" in page, name
