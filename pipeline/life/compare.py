"""Two models on the same later cases, of which neither learnt: order, probabilities, tables and reasons."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from models import measure, split
from models.scorer import Scorer
from models.tracking import Version
from pipeline.core import registry, stage, versions
from pipeline.core.errors import Problem
from pipeline.core.params import Params
from pipeline.core.programme import Programme
from pipeline.life import retrain
from pipeline.model import cases as window
from pipeline.model.compare import Diff, diff
from pipeline.model.points import auc_difference

REASONS = 3


@dataclass(frozen=True)
class Comparison:
    """What came out; `figures` as in `compare.json`, `diff` None where a model has no tables."""

    candidate: Version
    champion: Version
    figures: dict[str, Any]
    diff: Diff | None
    y: np.ndarray
    scores: tuple[np.ndarray, np.ndarray]  # probabilities of champion and candidate


def run(programme: Programme, root: Path, knobs: Params, candidate: Version, champion: Version) -> Comparison:
    """Compares on the test window of the candidate's day, less what the champion may have learnt from.

    Raises Problem where the candidate's cases are not there or no case is later than both models.
    """
    home = cases_of(programme, root, candidate)
    since = max(learnt_until(candidate), learnt_until(champion))
    found, frame = later(programme, home, since)
    if not len(found):
        raise Problem(
            f"No case with a known outcome was lodged after both models had learnt ({since}); nothing can be compared."
        )
    y = found["label"].to_numpy(dtype=np.int8)
    old, new = Scorer(champion.model), Scorer(candidate.model)
    sides = {}
    raws, probability = [], []
    reasons: list[pd.DataFrame] = []
    for name, scorer in (("champion", old), ("candidate", new)):
        _known(scorer, frame, name)
        raw, p = scorer.score(frame)
        raws.append(raw)
        probability.append(p)
        reasons.append(scorer.reasons(frame, REASONS)[[f"reason_{i + 1}" for i in range(REASONS)]])
        figures = measure.probabilities(y, p, knobs.evaluate.bins, knobs.evaluate.replicates, knobs.run.seed)
        sides[name] = {**measure.auc(y, raw), **figures}
    value, low, high = auc_difference(y, raws[1], raws[0])
    learnt = window.learnt_from(programme, home)
    changed = (
        diff(old, new, learnt, knobs.model.points_to_double_odds)
        if old.tables is not None and new.tables is not None
        else None
    )
    figures = {
        "programme": programme.programme,
        "candidate": {"version": candidate.number, "model": candidate.tags["model"], "as_of": candidate.tags["as_of"]},
        "champion": {"version": champion.number, "model": champion.tags["model"], "as_of": champion.tags["as_of"]},
        "since": since, "n": len(y), "positives": int(y.sum()), **{f"of_{name}": side for name, side in sides.items()},
        "auc_difference": value, "auc_difference_low": low, "auc_difference_high": high,
        "auc_interval": "95 % DeLong, paired",
        "top_share": knobs.evaluate.top_share,
        "top_overlap": _overlap(found["case_id"], raws, knobs.evaluate.top_share),
        "questions_changed": None if changed is None else [
            {"features": [each.name for each in change.features], "kind": change.kind, "mean_points": change.mean}
            for change in changed.changes
        ],
        "reasons_changed": int((np.sort(reasons[0].to_numpy(str), axis=1) != np.sort(reasons[1].to_numpy(str), axis=1)).any(axis=1).sum()),
        "first_reason_changed": int((reasons[0]["reason_1"] != reasons[1]["reason_1"]).sum()),
    }  # fmt: skip
    return Comparison(candidate, champion, measure.rounded(figures), changed, y, (probability[0], probability[1]))


def learnt_until(version: Version) -> str:
    """The first day of lodging from which no case had a part in the model."""
    try:
        return version.tags["learnt_until"]
    except KeyError:
        raise Problem(
            f"Version {version.number} does not say until when it learnt; make it again with `qonys retrain`."
        ) from None


def cases_of(programme: Programme, root: Path, version: Version) -> Path:
    """The project folder with the cases of the day for which `version` was made; raises Problem where there is none."""
    as_of = version.tags["as_of"]
    for home in (retrain.place(root, programme, as_of), root):
        if holds(programme, home, version):
            return home
    raise Problem(
        f"The cases of {as_of} with which version {version.number} was made are not there; "
        f"make them again: `qonys retrain --programme {programme.programme} --as-of {as_of}`."
    )


def holds(programme: Programme, home: Path, version: Version) -> bool:
    """Whether the model in `home` is `version`, byte for byte."""
    model = stage.place(home, programme, "model")
    return model.is_dir() and registry.seal(registry.digests(model), versions.law(programme)) == version.digest


def later(programme: Programme, home: Path, since: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cases of the test window in `home` lodged on `since` or later, by id, and their features in the same order."""
    found, features = [], []
    for cases, columns in window.parts(programme, home):
        kept = ((cases["split"] == split.TEST) & (cases["lodged_on"] >= pd.Timestamp(since))).to_numpy(dtype=bool)
        found.append(cases[kept])
        features.append(columns[kept].drop(columns="case_id"))
    both = pd.concat(found, ignore_index=True), pd.concat(features, ignore_index=True)
    order = both[0]["case_id"].argsort(kind="stable")
    return both[0].iloc[order].reset_index(drop=True), both[1].iloc[order].reset_index(drop=True)


def _known(scorer: Scorer, frame: pd.DataFrame, name: str) -> None:
    if missing := sorted(set(scorer.schema.names) - set(frame.columns)):
        raise Problem(
            f"The {name} reads {', '.join(missing)}, which today's features do not have; it cannot be compared."
        )


def _overlap(case_id: pd.Series, raws: list[np.ndarray], share: float) -> float:
    """The share of the one model's top that is in the other's, too; equal scores go by case id."""
    taken = max(1, int(np.ceil(share * len(case_id) - 1e-9)))
    tops = [set(np.lexsort((case_id.to_numpy(str), -p))[:taken].tolist()) for p in raws]
    return len(tops[0] & tops[1]) / taken
