"""Pictures: drawn, and the same bytes each time."""

import numpy as np
import pandas as pd

from models import measure, plots, selective


def test_same_figures_same_bytes(tmp_path):
    generator = np.random.default_rng(0)
    p = generator.random(300)
    y = (generator.random(300) < p).astype(int)
    table, curve = measure.calibration_table(y, p, 5), measure.roc(y, p)
    for round_ in ("first", "second"):
        plots.calibration(table, "Invented", tmp_path / f"calibration-{round_}.png")
        plots.roc({"model": curve, "oldest first": curve, "other": curve}, "Invented", tmp_path / f"roc-{round_}.png")
        plots.scores(y, p, "Invented", tmp_path / f"scores-{round_}.png")
    for name in ("calibration", "roc", "scores"):
        first, second = ((tmp_path / f"{name}-{round_}.png").read_bytes() for round_ in ("first", "second"))
        assert first == second and first.startswith(b"\x89PNG")


def test_one_class_and_equal_scores_are_drawn(tmp_path):
    plots.scores(np.ones(4), np.full(4, 0.5), "Invented", tmp_path / "scores.png")
    plots.roc({"model": measure.roc(np.ones(4), np.full(4, 0.5))}, "Invented", tmp_path / "roc.png")
    plots.calibration(
        measure.calibration_table(np.ones(4), np.full(4, 0.5), 5), "Invented", tmp_path / "calibration.png"
    )
    assert len(list(tmp_path.iterdir())) == 3


def test_selective_labels_are_drawn_with_and_without_an_arm(tmp_path):
    generator = np.random.default_rng(0)
    label = generator.integers(0, 2, 200).astype(float)
    label[generator.random(200) < 0.2] = np.nan
    found = selective.figures(generator.random(200), label, 0.2)
    nothing = selective.figures(np.array([0.5]), np.array([np.nan]), 0.2)
    for name, arm in (("without", None), ("with", found), ("empty", nothing)):
        for round_ in ("first", "second"):
            plots.selective({**found, "arm": arm}, "Invented", tmp_path / f"{name}-{round_}.png")
        first, second = ((tmp_path / f"{name}-{round_}.png").read_bytes() for round_ in ("first", "second"))
        assert first == second and first.startswith(b"\x89PNG")
    assert (tmp_path / "without-first.png").read_bytes() != (tmp_path / "with-first.png").read_bytes()


def test_doubt_is_drawn_with_and_without_intervals_and_groups(tmp_path):
    score = np.linspace(0.1, 0.9, 5)
    bins = pd.DataFrame({"score": score, "low": score - 0.1, "high": score + 0.1, "observed": score})
    bins = bins.assign(observed_low=score - 0.05, observed_high=score + 0.05)
    group = {"attribute": "region", "n": 40, "share": 0.2, "low": 0.1, "high": 0.3, "gap_low": -0.1}
    groups = pd.DataFrame([{**group, "group": "a"}, {**group, "group": "b", "gap_low": 0.2, "share": 0.4}])
    for round_ in ("first", "second"):
        plots.doubt(bins, groups, 0.1, 0.05, "Invented", tmp_path / f"{round_}.png")
    first, second = ((tmp_path / f"{round_}.png").read_bytes() for round_ in ("first", "second"))
    assert first == second and first.startswith(b"\x89PNG")
    plots.doubt(bins, groups.assign(gap_low=np.nan), 0.1, 0.05, "Invented", tmp_path / "calm.png")
    assert (tmp_path / "calm.png").read_bytes() != first
    plots.doubt(bins.assign(low=np.nan, high=np.nan), groups[:0], 0.0, 0.05, "Invented", tmp_path / "none.png")
    assert (tmp_path / "none.png").exists()
