"""A small project folder to search in, and searches of a known function instead of a model where only the study matters."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.core import params
from pipeline.core.params import Range, Tune
from tests.stages.conftest import TOP, Project

TRIALS = 8
SPACE = {
    "trees": {"low": 3, "high": 30, "log": True},
    "leaves": {"low": 2, "high": 12, "log": False},
    "learning_rate": {"low": 0.02, "high": 0.4, "log": True},
}


def complete(cases: pd.DataFrame) -> pd.DataFrame:
    """The columns that a label brings along; every seventh case is of one matter with the next one."""
    number = np.arange(len(cases))
    matter = [f"M{place - (place % 7 == 1)}" for place in number]
    return cases.assign(weight=1.0 + (number % 5 == 0), same=pd.Series(matter, dtype="str"), arm=False)


def fill(root: Path, change=lambda cases: cases, **tune: object) -> Project:
    """A project of perm_2016 with 900 invented cases; `change(cases)` may alter them."""
    made = Project(root).fill(change=lambda cases: change(complete(cases)))
    knobs = {"trials": TRIALS, "folds": 3, "measure": "log_loss", "space": SPACE, **tune}
    params.turned(TOP, root, {"tune": knobs, "train": {"trees": 20}, "run": {"threads": 1}})
    return made


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty experiment book: making one takes seconds."""
    from models import tracking

    folder = tmp_path_factory.mktemp("book")
    tracking.initialise(folder)
    return folder / "mlflow.db"


@pytest.fixture
def filled(tmp_path: Path, book: Path):
    """The maker of projects with an empty book: `(name, change, **tune)`."""

    def make(name: str = "project", change=lambda cases: cases, **tune: object) -> Project:
        made = fill(tmp_path / name, change, **tune)
        (made.root / "data/mlflow").mkdir()
        shutil.copy(book, made.root / "data/mlflow/mlflow.db")
        return made

    return make


@pytest.fixture
def qonys(qonys):
    """The command line in this process: `(code, said)`, both streams together."""

    def run(*arguments: object) -> tuple[int, str]:
        code, printed, said = qonys(*arguments)
        return code, printed + said

    return run


@pytest.fixture(scope="session")
def knobs() -> Tune:
    """Parameters of a search of 14 trials on 3 folds."""
    space = {name: Range(**reach) for name, reach in SPACE.items()}  # type: ignore[arg-type]
    return Tune(trials=14, folds=3, measure="log_loss", space=space)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def result(tmp_path_factory: pytest.TempPathFactory):
    """What a real search of 9 trials found."""
    from features import sets
    from models import train, tune
    from pipeline.core import tables
    from pipeline.tuning import study
    from pipeline.tuning.result import Result

    made = fill(tmp_path_factory.mktemp("found"), trials=9)
    known = params.load(made.root)

    def parts():
        folders = [made.path(f"interim/{name}") for name in ("cases", "features")]
        yield from zip(*(tables.read_parts(folder) for folder in folders), strict=True)

    folds = tune.folds(parts, sets.describe(made.programme.features), 3, known.train.top_categories)

    def measured(settings):
        chosen = known.train.model_dump(exclude={"top_categories"}) | settings
        return tune.measure(folds, train.Knobs(**chosen, seed=1, threads=1))

    present = {name: getattr(known.train, name) for name in SPACE}
    values = list(measured(present))
    (made.root / "data/tuning").mkdir()
    found = study.opened(made.root / "data/tuning/perm_2016.db", "key", "log_loss", fresh=False)
    trials = list(study.search(found, known.tune, 5, measured))
    own = study.Trial(0, present, {name: [value[name] for value in values] for name in tune.HIGHER}, pruned=False)
    return Result(made.programme, known.tune, known.train, folds, trials, own)
