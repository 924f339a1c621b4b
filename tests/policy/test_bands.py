"""Unreachable bands and holes are those that counting every file shows."""

from datetime import date
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.core.expressions import column
from pipeline.gates.records import Table
from pipeline.gates.rulebook import File
from pipeline.policy import bands

pytest_plugins = ["tests.policy.small"]
WORDS = {"kk": "а", "ru": "б", "en": "c"}
HERE = File(Path("points.yaml"), {})
CUTS = [
    "measure < 4",
    "measure >= 4",
    "measure > 20",
    "measure == 9",
    "measure < 12",
    'route == "family"',
    "kandas",
    "not kandas",
]


def table(conditions: list[str], add: str, unknown_when: str | None, dated: list[dict] | None = None) -> Table:
    row = {"points": 5, "status": "OFFICIAL", "source": "made up", "title": WORDS}
    periods = dated or [{"from": date(2024, 1, 1)}] * len(conditions)
    rows = [{"when": when, **row, **period} for when, period in zip(conditions, periods, strict=True)]
    criterion = {"title": WORDS, "measure": "size", "add": add, "bands": rows}
    return Table.model_validate(
        {
            "title": WORDS, "law": {"act": WORDS, "article": "1"}, "effective": {"from": date(2024, 1, 1)},
            "threshold": [{"from": date(2024, 1, 1), "value": 1, "source": "made up"}], "rounding": "none", "maximum": 5,
            "criteria": {"size": criterion | ({"unknown_when": unknown_when} if unknown_when else {})},
        }
    )  # fmt: skip


def told(counted, made: Table) -> list[str]:
    book, files, _ = counted
    return [each.sentence for each in bands.findings(files, book, made, HERE)]


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(CUTS), min_size=1, max_size=5, unique=True),
    st.sampled_from(["first", "all"]),
    st.sampled_from([None, "kandas", "not known(kandas)", "measure < 9"]),
)
def test_bands_and_holes_are_those_counted(counted, conditions, add, unknown_when):
    _, _, frame = counted
    made = table(conditions, add, unknown_when)
    criterion = made.criteria["size"]
    columns = {str(name): column(frame[name]) for name in frame.columns} | {"measure": column(frame["size"])}
    answers = [band.when.evaluate(columns) for band in criterion.bands]
    vague = criterion.unknown_when.evaluate(columns) if criterion.unknown_when else None
    clear = np.ones(len(frame), dtype=bool) if vague is None else vague.false
    said = told(counted, made)
    taken = np.zeros(len(frame), dtype=bool)
    for band, answer in zip(criterion.bands, answers, strict=True):
        reached = (answer.true & clear & (~taken if add == "first" else True)).any()
        assert reached == (not any(f"the band `{band.when.text}`" in each for each in said)), (band.when.text, said)
        taken |= answer.true & clear
    used = {name for each in criterion.conditions.values() for name in each.names} - {"measure"}
    known = frame[sorted(used)].notna().all(axis=1).to_numpy()
    hole = (known & clear & np.logical_and.reduce([answer.false for answer in answers])).any()
    assert any("no band covers" in each for each in said) == (hole and add == "first")


def test_a_band_must_be_reached_on_some_day_only(counted):
    """A band that a later one replaces is reached before, and a hole is named on the day from which it is there."""
    early, late = {"from": date(2024, 1, 1), "to": date(2024, 12, 31)}, {"from": date(2025, 1, 1)}
    always = {"from": date(2024, 1, 1)}
    said = told(counted, table(["measure < 4", "measure < 3", "measure >= 4"], "first", None, [early, late, always]))
    assert len(said) == 1
    assert "size: on 2025-01-01" in said[0] or "size: on 20" in said[0]
    assert "no band covers a file with size 3" in said[0]


def test_a_band_out_of_force_is_not_called_unreachable(counted):
    past = {"from": date(2020, 1, 1), "to": date(2020, 12, 31)}
    assert (
        told(counted, table(["measure < 4", "measure >= 1"], "first", None, [past, {"from": date(2024, 1, 1)}])) == []
    )
