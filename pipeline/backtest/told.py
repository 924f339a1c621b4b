"""The backtest in plain words, for the page and for the terminal."""

from datetime import date
from typing import Any

from babel.dates import format_date

from models.ladder import ADDITIVE, FITTED, FREE, LOGISTIC, OLDEST, PAIRS, POINTS
from models.rolling import EXPANDING, SLIDING
from pipeline.audit.labels import Numbers
from pipeline.backtest.run import Measured, Run
from pipeline.backtest.verdict import Gap, Verdict
from pipeline.core.messages import Words


class Teller:
    """Speaks one language about one backtest."""

    def __init__(self, run: Run, words: Words) -> None:
        self.run, self.words, self.numbers = run, words, Numbers(words)

    def rung(self, name: str) -> str:
        """The name of a rung."""
        words = self.words
        return {
            OLDEST: words("Oldest first"), POINTS: words("Statutory points"), LOGISTIC: words("Logistic regression"),
            ADDITIVE: words("Additive"), PAIRS: words("Additive with pairs"), FREE: words("Unconstrained"),
        }[name]  # fmt: skip

    def window(self, name: str) -> str:
        """The name of a window."""
        if name == EXPANDING:
            return self.words("Expanding window: every matured case teaches")
        return self.words(
            "Sliding window: the last {months} months teach", months=self.run.register.cadence.window_months
        )

    def day(self, day: date) -> str:
        """A day as the reader writes it."""
        return format_date(day, "d MMMM y" if self.words.lang == "en" else "long", locale=self.words.lang)

    def auc(self, value: float | None, signed: bool = False) -> str:
        """An AUC or a difference of two."""
        return "" if value is None else self.numbers.decimal(value, 3, signed)

    def share(self, value: float | None) -> str:
        """A share in per cent."""
        return "" if value is None else self.numbers.value(value, "share")

    def between(self, low: float | None, high: float | None, signed: bool = False) -> str:
        """The ends of an interval."""
        if low is None or high is None:
            return ""
        return self.words("{low} to {high}", low=self.auc(low, signed), high=self.auc(high, signed))

    def cost(self, found: Verdict) -> str:
        """What transparency costs, in one sentence."""
        gap, words = found.cost, self.words
        values = {
            "cost": self.auc(gap.auc, signed=True), "low": self.auc(gap.low, signed=True), "high": self.auc(gap.high, signed=True),
            "free": self.auc(found.rungs[FREE]["auc"]), "additive": self.auc(found.rungs[ADDITIVE]["auc"]),
            "cases": self.numbers.whole(found.cases),
        }  # fmt: skip
        if gap.low > 0:
            return words(
                "Transparency costs {cost} of AUC ({low} to {high}): unconstrained {free}, additive {additive}, on {cases} later cases.",
                **values,
            )
        if gap.high < 0:
            return words(
                "Transparency costs nothing, it gains: unconstrained minus additive is {cost} of AUC ({low} to {high}; {free} and {additive}, on {cases} later cases).",
                **values,
            )
        return words(
            "No cost of transparency is shown: unconstrained minus additive is {cost} of AUC ({low} to {high}; {free} and {additive}, on {cases} later cases).",
            **values,
        )

    def choice(self, found: Verdict) -> str:
        """Which rung the rule picks, and why."""
        words, picked = self.words, self.rung(found.picked)
        if found.picked == found.best and found.picked == FITTED[0]:
            return words(
                "Picked: {picked}. It is the simplest model and has the highest AUC, {auc}.",
                picked=picked, auc=self.auc(found.rungs[found.picked]["auc"]),
            )  # fmt: skip
        if found.picked == found.best:
            return words(
                "Picked: {picked}. Its AUC of {auc} is the highest, and no simpler model comes within one standard error of it.",
                picked=picked, auc=self.auc(found.rungs[found.picked]["auc"]),
            )  # fmt: skip
        return words(
            "Picked: {picked}, the simplest model within one standard error of the best ({best}, AUC {auc}): it lies {behind} behind, the standard error is {error}.",
            picked=picked, best=self.rung(found.best), auc=self.auc(found.rungs[found.best]["auc"]),
            behind=self.numbers.decimal(found.behind.auc, 4), error=self.numbers.decimal(found.behind.error, 4),
        )  # fmt: skip

    def never(self) -> str:
        """What the rule does not choose among."""
        return self.words("Oldest first and statutory points are there to compare with; the rule never picks them.")

    def no_points(self) -> str:
        """Why a rung is left out."""
        return self.words("This programme has no points in force, so the rung of statutory points is left out.")

    def why(self, split: Measured) -> str:
        """Why a split cannot say anything."""
        words, why = self.words, split.why or {}
        part = {
            "learn": words("to learn from"), "calibrate": words("to calibrate on"), "test": words("to test on")
        }[str(why["part"])]  # fmt: skip
        return words(
            "Cannot say: {part} there are {positives} positive and {negatives} negative outcomes; it takes {least} of each.",
            part=part, positives=self.numbers.whole(float(why["positives"])), negatives=self.numbers.whole(float(why["negatives"])),
            least=self.run.register.cadence.smallest,
        )  # fmt: skip

    def headline(self, found: Verdict | None) -> str:
        """The result in one sentence."""
        if found is None:
            return self.words(
                "Cannot say: on no retrain day are there enough matured outcomes to learn from and to test on."
            )
        return self.cost(found)

    def capacity(self) -> str:
        """How far the offices' interviews reach."""
        able = [*self.run.able(EXPANDING), *self.run.able(SLIDING)]
        if self.run.register.slots is None:
            return self.words(
                "The programme holds no interviews, so precision and recall are those of the first {share} of each office's cases.",
                share=self.numbers.percent(self.run.knobs.evaluate.top_share),
            )  # fmt: skip
        reach = [split.reach for split in able if split.reach is not None]
        if reach and min(reach) >= 1:
            return self.words(
                "By its shifts and rooms every office could interview everybody who lodged a file: at that capacity order decides nothing but who waits, so the first {share} are shown as well.",
                share=self.numbers.percent(self.run.knobs.evaluate.top_share),
            )  # fmt: skip
        return self.words(
            "By their shifts and rooms the offices could interview {low} to {high} of those who lodged a file; each sees the best of its own cases.",
            low=self.share(min(reach, default=0.0)), high=self.share(max(reach, default=0.0)),
        )  # fmt: skip

    def lines(self, found: Verdict | None) -> list[str]:
        """What the terminal says."""
        silent = [split for split in self.run.splits if split.why is not None and split.split.window == EXPANDING]
        lines = [self.headline(found)]
        if found is not None:
            lines += [self.choice(found), self.never()]
            lines += [
                f"  {self.rung(name)}: AUC {self.auc(figures['auc'])} ({self.between(figures['auc_low'], figures['auc_high'])})"
                for name, figures in found.rungs.items()
            ]
        if self.run.register.points is None:
            lines.append(self.no_points())
        return lines + [f"{self.day(split.split.start)}: {self.why(split)}" for split in silent]

    def gap(self, gap: Gap) -> dict[str, Any]:
        """A difference for a table."""
        return {"value": self.auc(gap.auc, signed=True), "between": self.between(gap.low, gap.high, signed=True)}
