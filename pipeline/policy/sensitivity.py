"""Sensitivity of the points gate: which files flip when a weight or the threshold moves by a share, all else as it is.

Points, caps and the threshold are multiplied by the denominator of the share first, so that 10 % more of 33 is exact
(36.3, held as 363 tenths) and nothing is rounded: how the law rounds is not known.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.core import facts, tables
from pipeline.core.errors import Problem
from pipeline.core.expressions import column
from pipeline.core.law import NO_VALUE, Dated
from pipeline.core.programme import Programme
from pipeline.core.stage import Progress
from pipeline.gates import rulebook
from pipeline.gates.book import TOTALS, Gate
from pipeline.gates.evaluate import evaluate
from pipeline.gates.points import Score, add_up, score
from pipeline.gates.records import ANSWERS, FAIL, PASS, UNKNOWN, Table
from pipeline.policy import intake

THRESHOLD = "points.threshold"  # how a gate's `values_of` names it
FINEST = 10_000  # the largest denominator of a share
# What a flip is: its name -> the moves (before, after) that are counted in it. Together they are every flip.
MOVES = {
    "reaches": ((FAIL, PASS), (UNKNOWN, PASS)),
    "falls_below": ((PASS, FAIL), (UNKNOWN, FAIL)),
    "undecided_reached_before": ((PASS, UNKNOWN),),
    "undecided_below_before": ((FAIL, UNKNOWN),),
}


@dataclass(frozen=True)
class Change:
    """One number of the points table moved one way, or all bands of one criterion together.

    `at` is the place in points.yaml: `threshold`, `criteria.age`, `criteria.age.bands.2` or `caps.0`.
    """

    at: tuple[str | int, ...]
    sign: int  # 1 or -1

    @property
    def kind(self) -> str:
        """`threshold`, `criterion`, `band` or `cap`."""
        return {1: "threshold", 2: "criterion" if self.at[0] == "criteria" else "cap"}.get(len(self.at), "band")

    def name(self, share: Fraction) -> str:
        """`criteria.age +10%`, as flips.csv has it."""
        return f"{'.'.join(map(str, self.at))} {'+' if self.sign > 0 else '-'}{float(100 * share):g}%"


@dataclass(frozen=True)
class Sensitivity:
    """What was found: `base` (4,) files by what the gate says now, in the order of ANSWERS; `moved` (changes, 4, 4) files
    by what it says before and after; `flips` one row a flip: case_id, change, before, after."""

    programme: Programme
    table: Table
    gates: Sequence[Gate]
    as_of: date
    share: Fraction
    changes: Sequence[Change]
    base: np.ndarray
    moved: np.ndarray
    flips: pd.DataFrame

    def counts(self) -> np.ndarray:
        """Flips of each change by kind of flip, (changes, kinds) in the order of MOVES."""
        return np.stack(
            [sum(self.moved[:, before, after] for before, after in moves) for moves in MOVES.values()], axis=1
        )


def share_of(text: str) -> Fraction:
    """The share that `text` writes (`0.1` or `10%`); raises Problem unless it lies between 0 and 1."""
    written = text.strip()
    try:
        found = Fraction(written.removesuffix("%").strip()) / (100 if written.endswith("%") else 1)
    except (ValueError, ZeroDivisionError):
        found = Fraction(0)
    if not 0 < found < 1 or found.denominator > FINEST:
        raise Problem(f"`{text}` is not a share to move by; write it as 0.1 or 10%, between 0 and 1.")
    return found


def measure(programme: Programme, root: Path, share: Fraction, progress: Progress) -> Sensitivity:
    """Moves every band, every criterion, every cap and the threshold by `share` up and down, on the queue of the last run.

    Facts are those known on the day of that run, the law is that of the same day. Memory stays at one part of the queue
    and the flips. Raises Problem where there is no run, no points table, or no gate that asks for points on that day.
    """
    queue = intake.find(programme, root)
    book = rulebook.load(programme)
    gates = [gate for gate in book.gates if gate.scored and gate.rule.effective.covers(queue.as_of)]
    if book.points is None or not gates:
        raise Problem(f"No gate of {programme.programme} asks for points on {queue.as_of}; there is nothing to move.")
    wanted = {*book.points_facts, *(fact for gate in gates for fact in gate.facts)}
    takes = {fact: programme.facts[fact] for fact in sorted(wanted)}
    changes = possible(book.points, queue.as_of)
    base, matrices = np.zeros(4, dtype="int64"), np.zeros((len(changes), 4, 4), dtype="int64")
    flips = []
    for part in range(queue.parts):
        progress.step(part / queue.parts, f"part {part + 1} of {queue.parts}")
        cases = tables.read_part(queue.cases, part, ["case_id", "queue"])
        case_id = cases.loc[cases["queue"].to_numpy(dtype=bool), "case_id"].reset_index(drop=True)
        found, _ = facts.of_cases(programme, takes, queue.accepted, part, case_id, queue.as_of)
        answers = sweep(gates, book.points, found, queue.as_of, changes, share)
        before = next(answers)
        base += np.bincount(before, minlength=4)
        for place, after in enumerate(answers):
            matrices[place] += np.bincount(before * 4 + after, minlength=16).reshape(4, 4)
            flips.append(_flips(case_id, place, before, after))
    return Sensitivity(
        programme, book.points, gates, queue.as_of, share, changes, base, matrices, _listed(flips, changes, share)
    )


def possible(table: Table, day: date) -> list[Change]:
    """The changes of what is in force on `day`, in the order of points.yaml; what gives 0 points cannot move."""
    places: list[tuple[str | int, ...]] = [("threshold",)]
    for name, criterion in table.criteria.items():
        bands = [
            ("criteria", name, "bands", n) for n, band in enumerate(criterion.bands) if band.covers(day) and band.points
        ]
        places += [("criteria", name), *bands] if bands else []
    places += [("caps", n) for n, cap in enumerate(table.caps) if cap.covers(day) and cap.most]
    return [Change(at, sign) for at in places for sign in (-1, 1)]


def sweep(
    gates: Sequence[Gate], table: Table, found: pd.DataFrame, day: date, changes: Sequence[Change], share: Fraction
) -> Iterator[np.ndarray]:
    """What `gates` together say of every row of `found`, int8 (rows,): first as the law is, then after each change.

    FAIL if any fails, else UNKNOWN if any is unknown, else PASS; NOT_APPLICABLE where none applies. Raises Problem for a
    gate that compares points with anything but the threshold: that would have to be put into finer units with it.
    """
    for gate in gates:
        _only_with_threshold(gate)
    columns = {str(name): column(found[name]) for name in found.columns}
    asked = found[sorted({fact for gate in gates for fact in gate.facts})]

    def answer(result: Score, law: Sequence[Gate]) -> np.ndarray:
        totals = dict(zip(TOTALS, (result.total_least, result.total_most), strict=True))
        return _worst(evaluate(law, None, asked.assign(**totals), day).answers)

    whole = share.denominator
    same = [_scaled(gate, whole) for gate in gates]
    now = score(moved(table, None, whole, 0), columns, len(found), day)
    yield answer(now, same)
    for change in changes:
        step = change.sign * share.numerator
        if change.kind == "threshold":
            yield answer(now, [_scaled(gate, whole + step) for gate in gates])
            continue
        law = moved(table, change, whole, step)
        least, most = dict(now.least), dict(now.most)
        if change.kind != "cap":  # only one criterion gives other points
            name = str(change.at[1])
            one = score(
                law.model_copy(update={"criteria": {name: law.criteria[name]}, "caps": []}), columns, len(found), day
            )
            least[name], most[name] = one.least[name], one.most[name]
        yield answer(add_up(law, least, most, len(found), day), same)


def _only_with_threshold(gate: Gate) -> None:
    borrowed = {name for name, address in gate.rule.values_of.items() if address == THRESHOLD}
    for where, condition in gate.rule.conditions.items():
        numbers = [node for node in ast.walk(ast.parse(condition.text)) if isinstance(node, ast.Constant)]
        if condition.names & {*TOTALS} and (numbers or condition.names - {*TOTALS, *borrowed}):
            raise Problem(
                f"{gate.code}: `{'.'.join(where)}` compares points with something beside `{THRESHOLD}`; take the threshold "
                f"from there with `values_of`, and put anything else into a gate of its own."
            )


def moved(table: Table, change: Change | None, whole: int, step: int) -> Table:
    """`table` with points and caps in units of 1/`whole`, what `change` names moved by `step` of them a point."""

    def times(*at: str | int) -> int:
        return whole + (step if change is not None and at[: len(change.at)] == change.at else 0)

    criteria = {
        name: criterion.model_copy(
            update={"bands": [band.model_copy(update={"points": band.points * times("criteria", name, "bands", place)})
                              for place, band in enumerate(criterion.bands)]}
        )
        for name, criterion in table.criteria.items()
    }  # fmt: skip
    caps = [cap.model_copy(update={"most": cap.most * times("caps", place)}) for place, cap in enumerate(table.caps)]
    return table.model_copy(update={"criteria": criteria, "caps": caps})


def _scaled(gate: Gate, times: int) -> Gate:
    """The gate with the threshold multiplied."""
    values: Mapping[str, Sequence[Dated]] = {
        name: [_times(item, times) for item in items] if gate.rule.values_of.get(name) == THRESHOLD else items
        for name, items in gate.values.items()
    }
    return replace(gate, values=values)


def _times(item: Dated, times: int) -> Dated:
    value: Any = item.value
    return item if value == NO_VALUE else item.model_copy(update={"value": value * times})


def _worst(answers: np.ndarray) -> np.ndarray:
    """(gates, rows) answers as one for each row."""
    order = np.array([3, PASS, UNKNOWN, FAIL], dtype=np.int8)  # from the mildest: NOT_APPLICABLE first
    return order[np.argsort(order)[answers].max(axis=0)]


def _flips(case_id: pd.Series, change: int, before: np.ndarray, after: np.ndarray) -> pd.DataFrame:
    rows = np.flatnonzero(before != after)
    return pd.DataFrame(
        {"case_id": case_id.to_numpy()[rows], "change": np.int32(change), "before": before[rows], "after": after[rows]}
    )


def _listed(flips: Sequence[pd.DataFrame], changes: Sequence[Change], share: Fraction) -> pd.DataFrame:
    """Every flip in the order of the changes, then of the cases: the same whatever the parts were."""
    found = pd.concat(flips, ignore_index=True).sort_values(["change", "case_id"], ignore_index=True)
    names = pd.Index([change.name(share) for change in changes])
    found["change"] = pd.Categorical.from_codes(found["change"].to_numpy(), categories=names)
    for side in ("before", "after"):
        found[side] = pd.Categorical.from_codes(found[side].to_numpy(), categories=pd.Index(ANSWERS))
    return found
