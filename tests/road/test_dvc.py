"""DVC runs what changed and nothing else; an edited feature, rule or parameter is never answered with a stale result."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.core import yaml

from .conftest import TOP, tree  # type: ignore[import-not-found]

BIN = Path(sys.executable).parent
# what `make run` asks for
ENDS = re.search(r"^ENDS := (.*)$", (TOP / "Makefile").read_text(encoding="utf-8"), re.MULTILINE).group(1).split()  # type: ignore[union-attr]


def call(root: Path, *command: str) -> str:
    environment = {
        **os.environ,
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "PYTHONPATH": str(root),
        "DVC_NO_ANALYTICS": "1",
    }
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What git tracks, as a project of its own, with a small register, walked once by DVC."""
    root = tmp_path_factory.mktemp("clone") / "project"
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=TOP,
        capture_output=True,
        check=True,
    )
    for name in tracked.stdout.decode().split("\0"):
        if name and (TOP / name).is_file() and not name.startswith(("tests/", "docs/img")):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(TOP / name, root / name)
    (root / "dvc.lock").unlink(missing_ok=True)
    edit(root / "params.yaml", "past: 20000", "past: 2500")
    edit(root / "params.yaml", "open: 2000", "open: 250")
    for command in (
        ["git", "init", "-q"],
        ["git", "add", "-A"],
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.invalid", "commit", "-qm", "t"],
    ):
        call(root, *command)
    call(root, "dvc", "repro", *ENDS)
    return root


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, (path, old)
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def would_run(root: Path) -> set[str]:
    lines = call(root, "dvc", "repro", "--dry", *ENDS).split("\n")
    return {line.split("'")[1].split("@")[0] for line in lines if line.startswith("Running stage")}


@pytest.mark.slow
@pytest.mark.xdist_group("dvc")
def test_make_run_asks_for_every_stage(clone: Path):
    stages = yaml.read(clone / "dvc.yaml")["stages"]
    (clone / "dvc.lock").rename(clone / "dvc.lock.aside")
    try:
        assert would_run(clone) == set(stages)
    finally:
        (clone / "dvc.lock.aside").rename(clone / "dvc.lock")
    assert (clone / "data/out/kz_2026/metrics.json").exists()


@pytest.mark.slow
@pytest.mark.xdist_group("dvc")
def test_a_second_run_changes_nothing(clone: Path):
    before = tree(clone / "data")
    assert would_run(clone) == set()
    call(clone, "dvc", "repro", *ENDS)
    assert tree(clone / "data") == before
    assert "data/" not in call(clone, "git", "status", "--short", "--", "data")


@pytest.mark.slow
@pytest.mark.xdist_group("dvc")
@pytest.mark.parametrize(
    ("file", "old", "new", "stages"),
    [
        ("params.yaml", "trees:", "trees: 1", {"train"}),
        ("features/language.py", '"""', '"""Changed. ', {"features"}),
        ("pipeline/core/expressions.py", '"""', '"""Changed. ', {"ingest", "gates"}),
        ("pipeline/programmes/kz_2026/points.yaml", "points: ", "points: 1", {"gates"}),
        ("pipeline/validate/checks.py", '"""', '"""Changed. ', {"ingest"}),
        ("requirements.lock", "pandas==", "pandas==9", {"synthesize", "ingest", "train"}),
        ("data/raw/kz_2026/persons.csv", "\n", "\n\n", {"synthesize", "ingest"}),
    ],
)
def test_an_edit_is_never_answered_with_a_stale_result(clone: Path, file: str, old: str, new: str, stages: set[str]):
    path = clone / file
    before = path.read_bytes()
    try:
        edit(path, old, new)
        assert stages <= would_run(clone)
    finally:
        path.write_bytes(before)


@pytest.mark.slow
@pytest.mark.xdist_group("dvc")
def test_a_stage_that_fails_fails_the_run_and_keeps_the_last_good_outputs(clone: Path):
    path = clone / "pipeline/programmes/kz_2026/programme.yaml"
    before, good = path.read_bytes(), tree(clone / "data")
    try:
        edit(path, "salt:", "slat:")
        with pytest.raises(AssertionError, match="slat|salt"):
            call(clone, "dvc", "repro", *ENDS)
        assert tree(clone / "data") == good
    finally:
        path.write_bytes(before)
