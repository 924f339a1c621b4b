"""From the model's margin to a probability: a strictly increasing curve fitted on later cases (Platt)."""

from math import sqrt
from statistics import NormalDist

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

STEPS = 100
ENOUGH = 1e-10


class Calibration(BaseModel):
    """`probability = 1 / (1 + exp(-(slope * margin + intercept)))`, with slope > 0.

    `fallback` tells that the fitted slope was not positive (later outcomes ran against the margin), so the margin's
    own slope of 1 was kept and only the level fitted. `model` is the SHA-256 of the model file. The variances and the
    `covariance` of slope and intercept are those of `fit`; a kept slope has none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = ""
    method: str = "platt"
    slope: float = Field(gt=0)
    intercept: float
    slope_variance: float = Field(default=0.0, ge=0)
    intercept_variance: float = Field(default=0.0, ge=0)
    covariance: float = 0.0
    fallback: bool = False
    cases: int

    def line(self, margin: np.ndarray) -> np.ndarray:
        """Calibrated log-odds (n,) of margins (n,)."""
        return self.slope * np.asarray(margin, dtype=np.float64) + self.intercept

    def apply(self, margin: np.ndarray) -> np.ndarray:
        """Calibrated probabilities (n,) of margins (n,); the order of margins is kept."""
        return sigmoid(self.line(margin))

    def variance(self, margin: np.ndarray) -> np.ndarray:
        """How far the calibrated log-odds of margins (n,) are uncertain because few cases told slope and intercept."""
        margin = np.asarray(margin, dtype=np.float64)
        found = margin**2 * self.slope_variance + 2 * margin * self.covariance + self.intercept_variance
        return np.maximum(found, 0.0)

    def told(self) -> str:
        """Slope and intercept with their 95 % intervals, for a person."""
        reach = NormalDist().inv_cdf(0.975)
        return ", ".join(
            f"{name} {value:.2f} ({value - reach * sqrt(variance):.2f} to {value + reach * sqrt(variance):.2f})"
            for name, value, variance in (
                ("slope", self.slope, self.slope_variance),
                ("intercept", self.intercept, self.intercept_variance),
            )
        )


def sigmoid(values: np.ndarray) -> np.ndarray:
    """The logistic function, without overflow."""
    small = np.exp(-np.abs(values))
    return np.where(values >= 0, 1.0, small) / (1.0 + small)


def fit(margin: np.ndarray, y: np.ndarray, weight: np.ndarray | None = None) -> Calibration:
    """Slope and intercept by Newton's method on Platt's smoothed targets.

    `margin`, `y` (0/1) and `weight` (how often each label counts; None: once) are of the calibration window. Targets
    are (n1 + 1) / (n1 + 2) and 1 / (n0 + 2) instead of 1 and 0 (J. Platt, 1999), n1 and n0 being the weights of the two
    outcomes, which keeps the fit finite where the classes part completely.

    Variances are H. White's (Econometrica 50, 1982): they hold where the curve is not the true one and where a case
    counts more than once.
    """
    margin, y = np.asarray(margin, dtype=np.float64), np.asarray(y)
    weight = np.ones(len(margin)) if weight is None else np.asarray(weight, dtype=np.float64)
    positives, negatives = float(weight[y == 1].sum()), float(weight[y != 1].sum())
    target = np.where(y == 1, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    found = _newton(margin, target, weight, with_slope=True)
    fallback = not found["slope"] > 0
    if fallback:
        found = _newton(margin, target, weight, with_slope=False)
    return Calibration.model_validate({**found, "fallback": fallback, "cases": len(margin)})


def _newton(margin: np.ndarray, target: np.ndarray, weight: np.ndarray, with_slope: bool) -> dict[str, float]:
    """Minimises the weighted cross-entropy; a step is halved until it helps. Without slope, the slope stays 1."""
    columns = np.column_stack([margin, np.ones_like(margin)]) if with_slope else np.ones((len(margin), 1))
    offset = np.zeros_like(margin) if with_slope else margin
    found = np.zeros(columns.shape[1])
    level, middle = np.average(target, weights=weight), np.average(margin, weights=weight)
    found[-1] = np.log(level / (1 - level)) - (0.0 if with_slope else middle)

    def loss(values: np.ndarray) -> float:
        line = offset + columns @ values
        return float(np.sum(weight * (np.logaddexp(0.0, line) - target * line)))

    def curvature(fitted: np.ndarray) -> np.ndarray:
        # 1e-12: one value of the margin only leaves the slope undetermined; it then stays where it is
        bent = weight * fitted * (1 - fitted)
        return (columns * bent[:, None]).T @ columns + 1e-12 * np.eye(len(found))

    now = loss(found)
    for _ in range(STEPS):
        fitted = sigmoid(offset + columns @ found)
        step = np.linalg.solve(curvature(fitted), columns.T @ (weight * (fitted - target)))
        size = 1.0
        while size > ENOUGH and loss(found - size * step) > now:
            size /= 2
        found = found - size * step
        before, now = now, loss(found)
        if before - now <= ENOUGH * max(1.0, abs(now)):
            break
    fitted = sigmoid(offset + columns @ found)
    scores = columns * (weight * (fitted - target))[:, None]
    inverse = np.linalg.inv(curvature(fitted))
    spread = inverse @ (scores.T @ scores) @ inverse
    told = {"intercept": float(found[-1]), "intercept_variance": max(0.0, float(spread[-1, -1]))}
    if not with_slope:
        return {"slope": 1.0, **told}
    more = {"slope_variance": max(0.0, float(spread[0, 0])), "covariance": float(spread[0, 1])}
    return {"slope": float(found[0]), **more, **told}
