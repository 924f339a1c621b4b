"""How close the model comes to the best possible one: the only reader of the synthetic register's truth.

No stage imports this module or reads its folder; a house test sees to it.
"""

from pathlib import Path

import pandas as pd

from pipeline.core import tables
from pipeline.core.errors import Problem
from pipeline.core.programme import Programme
from pipeline.core.stage import place


def compare(programme: Programme, root: Path) -> list[str]:
    """AUC of the true probabilities and of the model on the same time-later test cases."""
    from models.measure import auc
    from models.scorer import Scorer

    if programme.label is None:
        raise Problem(f"{programme.programme}: has no model, so there is nothing to compare.")
    truth = place(root, programme, "truth/probabilities.parquet")
    if not truth.exists():
        raise Problem(f"{truth}: there is no truth to compare with; only a synthetic register has one.")
    model = Scorer(place(root, programme, "model"))
    known = pd.read_parquet(truth).rename(columns={programme.case_id: "case_id"})
    frames = []
    folders = place(root, programme, "interim/cases"), place(root, programme, "interim/features")
    for cases, features in zip(*(tables.read_parts(folder) for folder in folders), strict=True):
        test = (cases["split"] == "test").to_numpy()
        rows = cases.loc[test, ["case_id", "label"]].assign(
            score=model.score(features[test].drop(columns="case_id"))[1]
        )
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
    return lines
