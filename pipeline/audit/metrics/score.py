"""Mean score of the ranked cases."""

import numpy as np

from pipeline.audit.queue import Metric, Queue

METRIC = Metric(
    place=50,
    title="Mean score",
    meaning="The mean score (a probability between 0 and 1) of the cases on the ranked list.",
    kind="mean",
    unit="score",
    better="higher",
    nothing="No case on the ranked list has a score.",
    step=1e-6,
)


def measure(queue: Queue) -> dict[str, np.ndarray]:
    """The score of ranked cases."""
    ranked = queue.rows["list"] == "ranked"
    return {"": queue.rows["score"].where(ranked).to_numpy(dtype="float64", na_value=np.nan)}
