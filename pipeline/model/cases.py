"""What the published table is measured on: the model, the cases it learnt from, and the later ones it is tested on."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from models import matrix, split
from models.labels import OBSERVED
from models.matrix import Rows
from models.scorer import Scorer
from pipeline.core import stage, tables
from pipeline.core.errors import Problem
from pipeline.core.programme import Programme, learns
from pipeline.stages.rank import features as described

COLUMNS = (*matrix.KEPT, "status", "split")


@dataclass(frozen=True)
class Evidence:
    """The model in force with its training cases, `learn`, and the test window of the same split as `evaluate`."""

    scorer: Scorer
    version_folder: Path
    learn: Rows
    test: Rows


def load(programme: Programme, root: Path) -> Evidence:
    """The model and the cases of the last run.

    Raises Problem where there is no model, where it reads a protected attribute, and where the cases are not those it
    learnt from.
    """
    folder = _folder(programme, root)
    scorer = Scorer(folder)
    refuse_protected(programme, scorer)
    learn, test = (
        matrix.gather(lambda: parts(programme, root), scorer.schema, name) for name in (split.TRAIN, split.TEST)
    )
    told = scorer.training["cases"]["train"], scorer.training["positives"]["train"]
    if told != (len(learn.y), int(learn.y.sum())):
        raise Problem(
            f"{folder.relative_to(root)}: did not learn from the cases that lie in interim/; run `qonys train` again."
        )
    return Evidence(scorer, folder, learn, test)


def _folder(programme: Programme, root: Path) -> Path:
    if not learns(programme):
        raise Problem(f"{programme.programme}: has no outcome to learn from, so there is no model to print.")
    places = [stage.place(root, programme, name) for name in ("model", "interim/cases", "interim/features")]
    for path in places:
        if not path.exists():
            raise Problem(f"{path.relative_to(root)}: missing; run the road first (`qonys run`).")
    return places[0]


def refuse_protected(programme: Programme, scorer: Scorer) -> None:
    """Raises Problem where a feature of the model rests, near or far, on a protected column."""
    _, protected = described(programme)
    if found := sorted(protected & set(scorer.schema.names)):
        raise Problem(
            f"The model reads the protected attribute {', '.join(found)}; take it out of the feature set and train again."
        )


def parts(programme: Programme, root: Path) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """`(cases, features)` of each part of the last run, in the same row order."""
    folders = [stage.place(root, programme, name) for name in ("interim/cases", "interim/features")]
    for cases, features in zip(tables.read_parts(folders[0], COLUMNS), tables.read_parts(folders[1]), strict=True):
        if not cases["case_id"].equals(features["case_id"]):
            raise Problem("interim/cases and interim/features differ; run the stage `features` again.")
        yield cases, features


def learnt_from(programme: Programme, root: Path) -> pd.DataFrame:
    """The training cases' features (rows, columns by name) as they were before encoding."""
    found = []
    for cases, features in parts(programme, root):
        chosen = (cases["status"] == OBSERVED) & (cases["split"] == split.TRAIN)
        found.append(features[np.asarray(chosen, dtype=bool)].drop(columns="case_id"))
    return pd.concat(found, ignore_index=True)
