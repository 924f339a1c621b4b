"""The rows of the lists as people read them: one row a file, and the facts that stand at the head of every output."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

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


def day(value: date, lang: str) -> str:
    """A date as readers of `lang` write it."""
    return value.strftime(DATES[lang])


def assemble(
    ranking: pd.DataFrame, told: pd.DataFrame, gates: pd.DataFrame, *, texts: Mapping[str, GateText],
    offices: Mapping[str, str], words: Words,
) -> pd.DataFrame:  # fmt: skip
    """`ranking` in its order with office_name, reason_i and way_i (from `reasons.tell`), failed, unknown (tuples of
    gate codes), held_for, look_at and ask_for (texts).

    Score and reasons stay empty on the lists `held` and `incomplete`: they play no part in their order.
    """
    rows = ranking.merge(told, on="case_id", how="left", validate="one_to_one")
    rows = rows.merge(gaps.read(gates, texts), on="case_id", how="left", validate="one_to_one")
    rows["office_name"] = rows["office"].map(lambda code: offices.get(code, code)).astype("str")
    rows["held_for"] = _join(rows["failed"], lambda codes: gaps.held_for(codes, texts))
    rows["look_at"] = _join(rows["failed"], lambda codes: gaps.look_at(codes, texts))
    rows["ask_for"] = _join(rows["unknown"], lambda codes: gaps.ask_for(codes, texts))
    aside = (rows["list"] != RANKED).to_numpy(dtype=bool)
    rows.loc[aside, "score"] = float("nan")
    for number in range(1, reasons.count(told) + 1):
        rows.loc[aside, [f"reason_{number}", f"way_{number}"]] = ""
    return rows


def _join(codes: pd.Series, tell: Callable[[tuple[str, ...]], list[str]]) -> pd.Series:
    """Texts of tuples of codes, parted by ` | `; each different tuple is told once."""
    known = {kind: " | ".join(tell(kind)) for kind in set(codes)}
    return pd.Series([known[kind] for kind in codes], index=codes.index, dtype="str")


def write_csv(rows: pd.DataFrame, path: Path) -> None:
    """`rows` as the ranked list in CSV (UTF-8, one header line): the list `ranked` first, no personal data.

    Columns: list, rank, office_rank, office, office_name, case_id, lodged_on (ISO), score (4 decimals), reason_1..N,
    held_for, ask_for.
    """
    named = [name for name in rows.columns if name.startswith("reason_")]
    columns = [
        "list",
        "rank",
        "office_rank",
        "office",
        "office_name",
        "case_id",
        "lodged_on",
        "score",
        *named,
        "held_for",
        "ask_for",
    ]
    rows[columns].to_csv(
        path, index=False, float_format="%.4f", date_format="%Y-%m-%d", lineterminator="\n", encoding="utf-8"
    )
