import json

import numpy as np
import pandas as pd

from pipeline.audit import document, queue, readings
from pipeline.audit.tally import Tally
from pipeline.core import programme

SELECTION = {"selection": queue.metrics()["selection"]}


def make(knobs, sizes: dict[str, int]) -> tuple[dict, Tally]:
    loaded = programme.load("perm_2016")
    groups = pd.DataFrame({name: [group for group, n in sizes.items() for _ in range(n)] for name in loaded.groups})
    tally = Tally()
    tally.add(groups, {"selection": np.arange(len(groups)) % 2.0}, {"selection": 1.0})
    frame, overall = readings.build(tally, SELECTION, knobs), readings.overall(tally, SELECTION, knobs)
    return document.document(loaded, loaded.as_of, knobs, tally, readings=frame, overall=overall), tally


def test_groups_add_up_to_the_queue(knobs):
    found, tally = make(knobs, {"a": 200, "b": 100, "c": 7, "d": 31})
    assert found["rows"] == {"queue": 338, "used": 338}
    for attribute, told in found["attributes"].items():
        shown = [row["n"] for row in found["readings"] if row["attribute"] == attribute]
        assert len(shown) == told["groups"] == 4
        assert shown.count(None) == told["suppressed_groups"] == 2
        assert sum(n for n in shown if n is not None) + told["suppressed_rows"] == 338
        assert sum(tally.rows[attribute].values()) == 338


def test_it_is_strict_json_with_rounded_numbers(knobs):
    found, _ = make(knobs, {"a": 200, "b": 100, "c": 7, "d": 31})
    text = json.dumps(found, allow_nan=False)
    assert json.loads(text) == found
    for row in found["readings"]:
        assert list(row) == list(readings.COLUMNS)
        assert all(value is None or round(value, 6) == value for value in row.values() if isinstance(value, float))
    assert [(row["metric"], row["attribute"], row["group"]) for row in found["readings"]] == sorted(
        (row["metric"], row["attribute"], row["group"]) for row in found["readings"]
    )


def test_status_and_day_travel_with_the_figures(knobs):
    found, _ = make(knobs, {"a": 40, "b": 60})
    assert found["status"].startswith("REAL public record")
    assert (found["programme"], found["as_of"], found["confidence"]) == ("perm_2016", "2016-09-30", 0.95)
    assert sum(found["verdicts"].values()) == len(found["readings"])


def test_missing_is_none_and_no_number_is_minus_zero():
    frame = pd.DataFrame(
        {"a": [np.nan, -1e-12, 2.0, 0.1234567], "b": ["x", "y", "z", "w"], "c": [True, False, True, True]}
    )
    assert document.records(frame) == [
        {"a": None, "b": "x", "c": True}, {"a": 0, "b": "y", "c": False}, {"a": 2, "b": "z", "c": True}, {"a": 0.123457, "b": "w", "c": True},
    ]  # fmt: skip
