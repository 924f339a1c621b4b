"""How sure a probability is: what the model would have said without one block of time, and who gets a person first."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

from models.calibrate import Calibration, sigmoid
from models.tables import Lookup, Tables

if TYPE_CHECKING:
    from models.encode import Schema
    from models.matrix import Rows
    from models.train import Knobs

SURE, WIDE, CANNOT_SAY = "", "wide", "cannot_say"  # why a file goes to a person first; SURE: it need not


class Doubt(BaseModel):
    """Members that learnt without one block of time each, and the width from which on a person looks first.

    `level` is that of the intervals; of the calibration cases a `share` have an interval wider than `width`. `model` is
    the SHA-256 of the model file.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    model: str = ""
    level: float = Field(gt=0, lt=1)
    share: float = Field(gt=0, lt=1)
    width: FiniteFloat = Field(ge=0, le=1)
    members: list[Tables] = Field(min_length=2)


class Intervals:
    """Intervals of calibrated probabilities, looked up in `members`.

    The variance of a margin is that of the delete-a-group jackknife (P. Kott, Journal of Official Statistics 17, 2001)
    over blocks of consecutive cases (H. Künsch, Annals of Statistics 17, 1989): (g - 1) / g times the sum of squared
    distances of the g members from the model's own margin. The curve of the calibration adds its own variance, and
    Student's t with g - 1 degrees of freedom gives the reach in log-odds, so bounds never leave 0 to 1.

    An interval covers what other cases in the same years would have changed. It does not cover what no case shows: what
    the form of the model cannot say, refused files, and years that differ from those learnt from.
    """

    def __init__(self, members: list[Tables], level: float, calibration: Calibration) -> None:
        from scipy.special import stdtrit

        self._members = [Lookup(member) for member in members]
        self._calibration = calibration
        self._reach = float(stdtrit(len(members) - 1, (1 + level) / 2))

    def bounds(self, x: np.ndarray, margin: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """`(low, high)`, each (n,), around the calibrated probabilities of an encoded matrix with the model's `margin`."""
        groups = len(self._members)
        squares = np.zeros(len(x))
        for member in self._members:
            squares += (member.margin(x) - margin) ** 2
        variance = self._calibration.slope**2 * squares * (groups - 1) / groups + self._calibration.variance(margin)
        reach = self._reach * np.sqrt(variance)
        line = self._calibration.line(margin)
        return sigmoid(line - reach), sigmoid(line + reach)


def blocks(lodged_on: np.ndarray, same: np.ndarray, count: int) -> np.ndarray:
    """The block (n,) of each case, 0 to `count` - 1: consecutive days of lodging with about equally many cases.

    Neither a day nor a matter (`same`) is parted: a case lies where the first case of its matter does. Raises
    ValueError where a block would be empty.
    """
    days = pd.Series(lodged_on).groupby(np.asarray(same)).transform("min").to_numpy()
    cuts = np.sort(days)[[len(days) * number // count for number in range(1, count)]]
    found = np.searchsorted(cuts, days, side="right")
    if len(np.unique(found)) < count:
        raise ValueError(
            f"The train window cannot be cut into {count} blocks of time: its {len(days)} cases lie on too few days; "
            "lower `doubt.members` in params.yaml or wait for more outcomes."
        )
    return found


def members(
    rows: "Rows", schema: "Schema", knobs: "Knobs", count: int, told: Callable[[int], None] = lambda _: None
) -> list[Tables]:
    """The tables of `count` models, each trained with `knobs` on `rows` without one block; `told` is given each number.

    Raises ValueError where a block is empty, or where all cases outside a block have the same outcome.
    """
    from models import compile, split, train

    found = []
    block = blocks(rows.lodged_on, rows.same, count)
    for number in range(count):
        kept = block != number
        split.require_both(rows.y[kept], f"train (without block {number + 1} of {count})")
        booster = train.fit(rows.x[kept], rows.y[kept], schema, knobs, rows.weight[kept])
        found.append(compile.compile_booster(booster, knobs.pairs))
        told(number + 1)
    return found


def learn(
    found: list[Tables], calibration: Calibration, later: np.ndarray, margin: np.ndarray, level: float, share: float
) -> Doubt:
    """`Doubt` with the members `found`; its width is learnt on the encoded calibration cases `later` with their `margin`.

    So whether a file is in doubt depends on that file alone, not on who else waits.
    """
    low, high = Intervals(found, level, calibration).bounds(later, margin)
    width = float(np.quantile(high - low, 1 - share, method="higher"))
    return Doubt(level=level, share=share, width=width, members=found)
