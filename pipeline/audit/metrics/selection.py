"""Share of the queue in the top of the ranked list, which is the share of files that are looked at first."""

import numpy as np

from pipeline.audit.queue import Metric, Queue

METRIC = Metric(
    place=10,
    title="Near the top of the list",
    meaning="Of all cases in the queue, the share that stands in the top part of the national ranked list.",
    kind="share",
    unit="share",
    better="higher",
    nothing="There are no cases in the queue.",
)


def measure(queue: Queue) -> dict[str, np.ndarray]:
    """1 for cases in the top of the ranked list, 0 for all other cases of the queue, whatever list they are on."""
    return {"": queue.share(queue.rows["selected"])}
