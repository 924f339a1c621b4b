"""Days covered by intervals, per case: whole-column arithmetic on half-open intervals [start, end) of whole days."""

import numpy as np

_REACH = np.int64(1) << 22  # more days than any register spans (11,000 years)


def union_days(case: np.ndarray, start: np.ndarray, end: np.ndarray, cases: int) -> np.ndarray:
    """Days covered by at least one of a case's intervals; overlaps count once.

    `case` is 0..cases-1, `start` and `end` whole day numbers, all of shape (rows,) in any order. Shape of the result:
    (cases,), int64.
    """
    order = np.lexsort((end, start, case))
    case, start, end = case[order].astype("int64"), start[order], np.maximum(end[order], start[order])
    # A running maximum of the ends that starts anew for each case, since every case lies on its own stretch.
    ends = np.maximum.accumulate(end + case * _REACH) - case * _REACH
    before = np.concatenate([[0], ends[:-1]])
    first = np.concatenate([[True], case[1:] != case[:-1]])[: len(case)]
    start = np.where(first, start, np.maximum(start, before[: len(case)]))
    return _sum(case, np.maximum(end - start, 0), cases)


def present_days(
    case: np.ndarray, day: np.ndarray, entry: np.ndarray, opens: np.ndarray, closes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Days in the country between `opens` and `closes` by border crossings, and whether they are known.

    `case`, `day` (whole day numbers) and `entry` (true: in, false: out) have shape (rows,), in any order; `opens` and
    `closes` have shape (cases,). A person is in the country from an entry to the next crossing, and before a first
    crossing that is an exit. Crossings of one day are balanced against each other; where they cancel out they say
    nothing, and a case about which nothing is said is not known.
    """
    cases = len(opens)
    key, back = np.unique(case.astype("int64") * _REACH + day, return_inverse=True)
    balance = np.bincount(back, weights=np.where(entry, 1, -1), minlength=len(key))
    key, inside = key[balance != 0], balance[balance != 0] > 0
    case, day = key // _REACH, key % _REACH
    first = np.concatenate([[True], case[1:] != case[:-1]])[: len(case)]
    last = np.concatenate([first[1:], [True]])[: len(case)]
    until = np.where(last, closes[case], np.concatenate([day[1:], [0]])[: len(case)])
    stay = np.minimum(until, closes[case]) - np.maximum(day, opens[case])
    before = np.minimum(day, closes[case]) - opens[case]
    days = np.where(inside, np.maximum(stay, 0), 0) + np.where(first & ~inside, np.maximum(before, 0), 0)
    known = np.bincount(case, minlength=cases) > 0
    return _sum(case, days, cases), known


def _sum(case: np.ndarray, days: np.ndarray, cases: int) -> np.ndarray:
    return np.bincount(case, weights=days, minlength=cases).astype("int64")  # whole numbers: exact in any order
