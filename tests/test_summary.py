import json
from pathlib import Path

import pytest

from pipeline import summary
from pipeline.core import programme
from pipeline.core.errors import Problem

RUN = {
    "as_of": "2016-09-30",
    "sources": {"decisions": {"read": 10, "accepted": 9, "quarantined": 1}},
    "stages": {"ingest": {"seconds": 2.0, "peak_mib": 300.0}, "rank": {"seconds": 1.0, "peak_mib": 100.0}},
}


def test_it_says_where_things_are_and_what_they_hold(tmp_path: Path):
    out = tmp_path / "data/out/perm_2016"
    out.mkdir(parents=True)
    (out / "run.json").write_text(json.dumps(RUN))
    (out / "ranked_list.xlsx").write_bytes(b"")
    (out / "metrics.json").write_text(json.dumps({"auc": 0.7, "auc_low": 0.6, "auc_high": 0.8}))
    text = "\n".join(summary.lines(programme.load("perm_2016"), tmp_path))
    assert "10 read = 9 accepted + 1 quarantined; 3 s, peak 300 MiB" in text
    assert "0.700 (0.600 to 0.800)" in text
    assert "ranked_list.xlsx" in text and "report.html" not in text
    assert "mlflow ui" in text


def test_before_any_run_it_says_how_to_start_one(tmp_path: Path):
    with pytest.raises(Problem, match="qonys run --programme perm_2016"):
        summary.lines(programme.load("perm_2016"), tmp_path)


def test_without_a_model_it_tells_of_the_gates_and_names_no_model(tmp_path: Path):
    out = tmp_path / "data/out/ca_fsw"
    out.mkdir(parents=True)
    gates = {
        "seconds": 1.0, "peak_mib": 90.0, "verdicts": {"PASS": 1200, "FAIL": 30, "UNKNOWN": 4},
        "gates": {"G08": {}}, "points": {"known": 1100, "interval": 134},
    }  # fmt: skip
    (out / "run.json").write_text(json.dumps({**RUN, "stages": {"gates": gates}}))
    text = "\n".join(summary.lines(programme.load("ca_fsw"), tmp_path))
    assert "gates: 1,200 files pass, 30 are held, 4 wait; points known exactly for 1,100" in text
    assert "no model in this programme" in text and "mlflow" not in text
