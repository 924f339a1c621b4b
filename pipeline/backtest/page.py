"""The page: what transparency costs and what was picked first, then pictures, then every split, then how it was computed."""

from collections.abc import Callable
from typing import Any

from models.ladder import RUNGS
from models.rolling import EXPANDING, WINDOWS
from pipeline.backtest import pictures
from pipeline.backtest.pictures import Line
from pipeline.backtest.run import CAPACITY, TOP, Measured, Run
from pipeline.backtest.told import Teller
from pipeline.backtest.verdict import Verdict, costs
from pipeline.core import pages
from pipeline.core.messages import Words

WIDE, NARROW = 7.6, 3.9  # inches: on a screen, and on a telephone
OVER_TIME, COST, FIRST = "auc", "cost", "precision"
Pair = tuple[bytes, bytes]


def render(run: Run, verdicts: dict[str, Verdict | None], words: Words) -> tuple[str, dict[str, bytes]]:
    """The page as HTML (self-contained, no script, nothing loaded from anywhere) and its pictures by file name."""
    page = _Page(run, verdicts, words)
    drawn = page.drawn()
    text = pages.render("backtest.html", **page.values(drawn))
    return text, {f"{name}.png": wide for name, (wide, _) in drawn.items()}


class _Page:
    """Gathers what the template shows, in one language."""

    def __init__(self, run: Run, verdicts: dict[str, Verdict | None], words: Words) -> None:
        self.run, self.verdicts, self.words, self.teller = run, verdicts, words, Teller(run, words)

    def values(self, drawn: dict[str, Pair]) -> dict[str, Any]:
        """The template's variables."""
        run, words, teller = self.run, self.words, self.teller
        register, found = run.register, self.verdicts[EXPANDING]
        return {
            "words": words, "lang": words.lang, "title": words.name(register.programme.title), "status": words(register.programme.status),
            "headline": teller.headline(found), "choice": teller.choice(found) if found else "", "never": teller.never(),
            "no_points": "" if register.points is not None else teller.no_points(), "capacity": teller.capacity() if found else "",
            "tables": [self._table(window) for window in WINDOWS], "cuts": self._cuts(), "regret": register.truth is not None,
            "splits": [(teller.window(window), [self._split(split) for split in run.splits if split.split.window == window])
                       for window in WINDOWS],
            "pictures": {name: tuple(pages.inline(png) for png in pair) for name, pair in drawn.items()},
            "as_of": teller.day(register.as_of), "cadence": register.cadence, "share": teller.numbers.percent(run.knobs.evaluate.top_share),
            "least": register.cadence.smallest, "leaves": register.cadence.leaves, "trees": run.knobs.train.trees,
        }  # fmt: skip

    def _cuts(self) -> list[tuple[str, str]]:
        """The cuts that are measured, each with its name."""
        words, share = self.words, self.teller.numbers.percent(self.run.knobs.evaluate.top_share)
        first = [(TOP, words("first {share}", share=share))]
        return first if self.run.register.slots is None else [(CAPACITY, words("interview capacity")), *first]

    def _table(self, window: str) -> dict[str, Any]:
        found, teller = self.verdicts[window], self.teller
        rows = [] if found is None else [self._row(name, figures, name == found.picked) for name, figures in found.rungs.items()]  # fmt: skip
        said = ""
        if found is not None:
            said = self.words(
                "{splits} retrain days, {cases} tested cases, {ones} of them positive.",
                splits=found.splits, cases=teller.numbers.whole(found.cases), ones=teller.share(found.positives / found.cases),
            )  # fmt: skip
        return {
            "title": teller.window(window), "rows": rows, "said": said,
            "cost": teller.headline(found), "choice": teller.choice(found) if found else "",
        }  # fmt: skip

    def _row(self, name: str, figures: dict[str, Any], picked: bool) -> dict[str, Any]:
        teller = self.teller
        return {
            "name": teller.rung(name), "picked": picked, "auc": teller.auc(figures["auc"]),
            "between": teller.between(figures["auc_low"], figures["auc_high"]), "ap": teller.auc(figures["average_precision"]),
            "brier": teller.auc(figures.get("brier")), "ece": teller.auc(figures.get("ece")),
            "cuts": [self._cut(figures[cut]) for cut, _ in self._cuts()],
        }  # fmt: skip

    def _cut(self, figures: dict[str, Any]) -> dict[str, str]:
        teller = self.teller
        told = {"regret": teller.auc(figures.get("regret"))}
        for name in ("precision", "recall"):
            ends = figures[name]
            told[name] = teller.share(ends["mean"])
            tied = ends["mean"] is not None and ends["best"] - ends["worst"] >= 0.0005
            told[f"{name}_ties"] = (
                self.words("{low} to {high}", low=teller.share(ends["worst"]), high=teller.share(ends["best"])) if tied else ""
            )  # fmt: skip
        return told

    def _split(self, split: Measured) -> dict[str, Any]:
        cut, teller = split.split, self.teller
        whole = teller.numbers.whole
        return {
            "name": self.words("{first}, tested on files lodged before {last}", first=teller.day(cut.start), last=teller.day(cut.end)),
            "why": teller.why(split) if split.why else "",
            "sizes": self.words(
                "{learn} cases to learn from, {later} to calibrate on, {test} to test on; left out: {embargo} by the embargo, {same} of a matter that taught.",
                learn=whole(len(cut.learn)), later=whole(len(cut.calibrate)), test=whole(len(cut.test)),
                embargo=whole(cut.left_out["embargo"]), same=whole(cut.left_out["same_matter"]),
            ),
            "pairs": "; ".join(" × ".join(pair) for pair in split.pairs),
            "rows": [self._row(name, figures, False) for name, figures in split.rungs.items()],
        }  # fmt: skip

    def drawn(self) -> dict[str, Pair]:
        """Every picture for a screen and for a telephone; none where nothing can be said."""
        found, able = self.verdicts[EXPANDING], self.run.able(EXPANDING)
        if found is None:
            return {}
        words, teller = self.words, self.teller
        gaps = [*costs(able), found.cost]
        names = [*(teller.day(split.split.start) for split in able), words("All retrain days together")]
        cut, said = self._cuts()[0]
        if cut == CAPACITY and all(split.reach is not None and split.reach >= 1 for split in able):
            cut, said = self._cuts()[1]  # where everybody is seen there is nothing to draw
        ends = [figures[cut]["precision"] for figures in found.rungs.values()]
        return {
            OVER_TIME: _both(lambda width: pictures.over_time([self._panel(window) for window in WINDOWS], "AUC", width)),
            COST: _both(lambda width: pictures.costs(
                names, [(gap.auc, gap.low, gap.high) for gap in gaps], words("AUC, unconstrained minus additive"), width)),
            FIRST: _both(lambda width: pictures.precision(
                [teller.rung(name) for name in found.rungs], [(end["mean"], end["worst"], end["best"]) for end in ends],
                found.positives / found.cases, (words("{cut}; a bar is the range of ties", cut=said), words("order by chance")),
                words("positive outcomes among those seen, %"), width)),
        }  # fmt: skip

    def _panel(self, window: str) -> tuple[str, list[str], list[Line]]:
        splits = [split for split in self.run.splits if split.split.window == window]
        names = [name for name in RUNGS if any(name in split.rungs for split in splits)]
        lines = [
            Line(RUNGS.index(name), self.teller.rung(name), [_auc(split, name) for split in splits]) for name in names
        ]
        return self.teller.window(window), [f"{split.split.start:%Y-%m}" for split in splits], lines


def _auc(split: Measured, rung: str) -> tuple[float, float, float] | None:
    found = split.rungs.get(rung)
    return None if found is None else (found["auc"], found["auc_low"], found["auc_high"])


def _both(draw: Callable[[float], bytes]) -> Pair:
    return draw(WIDE), draw(NARROW)
