"""Everything the published table says about one model, computed once for page, CSV and JSON."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models import measure
from models.scorer import Scorer
from pipeline.core import versions
from pipeline.core.errors import Problem
from pipeline.core.params import Params
from pipeline.core.programme import Programme
from pipeline.model import cases, compare, points, published
from pipeline.model.compare import Diff
from pipeline.model.published import UNCONSTRAINED, Published


@dataclass(frozen=True)
class Sheet:
    """`loss`: what whole points cost on the test window, None where that is empty; `diff`: against an earlier model.

    `smallest`: fewer training cases than that are not told exactly. `before` is the version of the earlier model.
    """

    programme: Programme
    version: str
    scorer: Scorer
    published: Published
    loss: dict[str, Any] | None
    diff: Diff | None
    before: str
    smallest: int


def make(programme: Programme, root: Path, knobs: Params, against: Path | None = None) -> Sheet:
    """The sheet of the model of the last run under `root`; `against` is the folder of an earlier model.

    Raises Problem where the run is missing, the model has no tables, or the earlier model cannot be used.
    """
    found = cases.load(programme, root)
    scorer, learn, test = found.scorer, found.learn, found.test
    if scorer.tables is None:
        raise Problem(UNCONSTRAINED)
    card = points.card(scorer.tables, scorer.calibration, knobs.model.points_to_double_odds)
    rows = published.publish(scorer, card, learn.x, knobs.audit.smallest_cell)
    loss = None
    if len(test.y):
        raw, total = scorer.margin(test.x), card.points(test.x)
        loss = measure.rounded(points.loss(
            test.y, raw, scorer.calibration.apply(raw), total, card.probability(total),
            knobs.evaluate.bins, knobs.evaluate.replicates, knobs.run.seed,
        ))  # fmt: skip
    diff, before = None, ""
    if against is not None:
        old = _earlier(programme, against)
        frame = cases.learnt_from(programme, root)
        diff, before = compare.diff(old, scorer, frame, card.per_doubling), _version(against)
    return Sheet(programme, _version(found.version_folder), scorer, rows, loss, diff, before, knobs.audit.smallest_cell)


def _earlier(programme: Programme, folder: Path) -> Scorer:
    if not folder.is_dir():
        raise Problem(f"{folder}: there is no such folder; --against takes the folder of a trained model.")
    scorer = Scorer(folder)
    made = scorer.training.get("programme")
    if made != programme.programme:
        raise Problem(f"{folder}: is a model of {made}, not of {programme.programme}; compare models of one programme.")
    cases.refuse_protected(programme, scorer)
    return scorer


def _version(folder: Path) -> str:
    """The version as `run.json` names it."""
    return versions.of(folder.iterdir(), folder)
