"""Share of the queue that waits for a paper: no gate failed, at least one could not be answered."""

import numpy as np

from pipeline.audit.queue import Metric, Queue

METRIC = Metric(
    place=40,
    title="Incomplete (a paper is missing)",
    meaning="Of all cases in the queue, the share where a gate cannot be answered because a fact is missing.",
    kind="share",
    unit="share",
    better="lower",
    nothing="This programme has no gates, so no case is incomplete.",
)


def measure(queue: Queue) -> dict[str, np.ndarray]:
    """1 for incomplete cases, 0 for the others; nothing where the programme has no gates."""
    return {"": queue.share(queue.rows["list"] == "incomplete")} if queue.gates else {}
