"""Days from lodging to the interview, of the cases that have a slot."""

import numpy as np

from pipeline.audit.queue import Metric, Queue

METRIC = Metric(
    place=70,
    title="Days from lodging to the interview",
    meaning="The mean number of days from lodging to the planned interview, of the cases that have one.",
    kind="mean",
    unit="days",
    better="lower",
    nothing="This programme has no interviews, or none is planned.",
    part="waiting",
    tolerance="relative",
)


def measure(queue: Queue) -> dict[str, np.ndarray]:
    """Whole days from lodging to the day of the interview; NaN for cases without one."""
    return {"": queue.days(queue.rows["lodged_on"], queue.rows["starts_at"])} if queue.interviews else {}
