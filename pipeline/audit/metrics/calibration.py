"""Calibration gap: how far the score lies above (or below) what was observed."""

import numpy as np

from pipeline.audit.queue import Metric, Queue

METRIC = Metric(
    place=130,
    title="Score minus observed rate",
    meaning="The mean score minus the observed share of positive outcomes; below zero, the score is too low for the group.",
    kind="mean",
    unit="score",
    better="zero",
    nothing="The outcomes of the cases in the queue are not known yet.",
    part="outcomes",
    step=1e-6,
)


def measure(queue: Queue) -> dict[str, np.ndarray]:
    """Score minus outcome, for cases that have both."""
    score, label = (queue.rows[name].to_numpy(dtype="float64", na_value=np.nan) for name in ("score", "label"))
    return {"": score - label}
