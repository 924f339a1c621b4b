"""Share of failed answers, gate by gate."""

import numpy as np

from pipeline.audit.queue import Metric, Queue

METRIC = Metric(
    place=200,
    title="Gate failed",
    meaning="Of all cases in the queue, the share that this gate sends to an officer.",
    kind="share",
    unit="share",
    better="lower",
    nothing="This programme has no gates.",
    part="gates",
)


def measure(queue: Queue) -> dict[str, np.ndarray]:
    """Per gate: 1 for FAIL, 0 for any other answer."""
    return {gate: queue.share(queue.rows[gate] == "FAIL") for gate in queue.gates}
