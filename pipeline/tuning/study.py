"""The search itself: an Optuna study on a SQLite file that gives the same trials whether or not it was interrupted."""

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import optuna
from optuna.storages import RDBStorage
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState
from sqlalchemy.exc import SQLAlchemyError

from models.tune import HIGHER
from pipeline.core.errors import Problem
from pipeline.core.params import Train, Tune

optuna.logging.set_verbosity(optuna.logging.WARNING)  # its line a trial would drown our own progress

KEY = "key"  # what the study hangs on: see `opened`
DIGITS = 3  # of a knob that is no whole number, so that what was measured is what a person pastes

Settings = dict[str, int | float]
Measured = Callable[[Settings], Iterable[dict[str, float]]]  # for each fold, one after the other, every measure


@dataclass(frozen=True)
class Trial:
    """One setting, numbered from 1: what each fold gave, a measure a list; where it was `pruned`, of the first folds only."""

    number: int
    settings: Settings
    folds: dict[str, list[float]]
    pruned: bool

    def mean(self, measure: str) -> float:
        """The mean of `measure` over the folds."""
        return float(np.mean(self.folds[measure]))


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Keeps the study in `path` for this process; the system lets go of it when the process ends, however it does.

    Raises Problem where another one has it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Problem(f"{path.name}: another `qonys tune` is at work on this study; let it end first.") from None
        yield


def opened(path: Path, key: str, measure: str, fresh: bool) -> optuna.Study:
    """The study in `path`, which is made where there is none yet or where `fresh` asks for a new one.

    `key` says what its values hang on (data, space, seed, versions); with another one they could not be compared.
    Raises Problem for a study of another `key` and for a file that holds none.
    """
    if fresh or not path.exists():
        _make(path, key, measure)
    try:
        storage = RDBStorage(f"sqlite:///{path.resolve()}")
        study = optuna.load_study(study_name=path.stem, storage=storage)
        known = study.user_attrs.get(KEY)
    except (SQLAlchemyError, optuna.exceptions.OptunaError, KeyError, RuntimeError):
        raise Problem(f"{path.name}: holds no study that can be read; begin anew with --fresh.") from None
    if known != key:
        raise Problem(
            f"{path.name}: the study was made with other data, another search space, seed or version of a library, so "
            "its trials cannot be compared with new ones; begin anew with --fresh."
        )
    return study


def _make(path: Path, key: str, measure: str) -> None:
    """Makes an empty study aside and puts it into place whole."""
    staged = path.with_name(f".{path.stem}.{os.getpid()}.db")
    staged.unlink(missing_ok=True)
    direction = StudyDirection.MAXIMIZE if HIGHER[measure] else StudyDirection.MINIMIZE
    with _writing(path.stem):
        storage = RDBStorage(f"sqlite:///{staged.resolve()}")
        optuna.create_study(study_name=path.stem, storage=storage, direction=direction).set_user_attr(KEY, key)
        storage.remove_session()
        storage.engine.dispose()
    path.with_name(f"{path.name}-journal").unlink(missing_ok=True)  # of an older study that was killed
    staged.replace(path)


@contextmanager
def _writing(name: str) -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, optuna.exceptions.OptunaError):
        raise Problem(f"The study {name} cannot be written; free space or change the rights, then run again.") from None


def search(study: optuna.Study, knobs: Tune, seed: int, measured: Measured) -> Iterator[Trial]:
    """Adds trials to `study` until it has `knobs.trials` of them, one at a time, and gives each once it is on disk.

    A trial is proposed and measured in memory and written in one transaction when it has ended: a kill leaves no half
    trial behind, and the next call proposes the same one anew. Each has a sampler of its own, seeded from `seed` and
    its number, so that nothing hangs on where a run began. A setting whose mean over the folds so far is worse than
    that of half the finished trials is not measured any further.
    """
    memory = optuna.create_study(direction=study.direction, pruner=optuna.pruners.MedianPruner())
    memory.add_trials(study.get_trials())
    for number in range(len(memory.trials), knobs.trials):
        memory.sampler = optuna.samplers.TPESampler(seed=_seed(seed, number))
        trial = memory.ask()
        for name, reach in knobs.space.items():
            if Train.model_fields[name].annotation is int:
                trial.suggest_int(name, int(reach.low), int(reach.high), log=reach.log)
            else:
                trial.suggest_float(name, reach.low, reach.high, log=reach.log)
        ended = _measure(trial, knobs, measured)
        memory.tell(trial, state=TrialState.PRUNED if ended is None else TrialState.COMPLETE, values=ended)
        with _writing(study.study_name):
            study.add_trial(memory.trials[number])
        yield _told(memory.trials[number])


def _measure(trial: optuna.Trial, knobs: Tune, measured: Measured) -> float | None:
    """The mean of `knobs.measure` over the folds; None where it was ended early."""
    found: dict[str, list[float]] = {}
    for step, values in enumerate(measured(_settings(trial.params)), start=1):
        for name, value in values.items():
            found.setdefault(name, []).append(value)
        trial.set_user_attr("folds", found)
        mean = float(np.mean(found[knobs.measure]))
        trial.report(mean, step)
        if step < knobs.folds and trial.should_prune():
            return None
    return mean


def _seed(seed: int, number: int) -> int:
    return int(np.random.SeedSequence([seed, number]).generate_state(1)[0])


def _settings(params: Mapping[str, float]) -> Settings:
    return {name: value if isinstance(value, int) else float(f"{value:.{DIGITS}g}") for name, value in params.items()}


def trials(study: optuna.Study) -> list[Trial]:
    """Every trial of the study, in order."""
    return [_told(trial) for trial in study.get_trials(deepcopy=False)]


def _told(trial: FrozenTrial) -> Trial:
    return Trial(trial.number + 1, _settings(trial.params), trial.user_attrs["folds"], trial.state == TrialState.PRUNED)


def best(found: Iterable[Trial], measure: str) -> Trial:
    """The best of the trials that were not ended early; of equal ones the first."""
    sign = -1 if HIGHER[measure] else 1
    return min(
        (trial for trial in found if not trial.pruned), key=lambda trial: (sign * trial.mean(measure), trial.number)
    )


def spelt(settings: Settings) -> str:
    """The settings in a line."""
    return ", ".join(f"{name} {value!r}" for name, value in settings.items())
