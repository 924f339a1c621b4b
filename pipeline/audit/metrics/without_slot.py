"""Share of the ranked cases that have no interview slot in the plan."""

import numpy as np

from pipeline.audit.queue import Metric, Queue

METRIC = Metric(
    place=80,
    title="Without an interview slot",
    meaning="Of the cases on the ranked list, the share for which the plan has no interview.",
    kind="share",
    unit="share",
    better="lower",
    nothing="This programme has no interviews.",
    part="waiting",
)


def measure(queue: Queue) -> dict[str, np.ndarray]:
    """1 for ranked cases without an interview, 0 for those with one."""
    if not queue.interviews:
        return {}
    return {"": queue.share(queue.rows["starts_at"].isna(), among=queue.rows["list"] == "ranked")}
