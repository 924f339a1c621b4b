"""Windows by time of lodging: learn from the oldest, calibrate on later ones, test on the latest."""

import numpy as np
import pandas as pd

TRAIN, CALIBRATE, TEST = "train", "calibrate", "test"
NONE = "none"  # in no window
WINDOWS = (TRAIN, CALIBRATE, TEST)


def by_time(dates: np.ndarray, train: float, calibrate: float) -> tuple[np.datetime64, np.datetime64]:
    """The days `(train_until, calibrate_until)` that cut the observed cases into three windows; both are exclusive.

    `dates` are the lodging days (datetime64, no gaps) of cases with an observed label; `train` and `calibrate` are
    shares of them, oldest first. A window ends before a day, so cases of one day are never parted, and a window can
    be a little smaller than its share.

    Raises ValueError where there is nothing to split or a window would be empty.
    """
    dates = np.asarray(dates)
    if len(dates) == 0:
        raise ValueError(
            "No case has a matured outcome yet, so there is nothing to learn from; use a later as-of date."
        )
    if np.isnat(dates).any():
        raise ValueError("A case with an outcome has no lodging date; every case needs one to be split by time.")
    if not 0 < train < train + calibrate < 1:
        raise ValueError("The shares `split.train` and `split.calibrate` in params.yaml must add up to less than 1.")
    ordered = np.sort(dates)
    # 1e-9: 0.6 + 0.15 is a hair under 0.75 in binary, and must not move the cut by a row
    cuts = [ordered[int(share * len(ordered) + 1e-9)] for share in (train, train + calibrate)]
    for window, size in zip(WINDOWS, np.bincount(_place(dates, cuts), minlength=3), strict=True):
        if size == 0:
            raise ValueError(
                f"The {window} window would be empty: {len(dates)} matured outcomes lie on too few lodging days to be "
                "split by time; change `split` in params.yaml or wait for more outcomes."
            )
    return cuts[0], cuts[1]


def assign(dates: np.ndarray, boundaries: tuple[np.datetime64, np.datetime64]) -> np.ndarray:
    """The window of each date: array of `train`, `calibrate`, `test` (objects), by `boundaries` as `by_time` gives."""
    return np.array(WINDOWS, dtype=object)[_place(np.asarray(dates), list(boundaries))]


def first_days(matters: np.ndarray, dates: np.ndarray) -> pd.Series:
    """The earliest of `dates` (datetime64, one a case) of each matter, by its name in `matters` (n,)."""
    return pd.Series(np.asarray(dates)).groupby(np.asarray(matters)).min()


def late(
    matters: np.ndarray, dates: np.ndarray, first: pd.Series, boundaries: tuple[np.datetime64, np.datetime64]
) -> np.ndarray:
    """Which cases (n,) lie in a later window than the first case of their matter; `first` as `first_days` gives it.

    Such a case would be tested, or calibrated, on what training has already seen of the same matter: it belongs to no window.
    A matter that `first` does not know is late nowhere.
    """
    dates = np.asarray(dates)
    begun = pd.Series(matters).map(first).to_numpy(dtype=dates.dtype)
    begun = np.where(np.isnat(begun), dates, begun)
    return _place(dates, list(boundaries)) > _place(begun, list(boundaries))


def _place(dates: np.ndarray, cuts: list[np.datetime64]) -> np.ndarray:
    return np.searchsorted(np.array(cuts), dates, side="right")


def require_both(labels: np.ndarray, window: str, until: object = None) -> None:
    """Raises ValueError unless `labels` (0/1) of `window` hold both outcomes; `until` is the day the window ends before."""
    when = f" lodged before {str(until)[:10]}" if until is not None else ""
    if len(labels) == 0:
        raise ValueError(f"No matured outcome in the {window} window{when}, so there is nothing to learn from.")
    positives = int(np.sum(labels))
    if positives in (0, len(labels)):
        only = "positive" if positives else "negative"
        raise ValueError(
            f"Only {only} outcomes among the {len(labels)} cases of the {window} window{when}, so there is nothing to "
            "learn from; use a later as-of date or change `split` in params.yaml."
        )
