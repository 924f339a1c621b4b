"""The benchmark of the tables compares like with like: the same booster, the same rows, the same numbers."""

import numpy as np
import pytest

from models import tables
from pipeline import bench_scoring
from pipeline.core.errors import Problem


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(bench_scoring, "FORMS", ((20, 4), (30, 8)))


def test_the_section_has_a_row_a_form_with_both_ratios(small):
    text = bench_scoring.section(rows=30_000, explained=1_000)
    rows = [line for line in text.splitlines() if line.startswith("| 20 x 4 |") or line.startswith("| 30 x 8 |")]
    assert len(rows) == 2 and "30,000 made-up rows of 31 features" in text
    for row in rows:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert len(cells) == 9
        assert float(cells[6].replace(",", "")) > 1  # explaining from tables is the faster way at any size


def test_made_up_rows_have_gaps_and_are_the_same_again():
    x = bench_scoring.draw(2000, 5)
    np.testing.assert_array_equal(x, bench_scoring.draw(2000, 5))
    assert np.isnan(x[:, 0]).any() and not np.isnan(x[:, 3]).any()
    assert (x[:, 3] == bench_scoring.CODES + 1).any()


def test_the_made_up_model_reads_nearly_everything():
    read = set(bench_scoring.learn(*bench_scoring.FORMS[0]).trees_to_dataframe()["split_feature"].dropna())
    assert len(read) > 20


def test_numbers_that_differ_stop_the_benchmark(small, monkeypatch):
    real = tables.Lookup.margin
    monkeypatch.setattr(tables.Lookup, "margin", lambda self, x: real(self, x) + 1e-6)
    with pytest.raises(Problem, match="differ from the booster by 1"):
        bench_scoring.section(rows=2_000, explained=100)
