"""The benchmark of the ladder walks the road of a register and quotes its own seconds and memory."""

import pytest

from pipeline import bench_backtest
from pipeline.core import params
from pipeline.core.errors import Problem


def test_the_section_quotes_the_command_of_its_own_process(tmp_path):
    text = bench_backtest.section(tmp_path / "work", applications=4000)
    rows = {line.split("|")[1].strip(): line for line in text.splitlines() if line.startswith("| ")}
    assert "4,000 applications" in text and "SYNTHETIC" in text
    assert float(rows["wall s"].split("|")[2]) > 0
    assert 150 < float(rows["peak MiB"].split("|")[2].replace(",", "")) < 2000
    assert params.load(tmp_path / "work").backtest.splits == bench_backtest.SPLITS


def test_a_step_that_fails_stops_it(tmp_path):
    with pytest.raises(Problem, match="`qonys backtest` failed"):
        bench_backtest._run("backtest", tmp_path)
