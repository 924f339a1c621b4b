"""Precision at the top of the list: the observed rate of the positive outcome among the selected cases."""

import numpy as np

from pipeline.audit.queue import Metric, Queue

METRIC = Metric(
    place=110,
    title="Positive outcome among those near the top",
    meaning="Of the cases near the top whose outcome is known, the share with the positive outcome (precision).",
    kind="share",
    unit="share",
    better="neither",
    nothing="The outcomes of the cases in the queue are not known yet.",
    part="outcomes",
)


def measure(queue: Queue) -> dict[str, np.ndarray]:
    """The outcome (1 or 0) of selected cases."""
    return {"": queue.share(queue.rows["label"], among=queue.rows["selected"])}
