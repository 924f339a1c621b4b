"""The page: how to read it, what rounding costs, what changed, then one chart and one small table a question."""

from collections.abc import Sequence
from typing import Any

from pipeline.core import pages
from pipeline.core.messages import Words
from pipeline.model import drawn
from pipeline.model.compare import CHANGED, GONE, NEW, Change
from pipeline.model.document import answers
from pipeline.model.published import Question, Row, cases_of, merged
from pipeline.model.sheet import Sheet
from pipeline.model.told import Teller

FIGURES = ("auc", "brier", "ece")


def render(sheet: Sheet, words: Words) -> str:
    """The page as HTML: self-contained, no script, nothing loaded from anywhere; the same sheet gives the same bytes."""
    return pages.render("model_table.html", **_Page(sheet, words).values())


class _Page:
    """Gathers what the template shows, in one language."""

    def __init__(self, sheet: Sheet, words: Words) -> None:
        self.sheet, self.words, self.teller = sheet, words, Teller(words)
        self.numbers = self.teller.numbers
        published = sheet.published
        self.questions = sorted(published.questions, key=lambda question: (-question.weight, question.names))
        effects = [row.effect for question in published.questions for row in question.rows]
        self.limits = drawn.limits([published.card.scale * effect for effect in effects])

    def values(self) -> dict[str, Any]:
        """The template's variables."""
        sheet, words, numbers = self.sheet, self.words, self.numbers
        card, training = sheet.published.card, sheet.scorer.training
        most = max((question.weight for question in self.questions), default=0.0)
        return {
            "words": words, "lang": words.lang, "title": words.name(sheet.programme.title),
            "status": words(sheet.programme.status), "meaning": words(sheet.programme.outcome.meaning), "version": sheet.version,
            "count": len(self.questions), "doubling": card.per_doubling, "constant": self.teller.points(card.constant),
            "raw": numbers.decimal(sheet.published.constant, 3, signed=True), "learnt": numbers.whole(training["cases"]["train"]),
            "until": training["train_until"], "as_of": training["as_of"], "loss": self._loss(), "headline": self._headline(),
            "unmeasured": sheet.loss is None, "later": numbers.whole(sheet.loss["n"]) if sheet.loss else "",
            "smallest": sheet.smallest, "bars": drawn.BARS, "questions": [self._question(question, most) for question in self.questions],
            "silent": [self.teller.title([feature]) for feature in sheet.published.silent], "diff": self._diff(),
        }  # fmt: skip

    def _headline(self) -> str:
        loss = self.sheet.loss
        if loss is None or loss["auc_loss_low"] is None:
            return ""
        return self.words(
            "In whole points its AUC on later cases is {points}, with the exact tables {exact}: loss {loss} ({low} to {high}).",
            points=self.numbers.decimal(loss["points"]["auc"], 4), exact=self.numbers.decimal(loss["exact"]["auc"], 4),
            loss=self._loss_of("auc", ""), low=self._loss_of("auc", "_low"), high=self._loss_of("auc", "_high"),
        )  # fmt: skip

    def _loss_of(self, name: str, end: str) -> str:
        value = self.sheet.loss[f"{name}_loss{end}"] if self.sheet.loss else None
        return "" if value is None else self.numbers.decimal(value, 4)

    def _loss(self) -> list[dict[str, str]]:
        loss, words = self.sheet.loss, self.words
        if loss is None:
            return []
        titles = {
            "auc": words("Order: area under the ROC curve (AUC)"), "brier": words("Calibration: Brier score"),
            "ece": words("Calibration: expected calibration error"),
        }  # fmt: skip
        better = {"auc": words("higher is better"), "brier": words("lower is better"), "ece": words("lower is better")}
        rows = []
        for name in FIGURES:
            known = loss[f"{name}_loss"] is not None
            low, high = self._loss_of(name, "_low"), self._loss_of(name, "_high")
            rows.append({
                "title": titles[name], "better": better[name],
                **{side: self.numbers.decimal(loss[side][name], 4) if loss[side][name] is not None else words("cannot be said") for side in ("exact", "points")},
                "loss": self._loss_of(name, "") if known else words("cannot be said"),
                "between": words("{low} to {high}", low=low, high=high) if low else "",
            })  # fmt: skip
        return rows

    def _question(self, question: Question, most: float) -> dict[str, Any]:
        runs, scale = merged(question), self.sheet.published.card.scale
        points = [row.points for row in question.rows]
        single = [(row,) for row in question.rows]
        pair = len(question.features) > 1
        return {
            "anchor": "q-" + "-".join(question.names), "title": self.teller.title(question.features), "codes": question.names,
            "least": self.teller.points(min(points)), "most": self.teller.points(max(points)),
            "size": self.numbers.decimal(scale * question.weight, 1), "share": round(100 * question.weight / most, 1) if most else 0,
            "rows": [] if pair else self._rows(question, runs),
            "exact": self._rows(question, single) if pair or len(runs) < len(single) else [],
            "zero": question.zero, "direction": self._direction(question),
            "picture": pages.inline(drawn.question(question, scale, self.limits, self.teller)),
        }  # fmt: skip

    def _rows(self, question: Question, runs: Sequence[Sequence[Row]]) -> list[dict[str, str]]:
        return [
            {
                "answer": answer,
                "points": self.teller.points(run[0].points),
                "effect": self.teller.effects([row.effect for row in run]),
                "share": self.teller.share(cases_of(run), self.sheet.published.cases, self.sheet.smallest),
            }
            for run, answer in zip(runs, answers(question, runs, self.teller), strict=True)
        ]

    def _direction(self, question: Question) -> str:
        """What was declared; of a feature that meets another in a pair it holds for the score, not for one table."""
        paired = {name for other in self.questions if len(other.features) > 1 for name in other.names}
        way = question.features[0].monotone
        if not way or paired & set(question.names):
            return ""
        if way > 0:
            return self.words("Declared: more never lowers the points.")
        return self.words("Declared: more never raises the points.")

    def _diff(self) -> dict[str, Any] | None:
        diff = self.sheet.diff
        if diff is None:
            return None
        sizes = [value for change in diff.changes for step in change.steps for value in (step.old, step.new)]
        limits = drawn.limits(sizes)
        return {
            "before": self.sheet.before, "empty": diff.empty, "changes": [self._change(change, limits) for change in diff.changes],
            "constants": [self.numbers.decimal(value, 1, signed=True) for value in diff.constants],
            "moved": abs(diff.constants[0] - diff.constants[1]) >= 0.05,
            "added": [self.teller.title([feature]) for feature in diff.added],
            "removed": [self.teller.title([feature]) for feature in diff.removed],
        }  # fmt: skip

    def _change(self, change: Change, limits: tuple[float, float]) -> dict[str, Any]:
        words, widest = self.words, change.widest
        kinds = {NEW: words("new question"), GONE: words("question gone"), CHANGED: words("changed")}
        whole = drawn.whole_steps(change)
        sides = [
            self.teller.answers([[step.spans[place]] for step in change.steps], feature, whole)
            for place, feature in enumerate(change.features)
        ]
        at = change.steps.index(widest)
        return {
            "title": self.teller.title(change.features), "codes": [feature.name for feature in change.features], "kind": kinds[change.kind],
            "mean": "" if change.mean is None else self.numbers.decimal(change.mean, 2),
            "where": " × ".join(texts[at] for texts in sides), "old": self.numbers.decimal(widest.old, 1, signed=True),
            "new": self.numbers.decimal(widest.new, 1, signed=True),
            "share": "" if widest.share is None else self.numbers.value(widest.share, "share"),
            "picture": pages.inline(drawn.change(change, limits, self.teller)),
        }  # fmt: skip
