"""Keys over a whole source while it streams by: what stood before, and where a case's rows belong.

Keys are kept as 64-bit hashes, 8 bytes a row in sorted runs (merged as in a binary counter): a million rows cost
8 MiB. Two different keys share a hash with a chance of about n^2 / 2^65, 3 in 10^8 for a million keys.
"""

import numpy as np
import pandas as pd

from pipeline.core.tables import hash_keys


class Seen:
    """The keys met so far, each with the part its rows belong to."""

    def __init__(self) -> None:
        self._runs: list[tuple[np.ndarray, np.ndarray]] = []

    def add(self, hashes: np.ndarray, parts: np.ndarray) -> None:
        """Adds keys; `hashes` (uint64) and `parts` (int32) have one entry a key."""
        if not len(hashes):
            return
        order = np.argsort(hashes, kind="stable")
        self._runs.append((hashes[order], parts[order]))
        while len(self._runs) > 1 and len(self._runs[-2][0]) <= 2 * len(self._runs[-1][0]):
            (a, a_parts), (b, b_parts) = self._runs.pop(-2), self._runs.pop()
            both, parts = np.concatenate([a, b]), np.concatenate([a_parts, b_parts])
            order = np.argsort(both, kind="stable")
            self._runs.append((both[order], parts[order]))

    def part(self, hashes: np.ndarray) -> np.ndarray:
        """The part of each key, -1 where the key is not known."""
        found = np.full(len(hashes), -1, dtype=np.int32)
        for run, parts in self._runs:
            at = np.searchsorted(run, hashes)
            at[at == len(run)] = 0
            hit = run[at] == hashes
            found[hit] = parts[at[hit]]
        return found


def first_time(seen: Seen, hashes: np.ndarray, compared: np.ndarray, eligible: np.ndarray) -> np.ndarray:
    """Which rows do not repeat an earlier eligible row: true where not compared or met for the first time.

    Only `eligible` rows (otherwise good) count as earlier, so a clean row is never turned away for a bad one.
    """
    result = np.ones(len(hashes), dtype=bool)
    result[compared & (seen.part(hashes) >= 0)] = False
    positions = np.flatnonzero(compared & eligible & result)
    repeated = pd.Series(hashes[positions]).duplicated(keep="first").to_numpy()
    result[positions[repeated]] = False
    firsts = positions[~repeated]
    # A row with another defect repeats a key only if a good row of the same block stands before it.
    others = np.flatnonzero(compared & ~eligible & result)
    if len(others) and len(firsts):
        order = np.argsort(hashes[firsts], kind="stable")
        at = np.searchsorted(hashes[firsts][order], hashes[others])
        at[at == len(order)] = 0
        before = firsts[order][at]
        result[others[(hashes[before] == hashes[others]) & (before < others)]] = False
    return result


def combine(frame: pd.DataFrame, fields: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """A hash a row over several columns, and which rows have them all."""
    present = frame[fields].notna().all(axis=1).to_numpy()
    joined = frame[fields[0]].astype("str")
    for name in fields[1:]:
        joined = joined + "\x1f" + frame[name].astype("str")
    return hash_keys(joined), present
