"""Whole months, each by itself: how often checks ring where nobody planted anything."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np

from pipeline.core.params import Drift
from pipeline.core.programme import Programme
from pipeline.drift import window
from pipeline.drift.watch import Watch, watch


def whole(count: int, last: date) -> list[tuple[date, date]]:
    """First and last day of the `count` latest months that are over on the evening of `last`, the oldest first."""
    after = (np.datetime64(last, "D") + 1).astype("datetime64[M]")
    firsts = (after - count + np.arange(count + 1)).astype("datetime64[D]")
    return list(zip(firsts[:-1].tolist(), (firsts[1:] - 1).tolist(), strict=True))


def walk(programme: Programme, root: Path, count: int, last: date | None, knobs: Drift) -> Iterator[Watch]:
    """The watch of each of the `count` months up to `last` (the day of the run, if None), as `--from` and `--to` give it.

    Raises Problem where a run is missing or a month reaches into what the champion learnt from.
    """
    for first, end in whole(count, last or window.day_of_run(programme, root)):
        yield watch(window.load(programme, root, first, end), knobs)
