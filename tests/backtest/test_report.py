"""The files: the same bytes again, whole or not at all, figures that agree with the walk."""

import csv
import json

import pytest

from models.rolling import EXPANDING
from pipeline.backtest import report
from pipeline.core.errors import Problem


@pytest.fixture
def root(tmp_path):
    return tmp_path


def test_the_record_agrees_and_is_the_same_again(walked, verdicts, root):
    target = report.write(walked, verdicts, root, "en")
    first = {path.name: path.read_bytes() for path in target.iterdir()}
    assert set(first) == {"index.html", "backtest.json", "splits.csv", "auc.png", "cost.png", "precision.png"}
    report.write(walked, verdicts, root, "en")
    assert {path.name: path.read_bytes() for path in target.iterdir()} == first
    record = json.loads(first["backtest.json"])
    found = record["windows"][EXPANDING]
    assert found["picked"] == verdicts[EXPANDING].picked and found["rungs"]["additive"]["auc"] == pytest.approx(
        verdicts[EXPANDING].rungs["additive"]["auc"], abs=1e-6
    )
    assert "SYNTHETIC" in record["status"] and record["splits"][0]["learn"] > 0
    assert "second" not in record and "wall" not in json.dumps(record)


def test_the_table_has_a_line_a_split_and_rung(walked):
    rows = list(csv.DictReader(report.table(walked).splitlines()))
    assert len(rows) == 4 * 6
    for row in rows:
        assert float(row["precision_at_top_worst"]) <= float(row["precision_at_top_best"])
        assert (row["brier"] == "") == (row["rung"] in ("oldest_first", "statutory_points"))


def test_a_failure_leaves_the_earlier_files(walked, verdicts, root, monkeypatch):
    target = report.write(walked, verdicts, root, "en")
    before = {path.name: path.read_bytes() for path in target.iterdir()}

    def full(*values):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(report, "table", full)
    with pytest.raises(Problem, match="no space left"):
        report.write(walked, verdicts, root, "en")
    assert {path.name: path.read_bytes() for path in target.iterdir()} == before
    assert [path.name for path in target.parent.iterdir()] == ["backtest"]


def test_nothing_to_say_still_has_a_record_and_a_page(walked, root):
    nothing = {window: None for window in ("expanding", "sliding")}
    target = report.write(walked, nothing, root, "en")
    assert json.loads((target / "backtest.json").read_text())["windows"] == nothing
    assert "Cannot say" in (target / report.PAGE).read_text(encoding="utf-8")
