"""Days waited so far: from lodging to the decision, or to the as-of day while there is none."""

import numpy as np
import pandas as pd

from pipeline.audit.queue import Metric, Queue

METRIC = Metric(
    place=60,
    title="Days waited so far",
    meaning="The mean number of days from lodging to the as-of day, or to the decision where there is one already.",
    kind="mean",
    unit="days",
    better="lower",
    nothing="No case in the queue has a day of lodging.",
    part="waiting",
    tolerance="relative",
)


def measure(queue: Queue) -> dict[str, np.ndarray]:
    """Whole days from lodging to min(decision, as_of)."""
    today = pd.Timestamp(queue.as_of)
    decided = queue.rows["decided_on"]
    return {"": queue.days(queue.rows["lodged_on"], decided.where(decided <= today, today))}
