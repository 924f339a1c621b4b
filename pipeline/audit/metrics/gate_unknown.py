"""Share of answers that wait for a fact, gate by gate."""

import numpy as np

from pipeline.audit.queue import Metric, Queue

METRIC = Metric(
    place=210,
    title="Gate cannot be answered",
    meaning="Of all cases in the queue, the share where this gate waits for a missing fact.",
    kind="share",
    unit="share",
    better="lower",
    nothing="This programme has no gates.",
    part="gates",
)


def measure(queue: Queue) -> dict[str, np.ndarray]:
    """Per gate: 1 for UNKNOWN, 0 for any other answer."""
    return {gate: queue.share(queue.rows[gate] == "UNKNOWN") for gate in queue.gates}
