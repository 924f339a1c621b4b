"""The register on disk: as the programme describes it, clean where nothing is planted, the same bytes every time."""

import gzip
import hashlib
import io
import json
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pyarrow.parquet as pq
import pytest

from features.columns import Column
from pipeline.core import programme
from pipeline.core.programme import Source
from pipeline.synthesize import register

SOURCES = programme.load("kz_2026").tables
AS_OF = date(2026, 6, 30)


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*.*")
    }


def make(folder: Path, **changes: object) -> dict[str, str]:
    arguments = {"past": 300, "open_": 60, "years": 2, "dirt": 0.02, "seed": 5, "as_of": AS_OF, **changes}
    register.write(folder / "raw", folder / "truth", **arguments)
    return digests(folder)


def clean(written: SimpleNamespace, source: Source) -> pd.DataFrame:
    """All rows that are not planted as bad, as texts."""
    path = written.raw / source.file
    text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text(encoding="utf-8")
    planted = pd.read_csv(written.truth / "planted.csv")
    bad = set(planted.loc[(planted["source"] == source.name) & (planted["expected"] == "quarantined"), "line"])
    kept = [line for number, line in enumerate(text.split("\n"), 1) if number not in bad and line]
    if source.format == "csv":
        return pd.read_csv(io.StringIO("\n".join(kept)), dtype=str, keep_default_na=False, na_values=[""])
    rows = [json.loads(line) for line in kept]
    frame = pd.json_normalize(rows).rename(
        columns={column.path: name for name, column in source.columns.items() if column.path}
    )
    return frame.reindex(columns=list(source.columns)).map(
        lambda value: None if pd.isna(value) else str(value).removesuffix(".0")
    )


def fits(values: pd.Series, column: Column) -> bool:
    present = values.dropna()
    if column.kind == "date":
        days = pd.to_datetime(present, format="%Y-%m-%d")
        return bool((days >= pd.Timestamp(str(column.low or "1900-01-01"))).all())
    if column.kind in ("integer", "number"):
        numbers = pd.to_numeric(present)
        low, high = column.low or 0, column.high if column.high is not None else 1e12
        return bool(numbers.between(float(low), float(high)).all())
    if column.kind == "boolean":
        return set(present.str.lower()) <= {"true", "false"}
    known = not column.codes or set(present) <= set(column.codes)
    return known and (not column.pattern or bool(present.str.fullmatch(column.pattern).all()))


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_rows_that_are_not_planted_meet_the_description(name: str, written: SimpleNamespace):
    source = SOURCES[name]
    rows = clean(written, source)
    assert list(rows.columns) == list(source.columns)
    for column, described in source.columns.items():
        assert fits(rows[column], described), column
        assert not described.required or rows[column].notna().all(), column
    for unique in [[source.key], *source.unique]:
        assert not rows.dropna(subset=unique).duplicated(unique).any()
    for column, other in source.refers.items():
        assert set(rows[column]) <= set(clean(written, SOURCES[other])[SOURCES[other].key])


def test_lines_are_counted(written: SimpleNamespace):
    assert set(written.lines) == set(SOURCES)
    text = (written.raw / "persons.csv").read_text(encoding="utf-8")
    assert written.lines["persons"] == text.count("\n")
    applications = clean(written, SOURCES["applications"])
    assert len(applications) == 3600
    outcomes = clean(written, SOURCES["outcomes"])
    assert outcomes["application_id"].nunique() == 3000 < len(outcomes)


def test_the_truth_covers_every_application(written: SimpleNamespace):
    truth = pq.read_table(written.truth / "probabilities.parquet").to_pandas()
    assert truth["application_id"].tolist() == clean(written, SOURCES["applications"])["application_id"].tolist()
    assert list(truth.columns) == ["application_id", "probability", "settles", "outcome"]


def test_same_seed_same_bytes_and_other_seed_other_bytes(tmp_path: Path):
    first = make(tmp_path / "a")
    assert make(tmp_path / "b") == first
    other = make(tmp_path / "c", seed=6)
    assert all(other[name] != digest for name, digest in first.items() if not name.endswith("offices.csv"))


def test_chunks_are_part_of_the_recipe_and_several_fit_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("pipeline.synthesize.plans.FILES_A_CHUNK", 100)
    make(tmp_path)
    folder = SimpleNamespace(raw=tmp_path / "raw", truth=tmp_path / "truth")
    for name in ("persons", "applications", "border_crossings", "outcomes", "questionnaires"):
        test_rows_that_are_not_planted_meet_the_description(name, folder)


def test_without_dirt_nothing_is_planted(tmp_path: Path):
    make(tmp_path, dirt=0.0)
    assert len(pd.read_csv(tmp_path / "truth/planted.csv")) == 0
    assert gzip.decompress((tmp_path / "raw/border_crossings.csv.gz").read_bytes()).endswith(b"\n")


@pytest.mark.parametrize(
    "changes", [{"past": 100, "open_": 10, "years": 1}, {"dirt": 0.2}, {"as_of": date(2027, 1, 15)}]
)
def test_extremes_are_written_too(tmp_path: Path, changes: dict[str, object]):
    make(tmp_path, **changes)
    folder = SimpleNamespace(raw=tmp_path / "raw", truth=tmp_path / "truth")
    for name in ("persons", "applications", "outcomes", "questionnaires"):
        test_rows_that_are_not_planted_meet_the_description(name, folder)
