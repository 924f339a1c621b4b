"""The stage `synthesize`."""

from datetime import date
from pathlib import Path

import pytest

from pipeline.core import params, programme
from pipeline.core.errors import Problem
from pipeline.core.stage import execute
from pipeline.stages import ingest
from pipeline.stages.synthesize import STAGE

TOP = Path(__file__).resolve().parents[2]


class Quiet:
    """Progress that keeps what it is told."""

    def __init__(self) -> None:
        self.steps: list[float] = []

    def say(self, text: str) -> None:
        """Nothing."""

    def step(self, done: float, text: str) -> None:
        """Remembers."""
        self.steps.append(done)


def test_it_applies_where_a_recipe_is_declared():
    assert STAGE.applies(programme.load("kz_2026"))
    assert not STAGE.applies(programme.load("perm_2016"))


def test_it_writes_the_exports_and_the_truth(tmp_path: Path):
    small = (
        (TOP / "params.yaml")
        .read_text(encoding="utf-8")
        .replace("past: 20000", "past: 200")
        .replace("open: 2000", "open: 40")
    )
    (tmp_path / "params.yaml").write_text(small, encoding="utf-8")
    described = programme.load("kz_2026")
    progress = Quiet()
    report = execute(STAGE, described, tmp_path, params.load(tmp_path), date(2026, 6, 30), "en", progress)
    files = {path.name for path in (tmp_path / described.raw).iterdir()}
    assert files == {source.file for source in described.tables.values()}
    assert {path.name for path in (tmp_path / "data/truth/kz_2026").iterdir()} == {
        "planted.csv",
        "probabilities.parquet",
    }
    assert set(report.figures["lines"]) == set(described.tables)
    assert "synthetic" in report.lines[0]
    assert progress.steps[-1] == 1.0


def test_the_plain_recipe_writes_exports_that_ingest_accepts(tmp_path: Path):
    small = (TOP / "params.yaml").read_text(encoding="utf-8").replace("open: 2000", "open: 150")
    (tmp_path / "params.yaml").write_text(small, encoding="utf-8")
    described, knobs = programme.load("au_skilled"), params.load(tmp_path)
    progress = Quiet()
    report = execute(STAGE, described, tmp_path, knobs, described.as_of, "en", progress)
    assert report.figures["lines"] == {"applications": 151}
    assert "SYNTHETIC" in report.lines[0]
    assert list((tmp_path / "data/truth/au_skilled").iterdir()) == []
    read = execute(ingest.STAGE, described, tmp_path, knobs, described.as_of, "en", progress)
    assert read.figures["sources"]["applications"]["accepted"] == 150


def test_an_unknown_recipe_is_said(tmp_path: Path):
    (tmp_path / "params.yaml").write_text((TOP / "params.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    described = programme.load("au_skilled")
    strange = described.model_copy(update={"synthetic": programme.Synthetic(recipe="clever")})
    with pytest.raises(Problem, match="with one of kz_2026, plain"):
        execute(STAGE, strange, tmp_path, params.load(tmp_path), described.as_of, "en", Quiet())
