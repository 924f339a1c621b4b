"""From counts to readings: values, gaps to everybody else, intervals and one of four verdict words."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from pipeline.audit import intervals
from pipeline.audit.cover import cover
from pipeline.audit.queue import Measure, Metric
from pipeline.audit.tally import EVERYBODY, Tally
from pipeline.core.params import Audit
from pipeline.core.programme import Programme

PASS, FAIL, FEW, NONE = VERDICTS = ("PASS", "FAIL", "NOT ENOUGH DATA", "NOT MEASURABLE")
DIGITS = 6

TOO_FEW = "Fewer cases than the smallest cell that may be shown."
REST_TOO_FEW = "There are too few other cases to compare with."
ALONE = "There is no other group to compare with."
OPEN = "The interval of the gap reaches over the limit: the true gap may be tolerable or not."
EMPTY = "No case is in this group."
REASONS = (TOO_FEW, REST_TOO_FEW, ALONE, OPEN, EMPTY)

_COVERED = (
    "numerator", "denominator", "value", "low", "high", "rest_value", "rest_low", "rest_high",
    "gap", "gap_low", "gap_high", "tolerance", "minimum_detectable_gap",
)  # fmt: skip
COLUMNS = (
    "metric", "attribute", "group", "n", *_COVERED, "gap_confidence", "verdict", "reason", "suppressed", "unit", "better",
)  # fmt: skip


def build(tally: Tally, found: Mapping[str, tuple[Metric, Measure]], params: Audit) -> pd.DataFrame:
    """One row a metric, attribute and group with `COLUMNS`, sorted by these three; and `base`, the metric's file.

    A gap is the group against all other cases with a value. `low`/`high` and `rest_*` hold at `params.confidence`;
    `gap_low`/`gap_high` at `gap_confidence`, which Holm's steps raise so that all groups of one metric and attribute
    together err with at most 1 - confidence. FAIL: the gap's interval lies wholly beyond the tolerance. PASS: wholly
    within. Otherwise NOT ENOUGH DATA. Cells below `params.smallest_cell` are covered (see `cover`): counts and values
    are missing, the verdict stays. NOT MEASURABLE: no case has a value, or there is no second group.
    """
    attributes = sorted(name for name in tally.rows if name != EVERYBODY)
    frames = [
        _family(tally, base, name, metric, attribute, params)
        for base, (metric, _) in found.items()
        for name in variants(tally, base)
        for attribute in attributes
    ]
    if not frames:
        return pd.DataFrame(columns=[*COLUMNS, "base"])
    rows = pd.concat(frames, ignore_index=True)
    for kind in ("share", "mean"):
        rows = _compare(rows, kind, params)
    rows = _verdicts(rows, params)
    rows.loc[rows["suppressed"], list(_COVERED)] = np.nan
    rows.loc[rows["rows_covered"], "n"] = np.nan
    rows = rows.sort_values(["metric", "attribute", "group"], kind="stable", ignore_index=True)
    return rows[[*COLUMNS, "base"]]


def variants(tally: Tally, base: str) -> list[str]:
    """The full names under which `base` was observed (`gate_fail.G01`, ...), or itself where it never was."""
    return sorted(name for name in tally.cells if name.partition(".")[0] == base) or [base]


def overall(tally: Tally, found: Mapping[str, tuple[Metric, Measure]], params: Audit) -> list[dict[str, Any]]:
    """One record a metric over the whole queue: metric, n, numerator, denominator, value, low, high, unit, better."""
    records = []
    for base, (metric, _) in found.items():
        for name in variants(tally, base):
            row = _family(tally, base, name, metric, EVERYBODY, params)
            row["denominator"], row["numerator"] = row["own_n"], row["own_total"]
            low, high = _own(row, metric.kind, 1 - params.confidence)
            values = row.assign(value=_value(row, "own"), low=low, high=high)
            small = values["own_n"] < params.smallest_cell
            values.loc[small, ["numerator", "denominator", "value", "low", "high"]] = np.nan
            kept = ["metric", "n", "numerator", "denominator", "value", "low", "high", "unit", "better"]
            records += records_of(values[kept])
    return sorted(records, key=lambda record: record["metric"])


def records_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as plain records: floats rounded to 6 digits, whole numbers as integers, missing as None."""
    records = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(name): _plain(value) for name, value in record.items()} for record in records]


def _plain(value: Any) -> Any:
    if isinstance(value, float | np.floating):
        rounded = round(float(value), DIGITS) + 0.0  # -0.0 becomes 0.0
        return int(rounded) if rounded.is_integer() else rounded
    return value.item() if isinstance(value, np.generic) else value


def _family(tally: Tally, base: str, name: str, metric: Metric, attribute: str, params: Audit) -> pd.DataFrame:
    """The groups of one metric and attribute with their own counts and those of the rest, and what must be covered."""
    cells = tally.frame(name, attribute)
    frame = pd.DataFrame(
        {"metric": name, "base": base, "attribute": attribute, "group": cells["group"], "n": cells["rows"].astype("float64")}
    )
    for side in ("own", "rest"):
        n, total, squares = (
            cells[column] if side == "own" else cells[column].sum() - cells[column] for column in ("n", "total", "squares")
        )
        frame[f"{side}_n"] = n.astype("float64")
        frame[f"{side}_total"] = total.astype("float64") * metric.step
        spread = [
            (count * square - whole**2) / (count * (count - 1)) if count > 1 else np.nan
            for count, whole, square in zip(n, total, squares, strict=True)
        ]
        frame[f"{side}_variance"] = np.array(spread, dtype="float64") * metric.step**2
    frame["rows_covered"] = cover(frame["n"].to_numpy(), params.smallest_cell)
    frame["suppressed"] = cover(frame["own_n"].to_numpy(), params.smallest_cell) | frame["rows_covered"]
    enough = (frame["own_n"] >= params.smallest_cell) & (frame["rest_n"] >= params.smallest_cell)
    frame["tested"] = enough
    # Two groups are one comparison seen from both sides.
    frame["comparisons"] = 1 if (frame["own_n"] > 0).sum() == 2 else enough.sum()
    frame["measured"] = frame["own_n"].sum() > 0
    frame["alone"] = (frame["own_n"] > 0).sum() == 1
    frame["kind"], frame["unit"], frame["better"] = metric.kind, metric.unit, metric.better
    frame["nothing"], frame["relative"] = metric.nothing, metric.tolerance == "relative"
    return frame


def _value(rows: pd.DataFrame, side: str) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return rows[f"{side}_total"].to_numpy() / rows[f"{side}_n"].to_numpy()


def _own(rows: pd.DataFrame, kind: str, error: float, side: str = "own") -> tuple[np.ndarray, np.ndarray]:
    n, total = rows[f"{side}_n"].to_numpy(), rows[f"{side}_total"].to_numpy()
    if kind == "share":
        return intervals.wilson(total, n, error)
    return intervals.mean(total, n, rows[f"{side}_variance"].to_numpy(), error)


def _compare(rows: pd.DataFrame, kind: str, params: Audit) -> pd.DataFrame:
    """Adds values, gaps and intervals to the rows of one kind of metric."""
    part = rows[rows["kind"] == kind]
    n, total, variance, rest_n, rest_total, rest_variance = (
        part[f"{side}_{column}"].to_numpy() for side in ("own", "rest") for column in ("n", "total", "variance")
    )
    value, rest = _value(part, "own"), _value(part, "rest")
    bound = np.where(part["relative"], params.tolerance * np.abs(rest), params.tolerance)
    error = 1 - params.confidence
    if kind == "share":
        errors = intervals.newcombe_error(total, n, rest_total, rest_n, bound)
        pooled = (total + rest_total + 1) / (n + rest_n + 2)
        spread = np.sqrt(pooled * (1 - pooled))
    else:
        errors = intervals.welch_error(value - rest, n, variance, rest_n, rest_variance, bound)
        spread = np.sqrt(rest_variance)
    levels = _levels(part, errors, error)
    if kind == "share":
        gap_low, gap_high = intervals.newcombe(total, n, rest_total, rest_n, levels)
    else:
        gap_low, gap_high = intervals.welch(value - rest, n, variance, rest_n, rest_variance, levels)
    low, high = _own(part, kind, error)
    rest_low, rest_high = _own(part, kind, error, "rest")
    with np.errstate(invalid="ignore"):
        found = intervals.detectable(spread, n, rest_n, bound, error / np.maximum(part["comparisons"], 1))
    added = pd.DataFrame(
        {
            "numerator": total, "denominator": n, "value": value, "low": low, "high": high,
            "rest_value": rest, "rest_low": rest_low, "rest_high": rest_high,
            "gap": value - rest, "gap_low": gap_low, "gap_high": gap_high, "gap_confidence": 1 - levels,
            "tolerance": bound, "minimum_detectable_gap": np.where(np.isfinite(found), found, np.nan),
        },
        index=part.index,
    )  # fmt: skip
    rows = rows.copy()
    for name in added:
        if name not in rows:
            rows[name] = np.nan
        rows.loc[part.index, name] = added[name]
    return rows


def _levels(part: pd.DataFrame, errors: np.ndarray, error: float) -> np.ndarray:
    """The error level of each row: Holm's steps within one metric and attribute, over the groups that are tested."""
    levels = np.full(len(part), np.nan)
    tested = part["tested"].to_numpy()
    families = part.reset_index(drop=True).groupby(["metric", "attribute"], sort=False)
    for positions in families.indices.values():
        chosen = positions[tested[positions]]
        comparisons = int(part["comparisons"].iloc[positions[0]])
        levels[positions] = error / max(comparisons, 1)
        levels[chosen] = intervals.holm(errors[chosen], error, comparisons)
    return levels


def _verdicts(rows: pd.DataFrame, params: Audit) -> pd.DataFrame:
    low, high, bound = (rows[name].to_numpy() for name in ("gap_low", "gap_high", "tolerance"))
    tested = rows["tested"].to_numpy()
    inside, beyond = (low > -bound) & (high < bound), (low > bound) | (high < -bound)
    measured, alone = rows["measured"].to_numpy(), rows["alone"].to_numpy() & (rows["own_n"] > 0).to_numpy()
    few = (rows["own_n"] < params.smallest_cell).to_numpy()
    cases = [~measured, alone, (rows["own_n"] == 0).to_numpy(), few, ~tested, beyond, inside]
    rows["verdict"] = np.select(cases, [NONE, NONE, FEW, FEW, FEW, FAIL, PASS], FEW)
    reasons = [rows["nothing"], ALONE, EMPTY, TOO_FEW, REST_TOO_FEW, "", ""]
    rows["reason"] = np.select(cases, [np.broadcast_to(np.asarray(reason, dtype=object), len(rows)) for reason in reasons], OPEN)
    return rows


def document(
    programme: Programme, as_of: date, params: Audit, tally: Tally, frame: pd.DataFrame, overall_: list[dict[str, Any]]
) -> dict[str, Any]:
    """The content of `readings.json`: plain records, nothing in it that is covered."""
    attributes = {}
    for attribute in programme.groups:
        sizes = np.array([count for _, count in sorted(tally.rows.get(attribute, {}).items())], dtype="float64")
        hidden = cover(sizes, params.smallest_cell)
        attributes[attribute] = {
            "groups": len(sizes), "suppressed_groups": int(hidden.sum()), "suppressed_rows": int(sizes[hidden].sum()),
            "title": dict(programme.groups[attribute].title),
        }  # fmt: skip
    return {
        "programme": programme.programme,
        "as_of": as_of.isoformat(),
        "status": programme.status,
        "confidence": params.confidence,
        "tolerance": params.tolerance,
        "smallest_cell": params.smallest_cell,
        "top_share": params.top_share,
        "rows": {"queue": tally.cases, "used": tally.cases},
        "attributes": attributes,
        "verdicts": {name: int((frame["verdict"] == name).sum()) for name in VERDICTS},
        "overall": overall_,
        "readings": records_of(frame[list(COLUMNS)]),
    }
