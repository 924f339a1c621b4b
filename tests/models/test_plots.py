"""Pictures: drawn, and the same bytes each time."""

import numpy as np

from models import measure, plots


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
