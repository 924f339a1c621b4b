"""How close the model comes to the best possible one: the only reader of the synthetic register's truth.

No stage imports this module or reads its folder; a house test sees to it.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.core import tables
from pipeline.core.errors import Problem
from pipeline.core.programme import Programme
from pipeline.core.stage import place


def _path(programme: Programme, root: Path) -> Path:
    return place(root, programme, "truth/probabilities.parquet")


def probabilities(programme: Programme, root: Path) -> pd.Series | None:
    """The true probability of each case by its id; None for a register that nobody made up."""
    if not _path(programme, root).exists():
        return None
    known = pd.read_parquet(_path(programme, root)).rename(columns={programme.case_id: "case_id"})
    return known.set_index("case_id")["probability"]


def regret(truth: np.ndarray, score: np.ndarray, office: np.ndarray, seats: np.ndarray) -> float | None:
    """How far the mean true probability of the cases seen lies below the best that was possible with the same seats.

    `truth` and `score` (n,), `office` (n,) a number from 0, `seats` (offices,) how many cases each office sees: the best
    by score; among equal scores it is chance, so their mean counts. None where no office has a seat.
    """
    best = achieved = 0.0
    taken = 0
    for place_of, places in enumerate(seats):
        mine = office == place_of
        seen = min(int(places), int(mine.sum()))
        if seen:
            best, achieved = (
                best + _seen(truth[mine], truth[mine], seen),
                achieved + _seen(truth[mine], score[mine], seen),
            )
            taken += seen
    return (best - achieved) / taken if taken else None


def _seen(truth: np.ndarray, score: np.ndarray, seats: int) -> float:
    """The sum of `truth` over the `seats` best by `score`."""
    cut = np.partition(score, len(score) - seats)[len(score) - seats]
    sure = score > cut
    return float(truth[sure].sum() + (seats - sure.sum()) * truth[score == cut].mean())


def compare(programme: Programme, root: Path) -> list[str]:
    """AUC of the true probabilities and of the model on the same time-later test cases; how often its intervals hold them.

    The truth also depends on what no file shows, so intervals around what the files say hold it less often than their
    level.
    """
    from models.measure import auc
    from models.scorer import Scorer

    if programme.label is None:
        raise Problem(f"{programme.programme}: has no model, so there is nothing to compare.")
    truth = probabilities(programme, root)
    if truth is None:
        raise Problem(
            f"{_path(programme, root)}: there is no truth to compare with; only a synthetic register has one."
        )
    model = Scorer(place(root, programme, "model"))
    known = truth.reset_index()
    frames = []
    folders = place(root, programme, "interim/cases"), place(root, programme, "interim/features")
    for cases, features in zip(*(tables.read_parts(folder) for folder in folders), strict=True):
        test = (cases["split"] == "test").to_numpy()
        told = model.assess(model.encode(features[test].drop(columns="case_id")))
        rows = cases.loc[test, ["case_id", "label"]].reset_index(drop=True).join(told[["score", "low", "high"]])
        frames.append(rows.merge(known, on="case_id", how="left", validate="one_to_one"))
    found = pd.concat(frames, ignore_index=True)
    label = found["label"].to_numpy(dtype="int64")
    lines = []
    for words, column in (("best possible (true probabilities)", "probability"), ("model", "score")):
        measured = auc(label, found[column].to_numpy(dtype="float64"))
        lines.append(
            f"{words}: AUC {measured['auc']:.3f} ({measured['auc_low']:.3f} to {measured['auc_high']:.3f}), {len(found):,} test cases"
        )
    gap = (found["score"] - found["probability"]).abs().mean()
    lines.append(f"mean distance of the score from the true probability: {gap:.3f}")
    sure = found[found["low"].notna()]
    if model.doubt is not None and len(sure):
        inside = sure["probability"].between(sure["low"], sure["high"]).mean()
        lines.append(
            f"intervals of level {model.doubt.level:g}: hold the true probability of {inside:.1%} of {len(sure):,} test "
            f"cases, mean width {(sure['high'] - sure['low']).mean():.3f}"
        )
    return lines
