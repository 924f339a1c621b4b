import json
import shutil
from datetime import date
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from pipeline.core import tables
from pipeline.core.errors import Problem
from pipeline.core.messages import Words
from pipeline.core.programme import load
from pipeline.gates import cases, rulebook
from pipeline.policy import sensitivity, sensitivity_report

AU = load("au_skilled")
BOOK = rulebook.load(AU)
DAY = date(2026, 6, 30)


class Quiet:
    def say(self, text):
        pass

    def step(self, done, text):
        pass


def register(root, parts=1, files=300):
    """Puts an ingested queue of the Australian example under `root`: made-up files, some facts missing."""
    draw = np.random.default_rng(1)
    codes = {name: AU.tables["applications"].columns[take.column].codes for name, take in AU.facts.items()}
    rows = []
    for _ in range(files):
        row = {
            "birth_date": date(1980 + int(draw.integers(25)), 5, 1), "invited_on": date(2026, 3, 1),
            "overseas_years": int(draw.integers(9)), "australian_years": int(draw.integers(9)),
        }  # fmt: skip
        for name, kind in BOOK.kinds.items():
            if kind == "boolean":
                row[name] = bool(draw.integers(2))
            elif kind == "text":
                row[name] = str(draw.choice(codes[name]))
        if draw.integers(3) == 0:
            row["english"] = None
        rows.append(row)
    frame = cases.frame(BOOK, rows)
    frame[AU.case_id] = pd.array([f"S{number:09d}" for number in range(files)], dtype="str")
    frame[AU.cases.lodged_on] = pd.Timestamp(2026, 4, 1)
    for fact, take in AU.facts.items():
        if fact in frame:
            frame[take.column] = frame[fact]
    base = root / "data/interim/au_skilled"
    part = np.arange(files) % parts
    for number in range(parts):
        mine = frame[part == number].reset_index(drop=True)
        tables.write_frame(mine, tables.part_path(base / "tables/applications", number))
        queue = pd.DataFrame({"case_id": mine[AU.case_id], "office": "HOME", "queue": True})
        tables.write_frame(queue, tables.part_path(base / "cases", number))
    out = root / "data/out/au_skilled"
    out.mkdir(parents=True)
    (out / "run.json").write_text(json.dumps({"stages": {"features": {"as_of": DAY.isoformat()}}}))


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    made = tmp_path_factory.mktemp("root")
    register(made)
    return made


@pytest.fixture(scope="module")
def report(root):
    return sensitivity.measure(AU, root, Fraction(1, 10), Quiet())


def test_every_file_is_counted_once(report):
    assert report.base.sum() == 300 and (report.base[:3] > 0).all()
    assert (report.moved.sum(axis=(1, 2)) == 300).all()
    flips = report.flips.groupby("change", observed=False).size()
    assert [flips[change.name(report.share)] for change in report.changes] == report.counts().sum(axis=1).tolist()
    assert len(report.flips) > 20


def test_files_are_written_whole(root, report):
    folder = sensitivity_report.write(report, root, "en")
    assert folder == root / "data/out/au_skilled/policy/sensitivity"
    assert sorted(path.name for path in folder.iterdir()) == ["flips.csv", "index.html", "sensitivity.json"]
    assert [path.name for path in folder.parent.iterdir()] == ["sensitivity"]
    first = [path.read_bytes() for path in sorted(folder.iterdir())]
    sensitivity_report.write(report, root, "en")
    assert [path.read_bytes() for path in sorted(folder.iterdir())] == first
    listed = pd.read_csv(folder / "flips.csv", dtype=str)
    assert list(listed.columns) == ["case_id", "change", "before", "after"]
    assert set(listed["before"]) <= {"PASS", "FAIL", "UNKNOWN"} and (listed["before"] != listed["after"]).all()


def test_the_record_covers_small_counts_and_agrees_with_the_list(report):
    record = json.loads(json.dumps(sensitivity_report.document(report)))
    assert (record["programme"], record["share"], record["rounding"], record["files"]) == (
        "au_skilled",
        "1/10",
        "none",
        300,
    )
    by_name = report.flips.groupby(["change", "after"], observed=False).size()
    for change in record["changes"]:
        assert change["reaches"] in (None, by_name[change["change"], "PASS"])
        assert not 0 < (change["falls_below"] or 0) < 5
    first = record["changes"][1]
    assert (first["change"], first["kind"], first["from"], first["to"]) == ("threshold +10%", "threshold", 65, 71.5)
    assert any(change["kind"] == "cap" for change in record["changes"])


def test_parts_do_not_matter(tmp_path, root, report):
    register(tmp_path, parts=3)
    other = sensitivity.measure(AU, tmp_path, Fraction(1, 10), Quiet())
    assert sensitivity_report.document(other) == sensitivity_report.document(report)
    assert other.flips.to_csv() == report.flips.to_csv()


@pytest.mark.parametrize("lang", ["en", "ru", "kk"])
def test_the_lines_say_what_moves_most(report, lang):
    lines = sensitivity_report.lines(report, Words(lang))
    assert len(lines) == 1 + 2 * sensitivity_report.MOST
    assert Words(lang)("Threshold") in "".join(lines[1:])


def test_without_a_run_there_is_nothing_to_move(tmp_path):
    with pytest.raises(Problem, match="run `qonys ingest`"):
        sensitivity.measure(AU, tmp_path, Fraction(1, 10), Quiet())


def test_without_a_points_gate_on_that_day_there_is_nothing_to_move(tmp_path, root):
    shutil.copytree(root / "data", tmp_path / "data")
    (tmp_path / "data/out/au_skilled/run.json").write_text('{"stages": {"features": {"as_of": "2015-01-01"}}}')
    with pytest.raises(Problem, match="No gate of au_skilled asks for points on 2015-01-01"):
        sensitivity.measure(AU, tmp_path, Fraction(1, 10), Quiet())
