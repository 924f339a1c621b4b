"""The order of work: score, then time of lodging, then a published salted hash. Ties are policy, not chance.

Files of the random review arm stand where a published seed puts them, so that their place says nothing about them.
"""

import hashlib

import numpy as np
import pandas as pd

from models.arm import chance
from pipeline.core.errors import Problem

RANKED, HELD, INCOMPLETE = "ranked", "held", "incomplete"
LISTS = (RANKED, HELD, INCOMPLETE)
LIST_OF = {"PASS": RANKED, "FAIL": HELD, "UNKNOWN": INCOMPLETE}  # a file with FAIL and UNKNOWN has the verdict FAIL
COLUMNS = [
    "case_id", "office", "list", "rank", "office_rank", "score", "low", "high", "why_doubt", "arm", "lodged_on",
]  # fmt: skip
PLACE = "|place"  # joined to the seed of the arm: the place is another draw than that into the arm


def tie_hash(case_ids: pd.Series, salt: str) -> np.ndarray:
    """SHA-256 of `salt` followed by the case's id, as 64 hex digits; shape `(rows,)`, dtype `S64`.

    Anyone who knows the published salt can compute it again; nobody can choose an id that comes first before the
    salt is fixed.
    """
    start = hashlib.sha256(salt.encode())

    def one(case_id: str) -> str:
        digest = start.copy()
        digest.update(case_id.encode())
        return digest.hexdigest()

    return np.array([one(case_id) for case_id in case_ids], dtype="S64")


def queue(cases: pd.DataFrame, scores: pd.DataFrame, gates: pd.DataFrame) -> pd.DataFrame:
    """The cases to list, joined: case_id, office, lodged_on, arm, score, low, high, why_doubt, verdict; sorted by case_id.

    `cases` holds the queue only. Raises Problem where the three tables do not name exactly the same cases: a file
    must not fall off the list in silence.
    """
    for what, frame in (("interim/cases", cases), ("interim/scores", scores), ("interim/gates", gates)):
        if frame["case_id"].duplicated().any():
            raise Problem(f"{what}: names a case twice; run the stage that writes it again.")
    for what, frame in (("interim/scores", scores), ("interim/gates", gates)):
        if len(frame) != len(cases) or not frame["case_id"].isin(cases["case_id"]).all():
            raise Problem(
                f"{what}: does not hold the same cases as the queue; run `qonys run` so that every stage is fresh."
            )
    joined = (
        cases[["case_id", "office", "lodged_on", "arm"]]
        .merge(scores[["case_id", "score", "low", "high", "why_doubt"]], on="case_id", validate="one_to_one")
        .merge(gates[["case_id", "verdict"]], on="case_id", validate="one_to_one")
        .sort_values("case_id", ignore_index=True)
    )
    if joined["score"].isna().any() or joined["lodged_on"].isna().any():
        raise Problem("interim/scores, interim/cases: a case has no score or no day of lodging; run `qonys run` again.")
    if not joined["verdict"].isin(LIST_OF).all():
        raise Problem("interim/gates: a verdict is none of PASS, FAIL and UNKNOWN; run the stage `gates` again.")
    return joined


def rank(joined: pd.DataFrame, salt: str, seed: str | None = None) -> pd.DataFrame:
    """Every case on its list, in the order of work; columns as in `COLUMNS`, the list `ranked` first.

    Within `ranked`: score descending, then lodged_on ascending, then `tie_hash` ascending. A file of the arm has no
    place by score: with u = `chance(case_id, seed + "|place")` it stands behind a share u of the scored files of its
    office, whose order among themselves it does not change; its place among all offices follows from that. `rank` counts from 1 over all offices and `office_rank` from 1
    within an office. Within `held` and `incomplete`: lodged_on, then `tie_hash` (the score plays no part), without a
    rank. The order of the rows given does not matter. Raises Problem for a file of the arm where there is no seed.
    """
    if seed is None and joined["arm"].any():
        raise Problem(
            "interim/cases: files stand in the review arm of a programme that has none; run `features` again."
        )
    lists = joined["verdict"].map(LIST_OF).astype("str")
    place = lists.map({name: number for number, name in enumerate(LISTS)}).to_numpy(dtype="int8")
    ranked = place == 0
    by_score = np.where(ranked, -joined["score"].to_numpy(dtype="float64"), 0.0)
    lodged = joined["lodged_on"].to_numpy(dtype="datetime64[s]").astype("int64")
    ties = tie_hash(joined["case_id"], salt)

    drawn = ranked & joined["arm"].to_numpy(dtype=bool)
    scored = np.flatnonzero(ranked & ~drawn)
    line = scored[np.lexsort((ties[scored], lodged[scored], by_score[scored]))]
    stands = np.zeros(len(joined))
    stands[line] = np.arange(len(line))
    u = np.where(drawn, chance(joined["case_id"], f"{seed}{PLACE}"), 0.0)
    office = pd.factorize(joined["office"])[0]
    for code in np.unique(office[drawn]):
        here, own = drawn & (office == code), np.flatnonzero(office[line] == code)
        ends = np.concatenate([own[:1] - 0.5, own + 0.5]) if len(own) else np.array([-0.5])
        stands[here] = ends[np.floor(u[here] * len(own) + 0.5).astype(int)]
    order = np.lexsort((ties, np.where(ranked, 0, lodged), u, stands, place))

    out = joined.assign(list=lists).iloc[order].reset_index(drop=True)
    first = int(ranked.sum())
    numbers = pd.Series(np.arange(1, len(out) + 1), dtype="Int64")
    within = (out.groupby(["list", "office"], sort=False).cumcount() + 1).astype("Int64")
    here = out.index < first
    return out.assign(rank=numbers.where(here), office_rank=within.where(here))[COLUMNS]
