"""The published table for programs: exact rows and whole points as CSV, all of it as JSON."""

import csv
from collections.abc import Sequence
from dataclasses import asdict
from io import StringIO
from typing import Any

from models import measure
from pipeline.core.messages import Words
from pipeline.model.compare import Change, Diff
from pipeline.model.published import NUMBER, Question, Row, Span, cases_of, merged
from pipeline.model.sheet import Sheet
from pipeline.model.told import Teller

CONSTANT = "constant"
EXACT = [
    "table", "feature", "kind", "above", "up_to", "value", "feature_2", "kind_2", "above_2", "up_to_2", "value_2",
    "effect", "share", "question", "answer",
]  # fmt: skip
WHOLE = ["table", "feature", "kind", "above", "up_to", "values", "feature_2", "kind_2", "above_2", "up_to_2", "values_2", "points", "share", "question", "answer"]  # fmt: skip
AND = " | "


def exact_csv(sheet: Sheet, words: Words) -> str:
    """Every row of every table; `effect` in full precision, so that `constant` and one row of each table are the score.

    A number lies in a row where `above` < number <= `up_to` (empty: no bound). `share` of the training cases is empty
    where there are few.
    """
    published = sheet.published
    lines: list[list[object]] = [[0, "", CONSTANT, *[""] * 8, repr(published.constant), "", "", ""]]
    for number, question in enumerate(published.questions, 1):
        for row, answer in zip(
            question.rows, _answers(question, [(row,) for row in question.rows], words), strict=True
        ):
            lines.append([number, *_columns(question, (row,)), repr(row.effect), _share(sheet, (row,)), *answer])
    return _csv(EXACT, lines)


def points_csv(sheet: Sheet, words: Words) -> str:
    """The whole points; rows of equal points are one, the values of categories are parted by ` | `."""
    published = sheet.published
    lines: list[list[object]] = [[0, "", CONSTANT, *[""] * 8, published.card.constant, "", "", ""]]
    for number, question in enumerate(published.questions, 1):
        runs = merged(question)
        for run, answer in zip(runs, _answers(question, runs, words), strict=True):
            lines.append([number, *_columns(question, run), run[0].points, _share(sheet, run), *answer])
    return _csv(WHOLE, lines)


def _answers(question: Question, runs: Sequence[Sequence[Row]], words: Words) -> list[tuple[str, str]]:
    teller = Teller(words)
    return [(teller.title(question.features), answer) for answer in answers(question, runs, teller)]


def answers(question: Question, runs: Sequence[Sequence[Row]], teller: Teller) -> list[str]:
    """Each run of rows in words; both answers of a pair."""
    sides = [
        teller.answers([[row.spans[place] for row in run] for run in runs], feature, question.whole[place])
        for place, feature in enumerate(question.features)
    ]
    return [" × ".join(texts) for texts in zip(*sides, strict=True)]


def _columns(question: Question, run: Sequence[Row]) -> list[object]:
    found: list[object] = []
    for place, feature in enumerate(question.features):
        spans = [row.spans[place] for row in run]
        first, last = spans[0], spans[-1]
        if first.kind == NUMBER:
            found += [feature.name, first.kind, _bound(first.above), _bound(last.up_to), ""]
        else:
            kinds = AND.join(dict.fromkeys(span.kind for span in spans))
            found += [feature.name, kinds, "", "", AND.join(span.value for span in spans if span.value)]
    return found + [""] * (10 - len(found))


def _bound(edge: float | None) -> str:
    return "" if edge is None else repr(edge)


def _share(sheet: Sheet, run: Sequence[Row]) -> str:
    cases, total = cases_of(run), sheet.published.cases
    if cases is None or not total or 0 < cases < sheet.smallest:
        return ""
    return f"{cases / total:.3f}"


def _csv(head: Sequence[str], lines: Sequence[Sequence[object]]) -> str:
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerows([head, *lines])
    return stream.getvalue()


def document(sheet: Sheet) -> dict[str, Any]:
    """All of it as plain values."""
    published, card = sheet.published, sheet.published.card
    return {
        "programme": sheet.programme.programme, "status": sheet.programme.status, "model": sheet.version,
        "sha256": sheet.scorer.sha256, "label": sheet.programme.outcome.meaning,
        "training": {name: sheet.scorer.training[name] for name in ("as_of", "train_until", "cases")},
        "constant": published.constant,
        "calibration": {"slope": sheet.scorer.calibration.slope, "intercept": sheet.scorer.calibration.intercept},
        "points": {"constant": card.constant, "to_double_odds": card.per_doubling, "scale": card.scale},
        "loss": sheet.loss,
        "questions": [_question(sheet, question) for question in published.questions],
        "without_effect": [feature.name for feature in published.silent],
        "against": None if sheet.diff is None else {"model": sheet.before, **_diff(sheet.diff)},
    }  # fmt: skip


def _question(sheet: Sheet, question: Question) -> dict[str, Any]:
    return {
        "features": list(question.names), "meaning": [feature.meaning for feature in question.features],
        "unit": [feature.unit for feature in question.features],
        "monotone": [feature.monotone for feature in question.features], "missing_as_zero": question.zero,
        "mean_size": measure.rounded(question.weight),
        "rows": [
            {"answers": [_span(span) for span in row.spans], "effect": row.effect, "points": row.points,
             "share": float(share) if (share := _share(sheet, (row,))) else None}
            for row in question.rows
        ],
    }  # fmt: skip


def _span(span: Span) -> dict[str, Any]:
    return {name: value for name, value in asdict(span).items() if value not in (None, "")}


def _diff(diff: Diff) -> dict[str, Any]:
    found: dict[str, Any] = measure.rounded({
        "constants": {"old": diff.constants[0], "new": diff.constants[1]},
        "added": [feature.name for feature in diff.added], "removed": [feature.name for feature in diff.removed],
    })  # fmt: skip
    return {**found, "changes": [_change(change) for change in diff.changes]}


def _change(change: Change) -> dict[str, Any]:
    widest = change.widest
    return {
        "features": [feature.name for feature in change.features], "kind": change.kind,
        "mean_change_in_points": None if change.mean is None else round(change.mean, 6),
        "widest": {"answers": [_span(span) for span in widest.spans], "old": round(widest.old, 6), "new": round(widest.new, 6)},
    }  # fmt: skip
