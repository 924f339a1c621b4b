"""The two sides: what the champion learnt from, and the new intake; read from the tables of a run, part by part."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pipeline.core import stage, tables
from pipeline.core.errors import Problem
from pipeline.core.programme import Programme

if TYPE_CHECKING:
    from models.encode import Feature

CASES = ["case_id", "office", "lodged_on", "decision_day", "decided_on", "label", "queue"]


@dataclass(frozen=True)
class Side:
    """Cases lodged from `first` to `last`: features (rows, the model's columns), score and label (rows,); label NaN if none."""

    first: date
    last: date
    features: pd.DataFrame
    score: np.ndarray
    label: np.ndarray


@dataclass(frozen=True)
class Intake:
    """All that the checks need. `lodged`: office and day of every case, whatever became of it.

    `unripe` cases of the new intake are left out of `current`: their features are taken before the usual day, so
    anything counted in days would look changed. `fitted_on`: cases of the model's calibration window.
    """

    programme: Programme
    as_of: date
    model: str
    described: "list[Feature]"
    fitted_on: int
    reference: Side
    current: Side
    unripe: int
    lodged: pd.DataFrame


def load(programme: Programme, root: Path, first: date | None = None, last: date | None = None) -> Intake:
    """The reference and the queue, or the cases lodged from `first` to `last` (both included) where a day is given.

    The reference is every case lodged in the champion's training window, refused and withdrawn ones too: a new intake
    has them as well. Raises Problem where a run is missing or the window reaches into the reference.
    """
    from models.scorer import Scorer

    if programme.label is None:
        raise Problem(f"{programme.programme}: has no model, so there is nothing to watch.")
    places = [stage.place(root, programme, name) for name in ("model", "interim/cases", "interim/features")]
    for path in places:
        if not path.exists():
            raise Problem(f"{path.relative_to(root)}: missing; run the road first (`qonys run`).")
    as_of = day_of_run(programme, root)
    scorer = Scorer(places[0])
    until = date.fromisoformat(scorer.training["train_until"])
    if first is not None and first < until:
        raise Problem(
            f"The champion learnt from cases lodged before {until}; a new intake begins on that day or later, not on {first}."
        )
    if last is not None and last < (first or until):
        raise Problem(f"The window ends on {last}, before it begins on {first or until}; give a later --to.")
    asked = first is not None or last is not None
    window = (first or until, min(last or as_of, as_of))
    sides: list[list[pd.DataFrame]] = [[], []]
    lodged = []
    for cases, features in zip(tables.read_parts(places[1], CASES), tables.read_parts(places[2]), strict=True):
        if not cases["case_id"].equals(features["case_id"]):
            raise Problem("interim/cases and interim/features differ; run the stage `features` again.")
        day = cases["lodged_on"].to_numpy(dtype="datetime64[D]")
        new = (day >= np.datetime64(window[0])) & (day <= np.datetime64(window[1]))
        if not asked:
            new &= cases["queue"].to_numpy(dtype=bool)
        raw, score = scorer.score(features.drop(columns="case_id"))
        del raw
        whole = pd.concat([cases, features.drop(columns="case_id").add_prefix("x:")], axis=1).assign(score=score)
        sides[0].append(whole[day < np.datetime64(until)])
        sides[1].append(whole[new])
        lodged.append(cases[["office", "lodged_on"]])
    before, now = (pd.concat(parts, ignore_index=True) for parts in sides)
    if before.empty:
        raise Problem(
            f"No case was lodged before {until}, where the champion's training window ends; run the road again."
        )
    if not asked and len(now):
        window = (now["lodged_on"].min().date(), now["lodged_on"].max().date())
    ripe = _ripe(now, programme.cases.decision_after_days, as_of)
    return Intake(
        programme, as_of, scorer.sha256, scorer.schema.features, scorer.calibration.cases,
        _side(before, before["lodged_on"].min().date(), (pd.Timestamp(until) - pd.Timedelta(days=1)).date()),
        _side(now[ripe], *window), int((~ripe).sum()), pd.concat(lodged, ignore_index=True),
    )  # fmt: skip


def _side(rows: pd.DataFrame, first: date, last: date) -> Side:
    names = [name for name in rows.columns if name.startswith("x:")]
    features = rows[names].rename(columns={name: name.removeprefix("x:") for name in names}).reset_index(drop=True)
    label = rows["label"].to_numpy(dtype="float64", na_value=np.nan)
    return Side(first, last, features, rows["score"].to_numpy(dtype="float64"), label)


def _ripe(cases: pd.DataFrame, after_days: int, as_of: date) -> np.ndarray:
    """Whose features were taken on the usual day after lodging, or on that of their decision: not cut off by `as_of`."""
    due = cases["lodged_on"].to_numpy(dtype="datetime64[D]") + np.timedelta64(after_days, "D")
    return (due <= np.datetime64(as_of)) | cases["decided_on"].notna().to_numpy()


def day_of_run(programme: Programme, root: Path) -> date:
    """The day of the last run; raises Problem where there is no record of one."""
    record = stage.place(root, programme, "out/run.json")
    try:
        return date.fromisoformat(json.loads(record.read_text(encoding="utf-8"))["as_of"])
    except (OSError, ValueError, KeyError):
        raise Problem(f"{record.relative_to(root)}: no record of a run; run the road first (`qonys run`).") from None
