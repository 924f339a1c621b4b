"""What the packages need beside Python is declared as package data, or an installed copy would lack it."""

import subprocess
import tomllib
from pathlib import Path, PurePosixPath

TOP = Path(__file__).resolve().parents[2]
GLOBS = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["package-data"][
    "pipeline"
]


def left_out(files: list[str]) -> list[str]:
    """Files (relative to the package) that no glob of the package data takes along."""
    flat = [glob.replace("**/", "*/" * depth) for glob in GLOBS for depth in range(4)]
    return [
        file
        for file in files
        if not any(PurePosixPath(file).match(f"/{glob}") or PurePosixPath("/", file).match(f"/{glob}") for glob in flat)
    ]


def test_every_file_goes_along():
    listed = subprocess.run(
        ["git", "ls-files", "pipeline"], cwd=TOP, capture_output=True, text=True, check=True
    ).stdout.split()
    files = [file.removeprefix("pipeline/") for file in listed if not file.endswith(".py")]
    assert len(files) > 40
    assert left_out(files) == []


def test_a_planted_file_of_another_kind_is_found():
    assert left_out(["templates/new.svg"]) == ["templates/new.svg"]
