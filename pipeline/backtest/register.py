"""All that the backtest reads, held in memory once: cases, features, outcomes, and what offices can take."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from features import sets
from pipeline import oracle
from pipeline.backtest import capacity, points
from pipeline.core import stage, tables
from pipeline.core.errors import Problem
from pipeline.core.params import Backtest, Params
from pipeline.core.programme import Label, Programme

CASES = ["case_id", "office", "lodged_on", "decision_day", "known_on", "status", "label", "same"]


@dataclass(frozen=True)
class Register:
    """Every case that something is known of, lodged by `last`, in order of case id; frames and arrays of one length.

    A case is named by its place, `case_id` from 0, and so are `office` (in `offices`) and `matter` (`same`). `outcomes` are
    all rows about how the cases ended, by `rule`; `lodged` has office and day of every case, whatever became of it. `slots`: interviews a week by
    office, None without interviews. `points`: NaN but for the cases tested, None without a points table. `truth`: true probabilities, None on a real
    register. `last` is the last day of lodging that can be tested; `cadence` the parameters with what the programme has
    of its own.
    """

    programme: Programme
    cadence: Backtest
    as_of: date
    first: date
    last: date
    cases: pd.DataFrame
    features: pd.DataFrame
    described: list[dict[str, Any]]
    outcomes: pd.DataFrame
    rule: Label
    offices: list[str]
    office: np.ndarray
    matter: np.ndarray
    lodged: pd.DataFrame
    slots: np.ndarray | None
    points: np.ndarray | None
    truth: np.ndarray | None


def load(programme: Programme, root: Path, knobs: Params, step: Callable[[float, str], None]) -> Register:
    """Reads the tables of a run part by part. Raises Problem where a run is missing, or nothing can be learnt."""
    if programme.label is None:
        raise Problem(
            f"{programme.programme}: has no label, so nothing can be learnt and there is no ladder to measure."
        )
    folders = {name: stage.place(root, programme, f"interim/{name}") for name in ("cases", "features", "tables")}
    for path in folders.values():
        if not path.exists():
            raise Problem(f"{path.relative_to(root)}: missing; run the road first (`qonys run`).")
    as_of = _as_of(programme, root)
    law = points.table(programme, as_of)
    # who decided and under which law changes no label, and need not be read
    rule = programme.label.model_copy(update={"by": None, "law_version": None, "basis": None})
    last = (
        pd.Timestamp(as_of) - pd.DateOffset(months=rule.maturity_months) - pd.Timedelta(days=programme.cases.decision_after_days)
    ).date()  # fmt: skip
    cadence = knobs.backtest.model_copy(update=programme.backtest.model_dump(exclude_none=True))
    # the first retrain day that `rolling.retrain_days` can give: nothing lodged before it is ever tested
    oldest = pd.Timestamp(last) + pd.Timedelta(days=1) - pd.DateOffset(months=cadence.every_months * cadence.splits)
    described = sets.describe(programme.features)
    found: list[list[Any]] = [[], [], [], [], []]
    parts = tables.count_parts(folders["cases"])
    for part in range(parts):
        step(part / parts, f"part {part + 1} of {parts}")
        cases = tables.read_part(folders["cases"], part, CASES)
        features = tables.read_part(folders["features"], part)
        if not cases["case_id"].equals(features["case_id"]):
            raise Problem("interim/cases and interim/features differ; run the stage `features` again.")
        kept = ((cases["status"] != "open") & (cases["lodged_on"] <= pd.Timestamp(last))).to_numpy(dtype=bool)
        found[0].append(cases[["office", "lodged_on"]].astype({"office": "category"}))
        cases = cases[kept].reset_index(drop=True)
        found[1].append(cases)
        found[2].append(_small(features[kept], described))
        found[3].append(_outcomes(programme, rule, folders["tables"], part, cases["case_id"]))
        if law is not None:
            tested = (cases["status"] == "observed").to_numpy(dtype=bool) & (cases["lodged_on"] >= oldest).to_numpy()
            given = np.full(len(cases), np.nan)
            given[tested] = points.of_part(programme, law, folders["tables"], part, cases[tested], as_of)
            found[4].append(given)
    lodged, cases, features, outcomes = (_joined(frames) for frames in found[:4])
    if cases.empty:
        raise Problem(
            f"No case lodged by {last} has an outcome, so there is nothing to backtest; use a later as-of date."
        )
    order = cases["case_id"].argsort(kind="stable").to_numpy()
    cases, features = (frame.iloc[order].reset_index(drop=True) for frame in (cases, features))
    offices, truth = list(programme.offices.list_), oracle.probabilities(programme, root)
    if truth is not None:
        truth = truth.reindex(cases["case_id"])
    # from here on a case and a matter are numbers: texts are slow to compare
    ids = pd.Index(cases["case_id"])
    outcomes = outcomes.assign(case_id=ids.get_indexer(pd.Index(outcomes["case_id"])))
    office, matter = _numbers(cases["office"], offices), pd.factorize(cases["same"])[0]
    cases = cases.drop(columns="office").assign(case_id=np.arange(len(cases)), same=matter)
    return Register(
        programme, cadence, as_of, lodged["lodged_on"].min().date(), last, cases, features, described, outcomes, rule, offices,
        office, matter,
        lodged.assign(office=_numbers(lodged["office"], offices)), capacity.a_week(programme, root, as_of, knobs.schedule.weeks),
        np.concatenate(found[4])[order] if law is not None else None,
        truth.to_numpy(dtype=np.float64) if truth is not None else None,
    )  # fmt: skip


def _joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """One frame of all parts; the list is emptied, so that memory does not hold them twice."""
    whole = pd.concat(frames, ignore_index=True)
    frames.clear()
    return whole


def _small(features: pd.DataFrame, described: list[dict[str, Any]]) -> pd.DataFrame:
    """The features alone; numbers as the float32 that the model's matrix holds anyway."""
    numbers = {record["name"]: np.float32 for record in described if record["kind"] == "number"}
    texts = [record["name"] for record in described if record["kind"] != "number"]
    small = {name: features[name].to_numpy(dtype=kind, na_value=np.nan) for name, kind in numbers.items()}
    return pd.DataFrame({**small, **{name: features[name].to_numpy() for name in texts}})


def _outcomes(programme: Programme, rule: Label, folder: Path, part: int, case_id: pd.Series) -> pd.DataFrame:
    rows = tables.read_part(folder / rule.source, part, list(dict.fromkeys([programme.case_id, *rule.columns])))
    rows = rows.rename(columns={programme.case_id: "case_id"})
    return rows[rows["case_id"].isin(case_id)]


def _numbers(codes: pd.Series, known: list[str]) -> np.ndarray:
    return pd.Index(known).get_indexer(pd.Index(codes.astype("str")))


def _as_of(programme: Programme, root: Path) -> date:
    """The day of the last run."""
    record = stage.place(root, programme, "out/run.json")
    try:
        return date.fromisoformat(json.loads(record.read_text(encoding="utf-8"))["as_of"])
    except (OSError, ValueError, KeyError):
        raise Problem(f"{record.relative_to(root)}: no record of a run; run the road first (`qonys run`).") from None
