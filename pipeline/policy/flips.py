"""Counts of one intake under two laws: exact whole numbers that add up over parts in any order."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from pipeline.gates.evaluate import Verdicts
from pipeline.gates.records import ANSWERS, FAIL, NOT_APPLICABLE, PASS, UNKNOWN

VERDICTS = ANSWERS[:3]  # of a whole file; their codes are the places in every 3x3 matrix [old, new]
# What a gate says of one file: its answer, where an UNKNOWN that does not hold the file up is NOTED, and ABSENT where the
# law has no such gate.
STATES = ("PASS", "FAIL", "UNKNOWN", "NOT_APPLICABLE", "NOTED", "ABSENT")
NOTED, ABSENT = 4, 5
SEVERITY = np.array([0, 2, 1, 0, 0, 0], dtype=np.int8)  # by state or verdict: goes on, held for an officer, waits


@dataclass
class Points:
    """How the totals of the points table changed, for files whose total is known exactly under both laws."""

    changes: Counter[int] = field(default_factory=Counter)  # new total - old total -> files
    cannot_tell: int = 0


@dataclass
class Counts:
    """What was counted over the parts seen so far; `codes` are the gates of either law, sorted.

    matrix (3, 3): files by old and new verdict. gates (codes, 6, 6): files by the gate's old and new state. moved and
    alone (codes, 3, 3): flipped files that the gate moved, and those that no other gate moved. groups: attribute ->
    group -> (3, 3). points: None unless both laws have a table.
    """

    codes: tuple[str, ...]
    matrix: np.ndarray
    gates: np.ndarray
    moved: np.ndarray
    alone: np.ndarray
    groups: dict[str, dict[str, np.ndarray]]
    points: Points | None
    flipped: list[pd.DataFrame] = field(default_factory=list)

    @property
    def flips(self) -> pd.DataFrame:
        """One row a flipped file, sorted: case_id, old, new, gates (the codes that moved it, separated by spaces)."""
        frames = [frame for frame in self.flipped if len(frame)]
        columns = ["case_id", "old", "new", "gates"]
        if not frames:
            return pd.DataFrame({name: pd.Series([], dtype="str") for name in columns})
        return pd.concat(frames, ignore_index=True).sort_values("case_id", ignore_index=True)[columns]


def start(codes: Sequence[str], attributes: Sequence[str], scored: bool) -> Counts:
    """Counts of nothing yet; `scored`: both laws have a points table."""
    number = len(codes)
    return Counts(
        tuple(codes), np.zeros((3, 3), dtype="int64"), np.zeros((number, 6, 6), dtype="int64"),
        np.zeros((number, 3, 3), dtype="int64"), np.zeros((number, 3, 3), dtype="int64"),
        {name: {} for name in attributes}, Points() if scored else None,
    )  # fmt: skip


def add(counts: Counts, case_id: pd.Series, old: Verdicts, new: Verdicts, groups: pd.DataFrame) -> None:
    """Counts one part: the same files, in the same order, under both laws; `groups` one column an attribute."""
    verdicts = (old.overall, new.overall)
    pair = verdicts[0].astype("int64") * 3 + verdicts[1]
    counts.matrix += np.bincount(pair, minlength=9).reshape(3, 3)
    states = tuple(_states(side, counts.codes) for side in (old, new))
    for place in range(len(counts.codes)):
        both = states[0][place].astype("int64") * 6 + states[1][place]
        counts.gates[place] += np.bincount(both, minlength=36).reshape(6, 6)
    _add_groups(counts.groups, groups, pair)
    if counts.points is not None:
        _add_points(counts.points, old, new)
    flipped = np.flatnonzero(verdicts[0] != verdicts[1])
    moved = causes(*(side[:, flipped] for side in states), *(verdict[flipped] for verdict in verdicts))
    alone = moved & (moved.sum(axis=0) == 1)
    for place in range(len(counts.codes)):
        for into, marks in ((counts.moved, moved[place]), (counts.alone, alone[place])):
            into[place] += np.bincount(pair[flipped][marks], minlength=9).reshape(3, 3)
    words = np.array(VERDICTS, dtype=object)
    found = pd.DataFrame({"case_id": case_id.to_numpy()[flipped]}, dtype="str")
    for name, verdict in zip(("old", "new"), verdicts, strict=True):
        found[name] = pd.Series(words[verdict[flipped]], dtype="str")
    counts.flipped.append(found.assign(gates=_listed(moved, counts.codes)))


def causes(old: np.ndarray, new: np.ndarray, verdict: np.ndarray, verdict_new: np.ndarray) -> np.ndarray:
    """Which gates moved each flipped file, bool (gates, rows), from states (gates, rows) and verdicts (rows,).

    Of the two laws one is harder on the file. The gates that stop it there more than the other law's whole verdict does
    are those that moved it: each of them must change for the file to stand as it does under the other law.
    """
    before, after = SEVERITY[verdict], SEVERITY[verdict_new]
    harder = np.where(after > before, SEVERITY[new], SEVERITY[old])
    return harder > np.minimum(before, after)


def _states(verdicts: Verdicts, codes: Sequence[str]) -> np.ndarray:
    """The state of every gate of `codes` for every row, int8 (codes, rows)."""
    places = {gate.code: place for place, gate in enumerate(verdicts.gates)}
    found = np.full((len(codes), len(verdicts.overall)), ABSENT, dtype=np.int8)
    for row, code in enumerate(codes):
        if code in places:
            answers = verdicts.answers[places[code]]
            found[row] = np.where((answers == UNKNOWN) & ~verdicts.waits[places[code]], NOTED, answers)
    return found


def _add_groups(into: dict[str, dict[str, np.ndarray]], groups: pd.DataFrame, pair: np.ndarray) -> None:
    for attribute, column in groups.items():
        codes, names = pd.factorize(column)
        found = np.bincount(codes * 9 + pair, minlength=len(names) * 9).reshape(-1, 3, 3)
        seen = into.setdefault(str(attribute), {})
        for name, matrix in zip(names, found, strict=True):
            seen[name] = seen.get(name, np.zeros((3, 3), dtype="int64")) + matrix


def _add_points(points: Points, old: Verdicts, new: Verdicts) -> None:
    assert old.score is not None and new.score is not None  # `start` was told that both laws have a table
    change = new.score.total - old.score.total
    known = ~np.isnan(change)
    points.cannot_tell += int((~known).sum())
    values, files = np.unique(np.rint(change[known]).astype("int64"), return_counts=True)
    points.changes.update(dict(zip(values.tolist(), files.tolist(), strict=True)))


def _listed(marks: np.ndarray, codes: Sequence[str]) -> pd.Series:
    """For each column of `marks` (codes, rows) the codes it marks; each pattern is written once."""
    packed = np.packbits(marks, axis=0).T
    patterns, place = np.unique(packed, axis=0, return_inverse=True) if len(packed) else (packed, np.zeros(0, int))
    bits = np.unpackbits(patterns, axis=1, count=len(codes)).astype(bool)
    texts = [" ".join(code for code, marked in zip(codes, row, strict=True) if marked) for row in bits]
    return pd.Series(np.array([*texts, ""], dtype=object)[place.ravel()], dtype="str")


def towards(matrix: np.ndarray) -> dict[str, Any]:
    """Flips by where they go: `proceed`, `ask` (waits for a paper or an answer), `held`; `matrix` (..., 3, 3) -> numbers."""
    change = matrix * (1 - np.eye(3, dtype="int64"))
    return {
        name: change[..., code].sum(axis=-1) for name, code in (("proceed", PASS), ("ask", UNKNOWN), ("held", FAIL))
    }


assert STATES[NOT_APPLICABLE] == "NOT_APPLICABLE" and STATES[:4] == ANSWERS  # the codes of answers are states, too
