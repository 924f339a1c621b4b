"""A candidate: the whole road after the reading of the exports, walked again for one day, in a folder of its own."""

import os
from datetime import date
from pathlib import Path

from models import tracking
from pipeline import road
from pipeline.core import params, registry, stage, versions
from pipeline.core.errors import Problem
from pipeline.core.programme import Programme, learns
from pipeline.core.stage import Progress
from pipeline.stages.evaluate import BOOK

HOME = "data/candidates/{}"
KEPT = ("interim/tables", "interim/set_aside")  # what the exports say does not depend on the day


def place(root: Path, programme: Programme, as_of: str) -> Path:
    """The project folder in which the candidate of that day was made."""
    return root / HOME.format(programme.programme) / as_of


def make(programme: Programme, root: Path, as_of: date, progress: Progress) -> tuple[tracking.Version, Path]:
    """Learns from every outcome known and matured by `as_of`, measures, registers; gives the version and its folder.

    The same bytes are the same version. Nothing of the road's own results is touched. Raises Problem where the exports
    were not read yet, or end before `as_of`.
    """
    if not learns(programme):
        raise Problem(f"{programme.programme}: has no outcome to learn from, so there is no model to retrain.")
    if as_of > programme.as_of:
        raise Problem(f"--as-of {as_of}: the exports end on {programme.as_of}; what was known later is not in them.")
    home = place(root, programme, as_of.isoformat())
    _link(programme, root, home)
    (root / BOOK).mkdir(parents=True, exist_ok=True)
    _point(home / BOOK, root / BOOK)
    params.turned(root, home, {"life": {"source": "learn"}})
    knobs = params.load(home)
    # A plan of interviews is no part of a model, and an earlier day may lie outside the working calendar.
    programme = programme.model_copy(update={"interviews": False})
    steps = [each for each in road.of(programme) if each.name not in ("synthesize", "ingest")]
    for number, each in enumerate(steps):
        progress.step(number / len(steps), each.title)
        stage.execute(each, programme, home, knobs, as_of, knobs.run.lang, _Inner(progress, number, len(steps)))
    model = stage.place(home, programme, "model")
    seal = registry.seal(registry.digests(model), versions.law(programme))
    return next(each for each in tracking.versions(root / BOOK, programme.programme) if each.digest == seal), home


def _link(programme: Programme, root: Path, home: Path) -> None:
    for name in KEPT:
        source = stage.place(root, programme, name)
        if not source.is_dir():
            raise Problem(f"{source.relative_to(root)}: missing; read the exports first (`qonys ingest`).")
        _point(stage.place(home, programme, name), source)


def _point(link: Path, target: Path) -> None:
    """Makes `link` a relative link to the folder `target`, so that the project may be moved."""
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink():
        link.symlink_to(os.path.relpath(target, link.parent), target_is_directory=True)


class _Inner:
    """Progress of one step as a part of the whole."""

    def __init__(self, outer: Progress, number: int, total: int) -> None:
        self._outer, self._number, self._total = outer, number, total

    def say(self, text: str) -> None:
        """One line that stays."""
        self._outer.say(text)

    def step(self, done: float, text: str) -> None:
        """How much of this step is done (0..1)."""
        self._outer.step((self._number + done) / self._total, text)
