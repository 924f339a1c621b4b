"""The change by group: shares that pass before and after, flips by direction, with intervals; small counts stay covered."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.audit.cover import coarse, cover
from pipeline.audit.intervals import wilson
from pipeline.core.params import Audit
from pipeline.gates.records import PASS
from pipeline.policy.flips import towards
from pipeline.policy.paired import difference

FEW = 5  # fewer flips than this in a group, but more than none, are not shown
FALLS, RISES, WITHIN, CANNOT_TELL = VERDICTS = ("FALLS", "RISES", "WITHIN", "CANNOT TELL")
DIRECTIONS = ("proceed", "ask", "held")


@dataclass(frozen=True)
class Share:
    """A number of files of a group, its share and the interval of the share."""

    files: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Row:
    """One group. What is covered is None; `rounded`: `after` and `gap` are rounded, and there is no interval.

    `gap` is the share that passes after less the share before; `drop` is the true fall of that share (0 where it does
    not fall, and in groups below the smallest cell), which concerns are judged by and which is never shown.
    """

    group: str
    n: int | None
    before: float | None
    after: float | None
    gap: float | None
    low: float | None
    high: float | None
    verdict: str
    towards: Mapping[str, Share | None]
    rounded: bool
    drop: float


def rows(counts: Mapping[str, np.ndarray], params: Audit) -> list[Row]:
    """One row a group of one attribute (`counts`: group -> (3, 3) files by old and new verdict), sorted by group.

    A group of fewer than `params.smallest_cell` files is covered, and so are further ones until it cannot be had by
    subtraction. Flips are covered where fewer than FEW files go one way, in the same manner, column by column: the
    shares that pass where newly passing or no longer passing files are few, each direction where its own files are.
    A large group keeps its shares rounded. The verdict stays: FALLS and RISES lie wholly beyond `params.tolerance`.
    """
    names = sorted(counts)
    matrix = np.array([counts[name] for name in names]).reshape(-1, 3, 3)
    n = matrix.sum(axis=(1, 2))
    before, after, both = matrix[:, PASS].sum(axis=1), matrix[:, :, PASS].sum(axis=1), matrix[:, PASS, PASS]
    flips = towards(matrix)
    error = 1 - params.confidence
    low, high = difference(both, before, after, n, error)
    small = cover(n, params.smallest_cell)
    lost = before - both
    shares = small | few(flips["proceed"]) | few(lost)
    # Waiting and held files that change places are what the columns leave when the lost ones are taken off.
    between = few(flips["ask"] + flips["held"] - lost)
    covered = {"proceed": shares} | {name: small | between | few(flips[name]) for name in ("ask", "held")}
    step = coarse(n, shares, params.smallest_cell)
    intervals = {name: wilson(files, n, error) for name, files in flips.items()}
    found = []
    for place, name in enumerate(names):
        files, was, now = int(n[place]), int(before[place]), int(after[place])
        share = _nothing()
        if files and not small[place]:
            share["before"] = was / files
        if files and not shares[place]:
            share |= {
                "after": now / files,
                "gap": (now - was) / files,
                "low": float(low[place]),
                "high": float(high[place]),
            }
        rounded = bool(shares[place]) and not np.isnan(step[place])
        if rounded:
            exact = {"before": was / files, "after": now / files, "gap": (now - was) / files}
            share |= {key: float(round(value / step[place]) * step[place]) for key, value in exact.items()}
        ways = {
            way: None if covered[way][place] or not files
            else Share(int(flips[way][place]), int(flips[way][place]) / files, *(float(end[place]) for end in intervals[way]))
            for way in DIRECTIONS
        }  # fmt: skip
        verdict = _verdict(low[place], high[place], files, params)
        drop = max(was - now, 0) / files if files >= max(params.smallest_cell, 1) else 0.0
        shown = None if small[place] else files
        found.append(Row(group=name, n=shown, verdict=verdict, towards=ways, rounded=rounded, drop=drop, **share))
    return found


def _nothing() -> dict[str, float | None]:
    return dict.fromkeys(("before", "after", "gap", "low", "high"))


def few(files: np.ndarray) -> np.ndarray:
    """Which groups' numbers must be covered so that no number from 1 to FEW - 1 is seen or had by subtraction.

    Where all that is covered adds up to fewer than FEW, even a shown nought would tell: then every group is covered.
    """
    hidden = cover(files, FEW)
    if hidden.any() and (hidden.sum() < 2 or files[hidden].sum() < FEW):
        return np.ones(len(files), dtype=bool)
    return hidden


def _verdict(low: float, high: float, files: int, params: Audit) -> str:
    if files < params.smallest_cell:
        return CANNOT_TELL
    if high < -params.tolerance:
        return FALLS
    if low > params.tolerance:
        return RISES
    return WITHIN if low > -params.tolerance and high < params.tolerance else CANNOT_TELL
