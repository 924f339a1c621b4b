import numpy as np
import pandas as pd
import pytest

from pipeline.core.programme import Source

TEXT = {
    "id": ["A1", "A2", "A2", "A3", "A9x", None, "id", "A7", "A8"],
    "person": ["P1", "P1", "P2", "P9", "P1", "P1", "person", "P1", "P2"],
    "wage": ["100", "-5", "100", "100", "100", "100", "wage", "much", "100"],
    "sex": ["f", "m", "m", "m", "f", "f", "sex", "f", "other"],
    "start": [
        "2026-01-01",
        "2026-01-01",
        "2026-01-01",
        "2026-01-01",
        "2026-01-01",
        "2026-01-01",
        "start",
        "2026-02-31",
        "2026-01-01",
    ],
    "end": [
        "2026-01-02",
        None,
        "2026-01-02",
        "2026-01-02",
        "2025-01-01",
        "2026-01-02",
        "end",
        "2026-01-02",
        "2026-01-02",
    ],
    "passport": ["N1", "N2", "N3", "N4", "N5", "N6", "passport", "N7", "N1"],
}


@pytest.fixture
def source() -> Source:
    return Source.model_validate({
        "name": "t", "file": "t.csv", "title": "T", "key": "id", "unique": [["passport"]], "refers": {"person": "persons"},
        "rules": {"ordered": "end >= start"},
        "columns": {
            "id": {"kind": "id", "required": True, "pattern": "A[0-9]", "meaning": "Number"},
            "person": {"kind": "id", "required": True, "meaning": "Person", "personal": True},
            "wage": {"kind": "number", "low": 0, "meaning": "Wage"},
            "sex": {"kind": "code", "codes": ["f", "m"], "meaning": "Sex", "protected": True},
            "start": {"kind": "date", "required": True, "low": "2015-01-01", "meaning": "Start"},
            "end": {"kind": "date", "meaning": "End"},
            "passport": {"kind": "text", "meaning": "Passport", "personal": True},
        },
    })  # fmt: skip


@pytest.fixture
def text() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(values, dtype="str") for name, values in TEXT.items()})


@pytest.fixture
def lines() -> np.ndarray:
    return np.arange(2, 2 + len(TEXT["id"]))
