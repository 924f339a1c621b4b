"""The only reader of `params.yaml`: knobs, never law. Strict both ways: every key known, every key present."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, model_validator

from pipeline.core import files, yaml
from pipeline.core.errors import Problem
from pipeline.core.yaml import Strict

NAME = "params.yaml"


class Run(Strict):
    """What several stages share."""

    seed: int = Field(ge=0)
    threads: int = Field(ge=1)
    lang: Literal["kk", "ru", "en"]


class Synthesize(Strict):
    """Size of the synthetic register and how much dirt is planted in it (shares of rows)."""

    past: int = Field(ge=100)
    open: int = Field(ge=10)
    years: int = Field(ge=1)
    dirt: float = Field(ge=0, le=0.2)


class Ingest(Strict):
    """How much is held in memory at once."""

    block_bytes: int = Field(ge=16)
    cases_per_part: int = Field(ge=1)


class Gates(Strict):
    """`official`: refuse to run while a row of the points table is PROVISIONAL."""

    official: bool


class Split(Strict):
    """Shares of the matured cases, oldest first; the rest is the time-later test."""

    train: float = Field(gt=0, lt=1)
    calibrate: float = Field(gt=0, lt=1)


class Train(Strict):
    """LightGBM's knobs; `additive`: every tree reads one feature, so that effects add up exactly.

    `pairs` of features may be read together all the same: a short list, because a person must be able to read it.
    """

    trees: int = Field(ge=1)
    leaves: int = Field(ge=2, le=131072)  # LightGBM's limit
    learning_rate: float = Field(gt=0, allow_inf_nan=False)
    min_rows_per_leaf: int = Field(ge=1)
    l2: float = Field(ge=0, allow_inf_nan=False)
    top_categories: int = Field(ge=1, le=250)  # LightGBM bins a feature into 255
    additive: bool
    pairs: list[Annotated[list[str], Field(min_length=2, max_length=2)]] = Field(max_length=10)


class Doubt(Strict):
    """Intervals of a probability: how many members, of what level; the `share` with the widest goes to a person first."""

    members: int = Field(ge=3, le=50)
    level: float = Field(gt=0.5, lt=1)
    share: float = Field(gt=0, lt=1)


class Range(Strict):
    """Where a knob is looked for, both ends included; `log`: evenly by its logarithm."""

    low: float = Field(allow_inf_nan=False)
    high: float = Field(allow_inf_nan=False)
    log: bool

    @model_validator(mode="after")
    def _ends_fit(self) -> "Range":
        if not self.low < self.high:
            raise ValueError("low must be less than high")
        if self.log and self.low <= 0:
            raise ValueError("low must be more than 0 where log is true")
        return self


class Tune(Strict):
    """The search for better knobs of training: trials, blocks of time that settings are measured on, by what, and where.

    `space` holds the knobs that are turned; the others stay as they are in `train`.
    """

    trials: int = Field(ge=1)
    folds: int = Field(ge=2, le=20)
    measure: Literal["log_loss", "auc"]
    space: dict[Literal["trees", "leaves", "learning_rate", "min_rows_per_leaf", "l2"], Range] = Field(min_length=1)


class Evaluate(Strict):
    """Intervals of the measures, bins of the calibration table, share of the cases that counts as the top."""

    replicates: int = Field(ge=100)
    bins: int = Field(ge=2)
    top_share: float = Field(gt=0, le=1)


class Rank(Strict):
    """The list officers get: how many reasons a file, and the least change (in log-odds) that is worth telling."""

    reasons: int = Field(ge=1, le=10)
    least_change: float = Field(gt=0, allow_inf_nan=False)


class Schedule(Strict):
    """The interview plan's knobs (working time and deadlines are law, in the programme)."""

    weeks: int = Field(ge=1)


class Audit(Strict):
    """Readings: how sure, how small a cell may be, what gap counts."""

    confidence: float = Field(gt=0.5, lt=1)
    smallest_cell: int = Field(ge=1)
    tolerance: float = Field(gt=0, lt=1)
    top_share: float = Field(gt=0, lt=1)


class Drift(Strict):
    """Watching: what change of a new intake counts (limits), and how rarely chance alone may ring (`alpha`).

    `bins` of a number, `smallest`: cases without which nothing is said; `volume_limit` is a relative change.
    """

    alpha: float = Field(gt=0, lt=0.5)
    bins: int = Field(ge=2, le=50)
    smallest: int = Field(ge=20)
    psi_limit: float = Field(gt=0)
    missing_limit: float = Field(gt=0, lt=1)
    unknown_limit: float = Field(gt=0, lt=1)
    score_limit: float = Field(gt=0, lt=1)
    calibration_limit: float = Field(gt=0, lt=1)
    volume_limit: float = Field(gt=0)


class Backtest(Strict):
    """The ladder of models, trained again on past days and tested on the files lodged next.

    Retrain days lie `every_months` apart, at most `splits` of them, the last one as late as outcomes allow. A sliding
    window learns from `window_months`; labels that became known less than `embargo_days` before the retrain day are
    left out. `smallest`: cases of each outcome without which nothing is said; `pairs`: how many pairs of
    features the rung with pairs may read together; `leaves` of a tree where nothing is constrained.
    """

    every_months: int = Field(ge=1, le=24)
    splits: int = Field(ge=1, le=40)
    window_months: int = Field(ge=1, le=1200)
    embargo_days: int = Field(ge=0)
    smallest: int = Field(ge=2)
    pairs: int = Field(ge=1, le=10)
    leaves: int = Field(ge=2, le=131072)


class Life(Strict):
    """`source`: whether the lists are made with a model learnt now or with the promoted one; `margin`: of a promotion."""

    source: Literal["learn", "champion"]
    margin: float = Field(gt=0, lt=0.5)


class Model(Strict):
    """The published table: how many whole points double the odds of the positive outcome."""

    points_to_double_odds: int = Field(ge=1, le=1000)


class Params(Strict):
    """All knobs, by section; a stage is given only the sections it declares."""

    run: Run
    synthesize: Synthesize
    ingest: Ingest
    gates: Gates
    split: Split
    train: Train
    doubt: Doubt
    tune: Tune
    evaluate: Evaluate
    rank: Rank
    schedule: Schedule
    audit: Audit
    drift: Drift
    backtest: Backtest
    life: Life
    model: Model

    @model_validator(mode="after")
    def _space_fits(self) -> "Params":
        for name, reach in self.tune.space.items():
            for end in (reach.low, reach.high):
                try:
                    Train.model_validate({**self.train.model_dump(), name: end})
                except ValidationError as error:
                    told = error.errors()[0]["msg"]
                    raise ValueError(f"tune.space.{name}: {end:g} is no value of train.{name} ({told})") from None
        return self


def load(root: Path) -> Params:
    """`params.yaml` in the project folder `root`; raises Problem for any key that is unknown, missing or of a wrong kind."""
    if not (root / NAME).exists():
        raise Problem(f"{root.resolve()}: holds no {NAME}; go to the project folder or name it with --root.")
    return yaml.load(root / NAME, Params)


def turned(source: Path, target: Path, knobs: dict[str, dict[str, object]]) -> None:
    """Writes the parameters of the project folder `source` into the folder `target`, with some `knobs` turned."""
    document = yaml.plain(yaml.read(source / NAME))
    for section, values in knobs.items():
        document[section] |= values
    target.mkdir(parents=True, exist_ok=True)
    files.write_text(target / NAME, yaml.dump(document))
    load(target)
