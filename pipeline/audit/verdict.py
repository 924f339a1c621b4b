"""What the audit says of the model that ordered the queue, in one word: a promotion reads it, nobody else."""

from typing import Any

import pandas as pd

from pipeline.audit.readings import FAIL, PASS

ORDER = (
    "calibration",
    "positives_left_out",
    "precision",
    "recall",
    "score",
    "selection",
)  # what the model's order decides
GOOD, BAD, UNKNOWN = "pass", "fail", "cannot_tell"


def of(readings: pd.DataFrame, model: str) -> dict[str, Any]:
    """The verdict on the model of version `model` from the audit's readings, with its counts and why.

    `fail` where a gap between groups in what the model's order decides is surely larger than tolerated; `pass` only
    where every one of these gaps is surely within; otherwise `cannot_tell`, which is no pass.
    """
    found = readings.loc[readings["metric"].str.split(".").str[0].isin(ORDER), "verdict"].value_counts()
    counts = {str(word): int(found[word]) for word in sorted(found.index)}
    total, good, bad = sum(counts.values()), counts.get(PASS, 0), counts.get(FAIL, 0)
    if bad:
        word, why = BAD, f"{bad:,} of {total:,} gaps between groups in the model's order are larger than tolerated."
    elif total and good == total:
        word, why = GOOD, f"All {total:,} gaps between groups in the model's order are within what is tolerated."
    else:
        word, why = UNKNOWN, f"Of {total:,} gaps between groups in the model's order {total - good:,} cannot be told."
    return {"model": model, "verdict": word, "why": why, "readings": counts}
