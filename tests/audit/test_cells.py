import numpy as np
import pytest

from pipeline.audit import cells, queue
from pipeline.audit.tally import Tally


def test_the_rest_is_everybody_else(count, knobs):
    found = {"selection": queue.metrics()["selection"]}
    frame = cells.frame(count(sex={"f": (10, 40), "m": (30, 60)}), found, ["sex"], knobs).set_index("group")
    assert frame.loc["f", ["own_n", "own_total", "rest_n", "rest_total"]].tolist() == [40, 10, 60, 30]
    assert frame.loc["f", "own_variance"] == pytest.approx(np.var([1] * 10 + [0] * 30, ddof=1))
    assert frame["comparisons"].tolist() == [1, 1]  # two groups are one comparison


def test_every_group_is_compared_with_all_others(count, knobs):
    found = {"selection": queue.metrics()["selection"]}
    tally = count(sex={"a": (10, 40), "b": (30, 60), "c": (1, 35), "d": (1, 5)})
    frame = cells.frame(tally, found, ["sex"], knobs).set_index("group")
    assert frame["tested"].to_dict() == {"a": True, "b": True, "c": True, "d": False}
    assert set(frame["comparisons"]) == {3}
    assert frame["suppressed"].to_dict() == {"a": False, "b": False, "c": True, "d": True}


def test_a_metric_nobody_has_keeps_its_groups(knobs):
    tally = Tally()
    tally.expect("sex", ["f", "m"])
    frame = cells.frame(tally, {"selection": queue.metrics()["selection"]}, ["sex"], knobs)
    assert frame["group"].tolist() == ["f", "m"]
    assert not frame["measured"].any()


def test_variants_of_a_metric():
    tally = Tally(cells={"gate_fail.G02": {}, "gate_fail.G01": {}, "gate_failure": {}})
    assert cells.variants(tally, "gate_fail") == ["gate_fail.G01", "gate_fail.G02"]
    assert cells.variants(tally, "score") == ["score"]
