"""The random review arm: files drawn by a published seed, that officers handle without seeing score or rank."""

import hashlib

import numpy as np
import pandas as pd

BITS = 53  # of a float64: every number below is exact, and below 1


def chance(case_ids: pd.Series, seed: str) -> np.ndarray:
    """A number in [0, 1) for each case (n,), float64: the first 53 bits of SHA-256 of `seed|case_id`, over 2**53.

    Anyone who knows the published seed can compute it again; it depends on nothing but the number of the case.
    """
    start = hashlib.sha256(f"{seed}|".encode())

    def one(case_id: str) -> int:
        digest = start.copy()
        digest.update(case_id.encode())
        return int.from_bytes(digest.digest()[:8], "big") >> (64 - BITS)

    return np.array([one(case_id) for case_id in case_ids], dtype=np.float64) / 2**BITS


def drawn(case_ids: pd.Series, lodged_on: pd.Series, *, share: float, seed: str, since: object) -> np.ndarray:
    """Which cases (n,) are in the arm: lodged on `since` or later, and their `chance` is below `share`."""
    late = (lodged_on >= pd.Timestamp(str(since))).to_numpy(dtype=bool)
    return late & (chance(case_ids, seed) < share)
