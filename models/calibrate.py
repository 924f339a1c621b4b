"""From the model's margin to a probability: a strictly increasing curve fitted on later cases (Platt)."""

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

STEPS = 100
ENOUGH = 1e-10


class Calibration(BaseModel):
    """`probability = 1 / (1 + exp(-(slope * margin + intercept)))`, with slope > 0.

    `fallback` tells that the fitted slope was not positive (later outcomes ran against the margin), so the margin's
    own slope of 1 was kept and only the level fitted. `model` is the SHA-256 of the model file.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = ""
    method: str = "platt"
    slope: float = Field(gt=0)
    intercept: float
    fallback: bool = False
    cases: int

    def apply(self, margin: np.ndarray) -> np.ndarray:
        """Calibrated probabilities (n,) of margins (n,); the order of margins is kept."""
        return sigmoid(self.slope * np.asarray(margin, dtype=np.float64) + self.intercept)


def sigmoid(values: np.ndarray) -> np.ndarray:
    """The logistic function, without overflow."""
    small = np.exp(-np.abs(values))
    return np.where(values >= 0, 1.0, small) / (1.0 + small)


def fit(margin: np.ndarray, y: np.ndarray) -> Calibration:
    """Slope and intercept by Newton's method on Platt's smoothed targets.

    `margin` and `y` (0/1) are of the calibration window. Targets are (n1 + 1) / (n1 + 2) and 1 / (n0 + 2) instead of
    1 and 0 (J. Platt, 1999), which keeps the fit finite where the classes part completely.
    """
    margin = np.asarray(margin, dtype=np.float64)
    positives = float(np.sum(y))
    negatives = len(y) - positives
    target = np.where(np.asarray(y) == 1, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    slope, intercept = _newton(margin, target, with_slope=True)
    fallback = not slope > 0
    if fallback:
        slope, intercept = _newton(margin, target, with_slope=False)
    return Calibration(slope=slope, intercept=intercept, fallback=fallback, cases=len(margin))


def _newton(margin: np.ndarray, target: np.ndarray, with_slope: bool) -> tuple[float, float]:
    """Minimises the cross-entropy; a step is halved until it helps. Without slope, the slope stays 1."""
    columns = np.column_stack([margin, np.ones_like(margin)]) if with_slope else np.ones((len(margin), 1))
    offset = np.zeros_like(margin) if with_slope else margin
    found = np.zeros(columns.shape[1])
    found[-1] = np.log(target.mean() / (1 - target.mean())) - (0.0 if with_slope else float(margin.mean()))

    def loss(values: np.ndarray) -> float:
        line = offset + columns @ values
        return float(np.sum(np.logaddexp(0.0, line) - target * line))

    now = loss(found)
    for _ in range(STEPS):
        fitted = sigmoid(offset + columns @ found)
        gradient = columns.T @ (fitted - target)
        # 1e-12: one value of the margin only leaves the slope undetermined; it then stays where it is
        curvature = (columns * (fitted * (1 - fitted))[:, None]).T @ columns + 1e-12 * np.eye(len(found))
        step = np.linalg.solve(curvature, gradient)
        size = 1.0
        while size > ENOUGH and loss(found - size * step) > now:
            size /= 2
        found = found - size * step
        before, now = now, loss(found)
        if before - now <= ENOUGH * max(1.0, abs(now)):
            break
    return (float(found[0]), float(found[1])) if with_slope else (1.0, float(found[0]))
