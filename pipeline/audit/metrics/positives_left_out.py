"""The observed rate of the positive outcome among the cases that were not selected."""

import numpy as np

from pipeline.audit.queue import Metric, Queue

METRIC = Metric(
    place=120,
    title="Positive outcome among all others",
    meaning="Of the cases not near the top whose outcome is known, the share with the positive outcome.",
    kind="share",
    unit="share",
    better="neither",
    nothing="The outcomes of the cases in the queue are not known yet.",
    part="outcomes",
)


def measure(queue: Queue) -> dict[str, np.ndarray]:
    """The outcome (1 or 0) of cases that were not selected."""
    return {"": queue.share(queue.rows["label"], among=~queue.rows["selected"])}
