"""The page of a search: a sentence first, the best settings beside the present ones, pictures, folds, what to do next."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from models.tune import HIGHER, Gain
from pipeline.audit.labels import Numbers
from pipeline.core import pages
from pipeline.core.messages import Words
from pipeline.tuning import pictures
from pipeline.tuning.result import Result

WIDE, NARROW = 7.6, 3.9  # inches: on a screen, and on a telephone
HISTORY, SLICES = "history", "slices"
DIGITS = 4

Pair = tuple[bytes, bytes]


def write(result: Result, folder: Path, lang: str) -> None:
    """Makes `folder` and writes the page, its pictures, the trials as CSV and the best settings as YAML into it."""
    page = _Page(result, Words(lang))
    drawn = page.drawn()
    folder.mkdir(parents=True)
    texts = {
        "index.html": pages.render("tuning.html", **page.values(drawn)),
        "trials.csv": result.csv(),
        "best.yaml": result.yaml(),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    for name, (wide, _) in drawn.items():
        (folder / f"{name}.png").write_bytes(wide)


class _Page:
    """Gathers what the template shows, in one language."""

    def __init__(self, result: Result, words: Words) -> None:
        self.result, self.words, self.numbers = result, words, Numbers(words)
        self.names = {"log_loss": words("log loss"), "auc": "AUC"}

    def values(self, drawn: dict[str, Pair]) -> dict[str, Any]:
        """The template's variables."""
        result, words, knobs = self.result, self.words, self.result.knobs
        best, present, whole = result.best, result.present, self.numbers.whole
        return {
            "words": words, "lang": words.lang, "title": words.name(result.programme.title), "status": words(result.programme.status),
            "headline": self._headline(), "count": whole(len(result.trials)), "ended": whole(sum(trial.pruned for trial in result.trials)),
            "measures": [self._measure(name) for name in sorted(HIGHER, key=lambda name: name != knobs.measure)],
            "settings": [
                (self._knob(name), name, self._short(reach.low), self._short(reach.high), self._short(present.settings[name]), self._short(best.settings[name]))
                for name, reach in knobs.space.items()
            ],
            "folds": [self._fold(place) for place in range(len(result.folds))], "measure": self.names[knobs.measure],
            "pictures": {name: tuple(pages.inline(png) for png in pair) for name, pair in drawn.items()},
            "yaml": result.yaml(), "command": result.command,
        }  # fmt: skip

    def _headline(self) -> str:
        if self.result.mixed:
            return self.words("Keep the present settings: what is won by one measure is lost by the other.")
        if self.result.gain.sure:
            return self.words(
                "The best settings are worth a try: over the blocks of time they do better by more than noise."
            )
        return self.words("Keep the present settings: no trial beats them by more than noise.")

    def _measure(self, name: str) -> tuple[str, ...]:
        gain, best, present = self.result.gain_in(name), self.result.best.mean(name), self.result.present.mean(name)
        better = self.words("higher is better") if HIGHER[name] else self.words("lower is better")
        return self.names[name], better, self._number(present), self._number(best), self._between(gain)

    def _between(self, gain: Gain) -> str:
        return self.words(
            "{mean} ({low} to {high})", mean=self._number(gain.mean, signed=True), low=self._number(gain.low, signed=True),
            high=self._number(gain.high, signed=True),
        )  # fmt: skip

    def _fold(self, place: int) -> dict[str, str]:
        result, fold, name = self.result, self.result.folds[place], self.result.knobs.measure
        best, present = result.best.folds[name][place], result.present.folds[name][place]
        return {
            "since": self.words.day(str(fold.since)[:10]), "last": self.words.day(str(fold.check.lodged_on.max())[:10]),
            "learn": self.numbers.whole(len(fold.learn.y)), "check": self.numbers.whole(len(fold.check.y)),
            "present": self._number(present), "best": self._number(best),
            "gain": self._number((best - present) * (1 if HIGHER[name] else -1), signed=True),
        }  # fmt: skip

    def drawn(self) -> dict[str, Pair]:
        """Both pictures, for a screen and for a telephone."""
        result, words, knobs = self.result, self.words, self.result.knobs
        name = knobs.measure
        best, present = words("best"), words("present settings")
        done = [trial for trial in result.trials if not trial.pruned]
        means, place = [trial.mean(name) for trial in done], done.index(result.best)
        panels = [
            (self._knob(knob), [trial.settings[knob] for trial in done], result.present.settings[knob], reach)
            for knob, reach in knobs.space.items()
        ]
        return {
            HISTORY: _both(lambda width: pictures.history(
                [None if trial.pruned else trial.mean(name) for trial in result.trials], result.present.mean(name), HIGHER[name],
                (words("a trial"), words("best so far"), present, words("ended early")), (words("trial"), self.names[name]), width,
            )),
            SLICES: _both(lambda width: pictures.slices(means, place, panels, (words("a trial"), best, present), self.names[name], width)),
        }  # fmt: skip

    def _knob(self, name: str) -> str:
        words = self.words
        return {
            "trees": words("trees"), "leaves": words("leaves of a tree"), "learning_rate": words("learning rate"),
            "min_rows_per_leaf": words("cases in a leaf, at least"), "l2": words("pull towards zero (L2)"),
        }[name]  # fmt: skip

    def _short(self, value: float) -> str:
        """A setting as it stands in params.yaml; the decimal point stays a point, because it is to be pasted."""
        return f"{value:g}"

    def _number(self, value: float, signed: bool = False) -> str:
        return self.numbers.decimal(value, DIGITS, signed)


def _both(draw: Callable[[float], bytes]) -> Pair:
    return draw(WIDE), draw(NARROW)
