"""One file's points, criterion by criterion: what it has, what is not known, and what would change it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from pipeline.core.errors import Problem
from pipeline.core.expressions import Expression, Values, column
from pipeline.core.messages import LANGUAGES
from pipeline.gates.book import MEASURE, on_day
from pipeline.gates.points import Score, score
from pipeline.gates.records import Band, Criterion, Table
from pipeline.gates.trace import plain

ALWAYS = Expression("true")


def breakdown(
    table: Table, facts: pd.DataFrame, day: date, titles: Mapping[str, Mapping[str, str]] | None = None
) -> list[dict[str, Any]]:
    """The criteria of `table` for the single file in `facts` (one row, one column a fact), JSON-ready.

    Each has `name`, `title`, `least` and `most` points, `band` (title of the band that surely gives its points, of all
    of them with `add: all`; None where no band surely does), `highest` (what the bands of the day can give),
    `changeable`, `missing` (titles of the facts without which the points are not known; `titles` gives them, a fact's
    name stands in) and `better`: each band that would raise the total, with `band`, `adds` (points on the total, after
    the caps) and `reaches` (whether it alone lifts a total that is below the threshold up to it, with nothing assumed
    about what is missing, and all other criteria as they are). What a person cannot change has no `better`. Raises
    Problem for a frame of another length.
    """
    if len(facts) != 1:
        raise Problem(f"Points are broken down one file at a time; here are {len(facts)}.")
    row = {str(name): column(facts[name]) for name in facts.columns}
    now = score(table, row, 1, day)
    threshold = on_day(table.threshold, day)
    found = []
    for name, criterion in table.criteria.items():
        least, most = now.least[name][0], now.most[name][0]
        better = _better(table, name, row, day, now, threshold) if criterion.changeable else []
        holding = _holding(criterion, row, day)
        found.append(
            {
                "name": name,
                "title": dict(criterion.title),
                "least": plain(least),
                "most": plain(most),
                "band": _titles(holding),
                "highest": criterion.highest(day),
                "changeable": criterion.changeable,
                "missing": [_title(fact, titles) for fact in _missing(criterion, row, day)] if least < most else [],
                "better": better,
            }
        )
    return found


def _titles(bands: Sequence[Band]) -> dict[str, str] | None:
    titles: list[Mapping[Any, str]] = [band.title for band in bands]
    return {lang: "; ".join(title[lang] for title in titles) for lang in LANGUAGES} if titles else None


def _title(fact: str, titles: Mapping[str, Mapping[str, str]] | None) -> dict[str, str]:
    return dict((titles or {}).get(fact) or dict.fromkeys(LANGUAGES, fact.replace("_", " ")))


def _holding(criterion: Criterion, row: Mapping[str, Values], day: date) -> list[Band]:
    """The bands that surely give their points: those that still give one where they alone are worth one."""
    found = []
    for band in criterion.bands:
        worth = [other.model_copy(update={"points": int(other is band)}) for other in criterion.bands]
        alone = Table.model_construct(criteria={"alone": criterion.model_copy(update={"bands": worth})}, caps=[])
        if score(alone, row, 1, day).total_least[0] == 1:
            found.append(band)
    return found


def _better(
    table: Table, name: str, row: Mapping[str, Values], day: date, now: Score, threshold: float | None
) -> list[dict[str, Any]]:
    criterion, before = table.criteria[name], now.total_least[0]
    found = []
    for band, points in _reachable(criterion, now.least[name][0], _holding(criterion, row, day), day):
        if not band.changeable:
            continue
        forced = criterion.model_copy(
            update={"measure": None, "unknown_when": None, "add": "all",
                    "bands": [band.model_copy(update={"when": ALWAYS, "points": points})]}
        )  # fmt: skip
        changed = table.model_copy(update={"criteria": {**table.criteria, name: forced}})
        after = score(changed, row, 1, day).total_least[0]
        if after > before:
            reaches = threshold is not None and bool(before < threshold <= after)
            found.append({"band": dict(band.title), "adds": plain(np.float64(after - before)), "reaches": reaches})
    return found


def _reachable(criterion: Criterion, least: float, holding: list[Band], day: date) -> Iterator[tuple[Band, int]]:
    """The bands of the day that a person may still come into, with what the criterion would then give at least."""
    for band in criterion.bands:
        if band.covers(day) and band not in holding:
            yield band, int(least) + max(band.points, 0) if criterion.add == "all" else band.points


def _missing(criterion: Criterion, row: Mapping[str, Values], day: date) -> list[str]:
    """The facts that are not known; where all are, those whose answer settles nothing yet (`unknown_when`)."""
    conditions = [band.when for band in criterion.bands if band.covers(day)]
    every = _facts(criterion, [*conditions, *filter(None, [criterion.measure, criterion.unknown_when])], row)
    vague = _facts(criterion, list(filter(None, [criterion.unknown_when])), row)
    return [fact for fact in every if not row[fact].known[0]] or vague


def _facts(criterion: Criterion, conditions: list[Expression], row: Mapping[str, Values]) -> list[str]:
    names = {name for condition in conditions for name in condition.names}
    if MEASURE in names and criterion.measure is not None:
        names |= criterion.measure.names
    return sorted(names & set(row))
