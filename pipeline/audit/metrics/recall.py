"""Recall at the top of the list: the share of the cases with the positive outcome that were selected."""

import numpy as np

from pipeline.audit.queue import Metric, Queue

METRIC = Metric(
    place=100,
    title="Found near the top, of those with the positive outcome",
    meaning="Of the cases that turned out positive, the share that stood near the top of the list (recall).",
    kind="share",
    unit="share",
    better="higher",
    nothing="The outcomes of the cases in the queue are not known yet.",
    part="outcomes",
)


def measure(queue: Queue) -> dict[str, np.ndarray]:
    """1 for selected cases, among those with the positive outcome."""
    positive = queue.rows["label"].eq(1).fillna(False).astype(bool)
    return {"": queue.share(queue.rows["selected"], among=positive)}
