"""Why a file is held for an officer, and which paper would complete it: the gates' own texts, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.core.errors import Problem

NOT_GATES = ("case_id", "waiting", "set_aside", "points", "verdict")


@dataclass(frozen=True)
class GateText:
    """What a reader is told about one gate, in one language."""

    title: str
    law: str  # act and article
    on_fail: str  # what an officer looks at
    ask_for: str  # the paper or answer that would settle it


def aside(source: str) -> str:
    """The key under which `texts` says that a row of `source` was set aside."""
    return f"set aside: {source}"


def read(gates: pd.DataFrame, texts: Mapping[str, GateText]) -> pd.DataFrame:
    """case_id, failed and unknown (tuples of keys of `texts`). Equal rows share one tuple.

    `gates` has case_id, one column a gate (PASS, FAIL, UNKNOWN, NOT_APPLICABLE), `waiting` (the gates whose UNKNOWN holds
    the file up) and `set_aside` (sources with an unusable row of the file), both separated by spaces. `failed` is in the
    order of the columns; `unknown` names the rows set aside first.
    Raises Problem for a gate without a text.
    """
    codes = [name for name in gates.columns if name not in NOT_GATES]
    for code in codes:
        if code not in texts:
            raise Problem(f"interim/gates: the programme describes no gate `{code}`; run the stage `gates` again.")
    failed = np.array([()] * len(gates) + [None], dtype=object)[:-1]
    if codes and len(gates):
        marks = np.column_stack([(gates[code] == "FAIL").to_numpy(dtype=bool, na_value=False) for code in codes])
        kinds, which = np.unique(marks, axis=0, return_inverse=True)
        tuples = np.empty(len(kinds), dtype=object)
        tuples[:] = [tuple(code for code, marked in zip(codes, kind, strict=True) if marked) for kind in kinds]
        failed = tuples[which.reshape(-1)]
    both = gates["set_aside"] + "\x1f" + gates["waiting"]
    known = {text: _unknown(*text.split("\x1f")) for text in both.unique()}
    return pd.DataFrame({"case_id": gates["case_id"].to_numpy(), "failed": failed, "unknown": both.map(known)})


def _unknown(sources: str, waiting: str) -> tuple[str, ...]:
    return tuple([aside(source) for source in sources.split()] * bool(waiting) + waiting.split())


def held_for(codes: tuple[str, ...], texts: Mapping[str, GateText]) -> list[str]:
    """One line a gate: its title and its article of law."""
    return [f"{texts[code].title} — {texts[code].law}" for code in codes]


def look_at(codes: tuple[str, ...], texts: Mapping[str, GateText]) -> list[str]:
    """One line a gate: what an officer looks at."""
    return [texts[code].on_fail for code in codes]


def ask_for(codes: tuple[str, ...], texts: Mapping[str, GateText]) -> list[str]:
    """One line a gate: the paper or answer to ask for."""
    return [texts[code].ask_for for code in codes]
