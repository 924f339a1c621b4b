"""Share of the queue on the ranked list: every gate passed or not applicable."""

import numpy as np

from pipeline.audit.queue import Metric, Queue

METRIC = Metric(
    place=20,
    title="On the ranked list (all gates passed)",
    meaning="Of all cases in the queue, the share that passed every gate.",
    kind="share",
    unit="share",
    better="higher",
    nothing="This programme has no gates, so every case is on the ranked list.",
)


def measure(queue: Queue) -> dict[str, np.ndarray]:
    """1 for ranked cases, 0 for held and incomplete ones; nothing where the programme has no gates."""
    return {"": queue.share(queue.rows["list"] == "ranked")} if queue.gates else {}
