"""Rolling origin: train as if it were an earlier day, on what was known on that day, and test on the files lodged next."""

from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd

from models.labels import OBSERVED

EXPANDING, SLIDING = "expanding", "sliding"
WINDOWS = (EXPANDING, SLIDING)


@dataclass(frozen=True)
class Split:
    """One retrain day `start` and the files lodged from it until before `end`; rows are places in the cases, ascending.

    `left_out` counts what may not teach or test, by reason; `window` is how far back the training reaches.
    """

    start: date
    end: date
    window: str
    learn: np.ndarray
    calibrate: np.ndarray
    test: np.ndarray
    left_out: dict[str, int] = field(default_factory=dict)

    @property
    def train(self) -> np.ndarray:
        """Every case that teaches: trees from the earlier ones, the calibration from the later ones."""
        return np.sort(np.concatenate([self.learn, self.calibrate]))


def retrain_days(first: date, last: date, every_months: int, most: int) -> list[tuple[date, date]]:
    """Pairs (retrain day, end of its test), oldest first, counted back from `last`, the last day that can be tested.

    The ends are exclusive. At most `most` pairs, none with a retrain day on or before `first`, the first day of lodging.
    """
    end = pd.Timestamp(last) + pd.Timedelta(days=1)
    days = [end - pd.DateOffset(months=every_months * step) for step in range(most + 1)]
    return [(start.date(), stop.date()) for stop, start in pairwise(days) if start > pd.Timestamp(first)][::-1]


def cut(
    cases: pd.DataFrame, known: pd.DataFrame, final: pd.DataFrame, period: tuple[date, date], *, embargo_days: int,
    share: float, window_months: int | None = None,
) -> Split:  # fmt: skip
    """The split of one retrain day.

    `cases`: case_id, lodged_on, decision_day, same; `known`: their labels as known on the retrain day, `final`: as known
    in the end, both as `labels.label` gives them; rows of all three are the same. Every case with an outcome on the
    retrain day teaches, but for those whose outcome became known, or that were lodged, in the `embargo_days` before it,
    and those whose features were taken after it. With `window_months`, only those lodged so many months before the
    youngest of them. The earlier part (`share` of them) is for the model, the rest for its calibration.

    The test holds the cases lodged in the period whose outcome is known in the end, but no case of a matter that
    taught; a later case of a matter that the model learns from is learnt from, too, and not calibrated on.
    """
    start, end = (np.datetime64(day, "D") for day in period)
    lodged, decision, told = (
        values.to_numpy(dtype="datetime64[s]").astype("datetime64[D]")
        for values in (cases["lodged_on"], cases["decision_day"], known["known_on"])
    )
    ripe = (known["status"] == OBSERVED).to_numpy(dtype=bool) & (lodged < start)
    quiet = start - np.timedelta64(embargo_days, "D")
    embargoed = ripe & ((told > quiet) | (lodged >= quiet)) if embargo_days else np.zeros(len(cases), dtype=bool)
    unseen = ripe & ~embargoed & ~(decision <= start)
    teaches = ripe & ~embargoed & ~unseen
    outside = np.zeros(len(cases), dtype=bool)
    if window_months is not None and teaches.any():
        oldest = pd.Timestamp(lodged[teaches].max()) - pd.DateOffset(months=window_months)
        outside = teaches & (lodged <= np.datetime64(oldest, "D"))
        teaches &= ~outside
    days = np.sort(lodged[teaches])
    turn = days[min(len(days) - 1, int(share * len(days) + 1e-9))] if len(days) else start
    same = cases["same"].to_numpy()
    learn, later = teaches & (lodged < turn), teaches & (lodged >= turn)
    again = later & _shared(same, learn)
    learn, later = learn | again, later & ~again
    test = (final["status"] == OBSERVED).to_numpy(dtype=bool) & (lodged >= start) & (lodged < end)
    met = test & _shared(same, learn | later)
    counted = {"embargo": embargoed, "features_later": unseen, "window": outside, "same_matter": met}
    return Split(
        start=period[0],
        end=period[1],
        window=EXPANDING if window_months is None else SLIDING,
        learn=np.flatnonzero(learn),
        calibrate=np.flatnonzero(later),
        test=np.flatnonzero(test & ~met),
        left_out={name: int(rows.sum()) for name, rows in counted.items()},
    )


def _shared(same: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Which cases (n,) are of a matter that has a case among `rows`."""
    return pd.Series(same).isin(same[rows]).to_numpy(dtype=bool)


def lacking(split: Split, known: np.ndarray, final: np.ndarray, smallest: int) -> dict[str, object] | None:
    """Why nothing can be said of `split`, or None: one part has fewer than `smallest` cases of an outcome.

    `known` and `final` (n,) are labels (0/1) on the retrain day and in the end. Keys: `part`, `positives`, `negatives`.
    """
    for part, rows, label in (("learn", split.learn, known), ("calibrate", split.calibrate, known), ("test", split.test, final)):  # fmt: skip
        positives = int(label[rows].sum())
        if min(positives, len(rows) - positives) < smallest:
            return {"part": part, "positives": positives, "negatives": len(rows) - positives}
    return None
