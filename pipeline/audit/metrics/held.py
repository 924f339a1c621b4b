"""Share of the queue held for an officer: at least one gate failed."""

import numpy as np

from pipeline.audit.queue import Metric, Queue

METRIC = Metric(
    place=30,
    title="Held for an officer (a gate failed)",
    meaning="Of all cases in the queue, the share with at least one failed gate; an officer decides on them.",
    kind="share",
    unit="share",
    better="lower",
    nothing="This programme has no gates, so no case is held.",
)


def measure(queue: Queue) -> dict[str, np.ndarray]:
    """1 for held cases, 0 for the others; nothing where the programme has no gates."""
    return {"": queue.share(queue.rows["list"] == "held")} if queue.gates else {}
