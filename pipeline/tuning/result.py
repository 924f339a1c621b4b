"""What a search found: the best setting beside the present one, as lines, as CSV and as text to paste."""

import csv
from dataclasses import dataclass
from functools import cached_property
from io import StringIO
from pathlib import Path

from models.tune import HIGHER, Fold, Gain, gain
from pipeline.core import programme as programmes
from pipeline.core import yaml
from pipeline.core.params import NAME, Train, Tune
from pipeline.core.programme import Programme
from pipeline.tuning.study import Trial, best, spelt

NAMES = {"log_loss": "log loss", "auc": "AUC"}
PLACE = "data/out/{}/tuning/index.html"


@dataclass(frozen=True)
class Result:
    """`present`: the settings of `train` as they are, on the same `folds` as the `trials`."""

    programme: Programme
    knobs: Tune
    train: Train
    folds: list[Fold]
    trials: list[Trial]
    present: Trial

    @cached_property
    def best(self) -> Trial:
        """The best trial that was measured on every fold."""
        return best(self.trials, self.knobs.measure)

    @cached_property
    def gain(self) -> Gain:
        """By how much it is better than the present settings, by the measure of the search."""
        return self.gain_in(self.knobs.measure)

    def gain_in(self, measure: str) -> Gain:
        """By how much it is better, by `measure`."""
        return gain(self.best.folds[measure], self.present.folds[measure], HIGHER[measure])

    @property
    def command(self) -> str:
        """The experiment that trains and measures with the best settings, on later cases."""
        turned = " ".join(f"-S train.{name}={value!r}" for name, value in self.best.settings.items())
        name = self.programme.programme
        return f"dvc exp run {turned}" + (f" evaluate@{name}" if name in programmes.names() else "")

    def yaml(self) -> str:
        """The section `train` of params.yaml with the best settings."""
        ended = sum(trial.pruned for trial in self.trials)
        return (
            f"# The best of {len(self.trials)} trials ({ended} ended early) for {self.programme.programme}; "
            f"{NAMES[self.knobs.measure]} gain {self._between(self.gain)} on {self.gain.folds} folds.\n"
            f"# {self.verdict()} Every programme shares this section of {NAME}.\n"
        ) + yaml.dump({"train": self.train.model_dump() | self.best.settings})

    def csv(self) -> str:
        """The present settings, then every trial: settings, mean over folds (empty if ended early), and each fold."""
        names = list(self.present.settings)
        folds = [(measure, place) for measure in HIGHER for place in range(len(self.folds))]
        stream = StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        means = [f"mean_{measure}" for measure in HIGHER]
        writer.writerow(["trial", "state", *names, *means, *(f"{measure}_{place + 1}" for measure, place in folds)])
        for trial in [self.present, *self.trials]:
            own = trial is self.present
            known = [trial.folds[measure][place : place + 1] for measure, place in folds]
            writer.writerow([
                "present" if own else trial.number, "pruned" if trial.pruned else "complete", *trial.settings.values(),
                *("" if trial.pruned else repr(trial.mean(measure)) for measure in HIGHER), *(repr(cell[0]) if cell else "" for cell in known),
            ])  # fmt: skip
        return stream.getvalue()

    @property
    def mixed(self) -> bool:
        """Whether the best settings are surely better by the measure of the search and surely worse by the other."""
        return self.gain.sure and any(self.gain_in(measure).lost for measure in HIGHER)

    def verdict(self) -> str:
        """One sentence: whether the best settings are worth a try."""
        if self.mixed:
            return "Keep the present settings: what is won by one measure is lost by the other."
        if self.gain.sure:
            return "Worth a try on later cases: the best of many flatters itself."
        return "Keep the present settings: the difference is within noise."

    def lines(self) -> list[str]:
        """What to print."""
        ended = sum(trial.pruned for trial in self.trials)
        place = Path(PLACE.format(self.programme.programme))
        return [
            f"best of {len(self.trials)} trials ({ended} ended early): {spelt(self.best.settings)}",
            *(f"{self._beside(measure)}" for measure in sorted(HIGHER, key=lambda name: name != self.knobs.measure)),
            self.verdict(),
            f"to measure them on later cases: {self.command}",
            f"{place}: begin here; {place.parent / 'best.yaml'} is ready to paste, {NAME} is as it was",
        ]

    def _beside(self, measure: str) -> str:
        best, present = self.best.mean(measure), self.present.mean(measure)
        return (
            f"{NAMES[measure]} {best:.4f}, present settings {present:.4f}: gain {self._between(self.gain_in(measure))} "
            f"on {self.gain.folds} folds"
        )

    def _between(self, gain: Gain) -> str:
        return f"{gain.mean:.4f} ({gain.low:.4f} to {gain.high:.4f})"
