"""Gathering rows: how cases were cut into parts changes no bit."""

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import matrix

DESCRIBED = [
    {"name": "points", "kind": "number", "monotone": 1, "meaning": "Points", "unit": ""},
    {"name": "trade", "kind": "category", "monotone": 0, "meaning": "Trade", "unit": ""},
]


def table(n: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    generator = np.random.default_rng(0)
    status = generator.choice(["observed", "censored", "open"], n, p=[0.7, 0.2, 0.1])
    labels = pd.array(generator.integers(0, 2, n), dtype="Int8")
    labels[status != "observed"] = pd.NA
    cases = pd.DataFrame(
        {
            "case_id": pd.Series([f"A{i:03d}" for i in range(n)], dtype="str"),
            "lodged_on": (np.datetime64("2024-01-01", "s") + generator.integers(0, 300, n).astype("timedelta64[D]")),
            "status": pd.Series(status, dtype="str"),
            "label": labels,
            "weight": generator.choice([1.0, 2.0], n),
            "same": pd.Series([f"P{i // 2:03d}" for i in range(n)], dtype="str"),
            "arm": generator.random(n) < 0.1,
            "split": pd.Series(
                np.where(status == "observed", generator.choice(["train", "test"], n), "none"), dtype="str"
            ),
        }
    )
    features = pd.DataFrame(
        {
            "case_id": cases["case_id"],
            "points": generator.integers(0, 9, n).astype("float32"),
            "trade": pd.Series(generator.choice(["a", "b", "c", None], n), dtype="str"),
        }
    )
    return cases, features


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 6), st.integers(0, 1000))
def test_parts_and_row_order_change_nothing(parts, seed):
    cases, features = table(120)
    order = np.random.default_rng(seed).permutation(120)
    place = np.random.default_rng(seed + 1).integers(0, parts, 120)

    def cut():
        for part in range(parts):
            rows = order[place[order] == part]
            yield cases.iloc[rows].reset_index(drop=True), features.iloc[rows].reset_index(drop=True)

    def whole():
        yield cases, features

    schema = matrix.learn_schema(whole, DESCRIBED, "train", 2)
    assert matrix.learn_schema(cut, DESCRIBED, "train", 2) == schema
    first, second = matrix.gather(whole, schema, "train"), matrix.gather(cut, schema, "train")
    for name in ("case_id", "x", "y", "lodged_on", "weight", "same", "arm"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))
    chosen = (cases["status"] == "observed") & (cases["split"] == "train")
    assert first.case_id.tolist() == cases.loc[chosen, "case_id"].tolist()
    assert first.y.tolist() == cases.loc[chosen, "label"].tolist()
    for name in ("weight", "same", "arm"):
        assert getattr(first, name).tolist() == cases.loc[chosen, name].tolist()


def test_a_window_can_be_a_rule_and_never_holds_what_is_not_observed():
    schema = matrix.learn_schema(lambda: iter([table(120)]), DESCRIBED, "train", 2)
    cases, _ = table(120)
    early = cases["lodged_on"] < "2024-05-01"
    rows = matrix.gather(lambda: iter([table(120)]), schema, lambda part: (part["lodged_on"] < "2024-05-01").to_numpy())
    assert rows.case_id.tolist() == cases.loc[early & (cases["status"] == "observed"), "case_id"].tolist()
    everything = matrix.gather(lambda: iter([table(120)]), schema, lambda part: np.ones(len(part), dtype=bool))
    assert len(everything.y) == (cases["status"] == "observed").sum()


def test_a_window_without_rows_is_empty_not_an_error():
    schema = matrix.learn_schema(lambda: iter([table(20)]), DESCRIBED, "train", 5)
    assert matrix.gather(lambda: iter([table(20)]), schema, "calibrate").x.shape == (0, 2)
