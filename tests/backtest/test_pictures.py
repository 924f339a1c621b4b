"""Pictures: PNG, the same bytes again, other bytes for other figures; a gap where nothing can be said."""

from pipeline.backtest import pictures
from pipeline.backtest.pictures import Line

PNG = b"\x89PNG\r\n"
LINE = [(0.7, 0.65, 0.75), None, (0.72, 0.66, 0.78)]
DAYS = ["2023-01", "2023-04", "2023-07"]


def panels(lines):
    return [("expanding", DAYS, lines), ("sliding", DAYS, lines)]


def test_over_time_draws_every_rung_in_both_shapes():
    lines = [Line(place, f"rung {place}", LINE) for place in range(6)]
    wide, narrow = (pictures.over_time(panels(lines), "AUC", width) for width in (7.6, 3.9))
    assert wide.startswith(PNG) and narrow.startswith(PNG) and wide != narrow
    assert wide == pictures.over_time(panels(lines), "AUC", 7.6)
    assert wide != pictures.over_time(panels(lines[:5]), "AUC", 7.6)


def test_costs_and_precision():
    gaps = [(0.01, -0.01, 0.03), (0.0, -0.005, 0.005)]
    drawn = pictures.costs(["January", "together"], gaps, "AUC", 7.6)
    assert drawn == pictures.costs(["January", "together"], gaps, "AUC", 7.6) and drawn.startswith(PNG)
    assert drawn != pictures.costs(["January", "together"], gaps[::-1], "AUC", 7.6)
    ends = [(0.8, 0.75, 0.85), (0.9, 0.9, 0.9)]
    seen = pictures.precision(["a", "b"], ends, 0.7, ("seen", "chance"), "positive, %", 3.9)
    assert seen.startswith(PNG) and seen != pictures.precision(
        ["a", "b"], ends, 0.5, ("seen", "chance"), "positive, %", 3.9
    )
