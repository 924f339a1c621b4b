"""The audit as a file for programs: `readings.json`."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from pipeline.audit.cover import cover
from pipeline.audit.readings import COLUMNS, VERDICTS
from pipeline.audit.tally import Tally
from pipeline.core.params import Audit
from pipeline.core.programme import Programme

DIGITS = 6


def document(
    programme: Programme, as_of: date, params: Audit, tally: Tally, *, readings: pd.DataFrame, overall: pd.DataFrame
) -> dict[str, Any]:
    """The content of the file: plain records, nothing in it that is covered. Rows used are all rows of the queue."""
    return {
        "programme": programme.programme,
        "as_of": as_of.isoformat(),
        "status": programme.status,
        "confidence": params.confidence,
        "tolerance": params.tolerance,
        "smallest_cell": params.smallest_cell,
        "top_share": params.top_share,
        "rows": {"queue": tally.cases, "used": tally.cases},
        "attributes": {name: _attribute(programme, name, tally, params) for name in programme.groups},
        "verdicts": {name: int((readings["verdict"] == name).sum()) for name in VERDICTS},
        "overall": records(overall),
        "readings": records(readings[list(COLUMNS)]),
    }


def _attribute(programme: Programme, name: str, tally: Tally, params: Audit) -> dict[str, Any]:
    """How many groups and cases an attribute has, and how many of them are covered: nobody falls out of the sum."""
    sizes = np.array([count for _, count in sorted(tally.rows.get(name, {}).items())], dtype="float64")
    hidden = cover(sizes, params.smallest_cell)
    return {
        "title": dict(programme.groups[name].title),
        "groups": len(sizes),
        "suppressed_groups": int(hidden.sum()),
        "suppressed_rows": int(sizes[hidden].sum()),
    }


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as plain records: floats rounded to 6 digits, whole numbers as integers, missing as None."""
    columns = {name: [_plain(value) for value in frame[name].tolist()] for name in frame.columns}
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _plain(value: Any) -> Any:
    if not isinstance(value, float):
        return value
    if np.isnan(value):
        return None
    rounded = round(value, DIGITS) + 0.0  # -0.0 becomes 0.0
    return int(rounded) if rounded.is_integer() else rounded
