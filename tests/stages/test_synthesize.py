"""The stage `synthesize`."""

from datetime import date
from pathlib import Path

from pipeline.core import params, programme
from pipeline.core.stage import execute
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
