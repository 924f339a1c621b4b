"""Why a file is held for an officer, and which paper would complete it: the gates' own texts, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.core.errors import Problem

NOT_GATES = ("case_id", "points", "verdict")


@dataclass(frozen=True)
class GateText:
    """What a reader is told about one gate, in one language."""

    title: str
    law: str  # act and article
    on_fail: str  # what an officer looks at
    ask_for: str  # the paper or answer that would settle it


def read(gates: pd.DataFrame, texts: Mapping[str, GateText]) -> pd.DataFrame:
    """case_id, failed and unknown (tuples of gate codes, in the order of the columns of `gates`).

    `gates` has case_id and one column a gate (PASS, FAIL, UNKNOWN, NOT_APPLICABLE). Equal rows share one tuple.
    Raises Problem for a gate without a text.
    """
    codes = [name for name in gates.columns if name not in NOT_GATES]
    for code in codes:
        if code not in texts:
            raise Problem(f"interim/gates: the programme describes no gate `{code}`; run the stage `gates` again.")
    out = {"case_id": gates["case_id"].to_numpy()}
    for column, answer in (("failed", "FAIL"), ("unknown", "UNKNOWN")):
        if codes and len(gates):
            marks = np.column_stack([(gates[code] == answer).to_numpy(dtype=bool, na_value=False) for code in codes])
            kinds, which = np.unique(marks, axis=0, return_inverse=True)
            tuples = np.empty(len(kinds), dtype=object)
            tuples[:] = [tuple(code for code, marked in zip(codes, kind, strict=True) if marked) for kind in kinds]
            out[column] = tuples[which.reshape(-1)]
        else:
            out[column] = np.array([()] * len(gates) + [None], dtype=object)[:-1]
    return pd.DataFrame(out)


def held_for(codes: tuple[str, ...], texts: Mapping[str, GateText]) -> list[str]:
    """One line a gate: its title and its article of law."""
    return [f"{texts[code].title} — {texts[code].law}" for code in codes]


def look_at(codes: tuple[str, ...], texts: Mapping[str, GateText]) -> list[str]:
    """One line a gate: what an officer looks at."""
    return [texts[code].on_fail for code in codes]


def ask_for(codes: tuple[str, ...], texts: Mapping[str, GateText]) -> list[str]:
    """One line a gate: the paper or answer to ask for."""
    return [texts[code].ask_for for code in codes]
