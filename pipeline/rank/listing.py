"""The rows of the lists as people read them: one row a file, and the facts that stand at the head of every output."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from models.doubt import CANNOT_SAY, SURE
from pipeline.core.messages import Words
from pipeline.rank import gaps, reasons
from pipeline.rank.gaps import GateText
from pipeline.rank.order import RANKED

DATES = {"kk": "%d.%m.%Y", "ru": "%d.%m.%Y", "en": "%Y-%m-%d"}


@dataclass(frozen=True)
class Head:
    """What every output says about itself, already in the reader's language."""

    title: str
    status: str
    as_of: date
    salt: str
    score_means: str
    versions: Mapping[str, str]  # name in words -> version
    offices: Mapping[str, str]  # code -> name, in the order of the programme
    review: str = ""  # how files were drawn for the random review; empty: none are


def day(value: date, lang: str) -> str:
    """A date as readers of `lang` write it."""
    return value.strftime(DATES[lang])


def assemble(
    ranking: pd.DataFrame, told: pd.DataFrame, gates: pd.DataFrame, *, texts: Mapping[str, GateText],
    offices: Mapping[str, str], words: Words,
) -> pd.DataFrame:  # fmt: skip
    """`ranking` in its order with office_name, the columns of `reasons.tell`, failed, unknown (tuples of gate codes),
    held_for, look_at and ask_for (texts), `changes` (all change_i, each with its number), and `mark`: what an officer
    must know before reading on.

    Score, interval, doubt and reasons stay empty on the lists `held` and `incomplete`, where they play no part in the
    order, and for files of the random review, which are handled without them. A score of which the model cannot say
    anything is not shown either.
    """
    rows = ranking.merge(told, on="case_id", how="left", validate="one_to_one")
    rows = rows.merge(gaps.read(gates, texts), on="case_id", how="left", validate="one_to_one")
    rows["office_name"] = rows["office"].map(lambda code: offices.get(code, code)).astype("str")
    rows["held_for"] = _join(rows["failed"], lambda codes: gaps.held_for(codes, texts))
    rows["look_at"] = _join(rows["failed"], lambda codes: gaps.look_at(codes, texts))
    rows["ask_for"] = _join(rows["unknown"], lambda codes: gaps.ask_for(codes, texts))
    ranked = (rows["list"] == RANKED).to_numpy(dtype=bool)
    rows["arm"] &= ranked
    blind = rows["arm"].to_numpy(dtype=bool) | ~ranked
    rows.loc[blind, "why_doubt"] = SURE
    empty = (rows["why_doubt"] == CANNOT_SAY).to_numpy(dtype=bool)
    rows.loc[blind | empty, ["score", "low", "high"]] = float("nan")
    rows.loc[blind | empty, [name for name in told.columns if name != "case_id"]] = ""
    rows["changes"] = _numbered(rows)
    rows["mark"] = np.select(
        [rows["arm"], empty, rows["why_doubt"] != SURE],
        [
            words("Drawn for the random review: handle without score"),
            words("The model cannot say: a person first"),
            words("Not sure: a person first"),
        ],
        "",
    )
    return rows


def _numbered(rows: pd.DataFrame) -> pd.Series:
    """What would change the reasons of each file, with their numbers: `1: ... | 3: ...`."""
    found = pd.Series("", index=rows.index, dtype="str")
    for number in range(1, reasons.count(rows) + 1):
        change = rows[f"change_{number}"]
        found += (found != "").map({True: " | ", False: ""}).where(change != "", "")
        found += (f"{number}: " + change).where(change != "", "")
    return found


def _join(codes: pd.Series, tell: Callable[[tuple[str, ...]], list[str]]) -> pd.Series:
    """Texts of tuples of codes, parted by ` | `; each different tuple is told once."""
    known = {kind: " | ".join(tell(kind)) for kind in set(codes)}
    return pd.Series([known[kind] for kind in codes], index=codes.index, dtype="str")


def write_csv(rows: pd.DataFrame, path: Path) -> None:
    """`rows` as the ranked list in CSV (UTF-8, one header line): the list `ranked` first, no personal data.

    Columns: list, rank, office_rank, office, office_name, case_id, lodged_on (ISO), arm (true or false), why_doubt (`wide`,
    `cannot_say` or empty), mark, score, low, high (4 decimals), code_i, reason_i, change_i for i in 1..N, rest, held_for,
    ask_for.
    """
    told = [name for name in rows.columns if name.startswith(("code_", "reason_", "change_"))]
    columns = [
        *("list", "rank", "office_rank", "office", "office_name", "case_id", "lodged_on"),
        *("arm", "why_doubt", "mark", "score", "low", "high", *told, "rest", "held_for", "ask_for"),
    ]
    shown = rows[columns].assign(arm=np.where(rows["arm"], "true", "false"))
    shown.to_csv(path, index=False, float_format="%.4f", date_format="%Y-%m-%d", lineterminator="\n", encoding="utf-8")
