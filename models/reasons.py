"""Reasons for a score: the strongest effects that do not contradict each other, and what would change them.

An effect is a cell of the model's own tables, so a reason is the model itself, not a guess about it. What would change
it is another cell of the same table: nothing is fitted, and nothing is promised.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count as numbered

import numpy as np
import pandas as pd

from features.columns import LOG
from models.encode import Feature, Schema, encode, show
from models.tables import Axis, Table, Tables

BATCH = 20_000  # rows explained at once, so that progress moves and memory stays small
LEAST = 0.1  # log-odds: a smaller change is not worth telling
SHARE = "share of "  # a unit that starts so is shown in per cent
FINEST = -6  # a bound is told with so many decimals at most
DIGITS = 3  # of a bound, where fewer do not lie in reach
PARTS = ("reason", "code", "effect", "value", "change", "from", "to", "gain")
NUMBERS = ("effect", "gain")

Effects = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Moves:
    """What would raise a feature's effect, by cell of its table (k,): the change ("" none), its bounds, the gain.

    A number reaches `start` or more, or `stop` or less; an empty bound is none. A category becomes `start`.
    `state`: stating a missing value could raise the effect (by how much depends on the value).
    """

    axis: Axis
    change: np.ndarray
    start: np.ndarray
    stop: np.ndarray
    gain: np.ndarray
    state: bool


def choose(effects: np.ndarray, features: Sequence[Feature], count: int) -> np.ndarray:
    """The features that are told of each row, strongest first: places among `features` (n, count), -1 for none.

    `effects` is (n, features). Left out are: no effect; an effect against the sum of its theme, so that what is told of
    one theme points one way; and either a feature that says that rows are missing, or those it covers, whichever is
    weaker. Equal sizes go by name. A row is looked at for itself: neither the order nor the number of rows matters.
    """
    number = {feature.name: place for place, feature in enumerate(features)}
    by_name = [number[name] for name in sorted(number)]
    themes = [feature.theme or feature.name for feature in features]
    sums = {theme: np.zeros(len(effects)) for theme in themes}
    for place in by_name:
        sums[themes[place]] += effects[:, place]
    size = np.abs(effects)
    for place in by_name:
        size[np.sign(effects[:, place]) != np.sign(sums[themes[place]]), place] = 0
    for place in by_name:
        if covered := [number[name] for name in features[place].covers if name in number]:
            loses = size[:, place] < size[:, covered].max(axis=1)
            size[loses, place] = 0
            size[np.ix_(size[:, place] > 0, covered)] = 0
    order = np.argsort(-size[:, by_name], axis=1, kind="stable")[:, :count]
    found = np.full((len(effects), count), -1, dtype=np.int64)
    places = np.array(by_name, dtype=np.int64)[order]
    found[:, : places.shape[1]] = np.where(np.take_along_axis(size, places, axis=1) > 0, places, -1)
    return found


def moves(table: Table, feature: Feature, least: float) -> Moves | None:
    """What would raise the effect of `feature` by `least` or more, all else equal; `table` is its own, of one axis.

    None where a person can do nothing about it. A number goes to the nearest cell in the declared direction from which
    on the effect is, and stays, that much higher; the bound is a round number that holds. A category goes to the one
    most usual in training that is that much higher.
    """
    if not feature.change:
        return None
    axis, effects = table.axes[0], np.array(table.effects, dtype=np.float64)
    found = Moves(
        axis,
        change=np.full(axis.size, "", dtype=object),
        start=np.full(axis.size, "", dtype=object),
        stop=np.full(axis.size, "", dtype=object),
        gain=np.full(axis.size, np.nan),
        state=False,
    )
    known = _cells(axis, _category_values(feature)) if feature.kind == "category" else np.arange(axis.size - 1)
    missing = _cells(axis, np.array([feature.missing if feature.kind == "category" else np.nan]))[0]
    state = bool(len(known)) and effects[known].max() - effects[missing] >= least
    for cell in range(axis.size if feature.change != "state" else 0):
        better = effects - effects[cell] >= least
        move = _other(feature, known, better) if feature.kind == "category" else _number(axis, feature, cell, better)
        if move is not None:
            reached, found.start[cell], found.stop[cell] = move
            found.change[cell], found.gain[cell] = feature.change, effects[reached] - effects[cell]
    return Moves(axis, found.change, found.start, found.stop, found.gain, state)


def _category_values(feature: Feature) -> np.ndarray:
    """The training categories as the matrix holds them, most usual first."""
    frame = pd.DataFrame({feature.name: pd.Series(feature.categories, dtype="str")})
    return encode(frame, Schema(features=[feature]))[:, 0]


def _cells(axis: Axis, values: np.ndarray) -> np.ndarray:
    edges, cells = axis.steps()
    return cells[edges.searchsorted(np.asarray(values, dtype=np.float64))]


def _other(feature: Feature, known: np.ndarray, better: np.ndarray) -> tuple[int, str, str] | None:
    usual = np.flatnonzero(better[known])
    return (int(known[usual[0]]), feature.categories[usual[0]], "") if len(usual) else None


def _number(axis: Axis, feature: Feature, cell: int, better: np.ndarray) -> tuple[int, str, str] | None:
    """The cell reached from `cell`, and the bound (from, to) from which on the effect stays better, as text."""
    last = axis.size - 2  # the highest number's cell; behind it stands the missing value's
    if cell > last:
        return None
    if feature.change == "more":
        near = cell + 1 + _behind(better[cell + 1 : last + 1])
        value = _round(axis.up_to[near - 1], np.inf, feature.unit, up=True) if near <= last and axis.up_to else None
    else:
        near = cell - 1 - _behind(better[:cell][::-1])
        value = _round(-np.inf, axis.up_to[near], feature.unit, up=False) if near >= 0 and axis.up_to else None
    if value is None:
        return None
    reached = int(_cells(axis, np.array([_read(value, feature.unit)]))[0])
    return (reached, _text(value), "") if feature.change == "more" else (reached, "", _text(value))


def _behind(better: np.ndarray) -> int:
    """How many cells lie up to and including the last one that is not better."""
    worse = np.flatnonzero(~better)
    return int(worse[-1]) + 1 if len(worse) else 0


def _round(low: float, high: float, unit: str, *, up: bool) -> float | None:
    """The first (`up`) or last round number, as people read it, that lies above `low` and up to `high`; None: none does."""
    edge = float(np.expm1(low if up else high)) if unit.startswith(LOG) else (low if up else high)
    coarsest = -2 if unit.startswith(SHARE) else max(int(np.floor(np.log10(max(abs(edge), 1.0)))) + 1 - DIGITS, 0)
    for exponent in range(coarsest, FINEST - 1, -1):
        step = np.floor(edge / 10.0**exponent)
        for steps in (step - 1, step, step + 1, step + 2) if up else (step + 1, step, step - 1):
            value = round(float(steps * 10.0**exponent), -exponent) + 0.0  # -0.0 becomes 0.0
            if low < _read(value, unit) <= high:
                return value
    return None


def _read(value: float, unit: str) -> float:
    """What the model's matrix holds where a person says `value`."""
    if unit.startswith(LOG):
        return float(np.float32(np.log1p(value))) if value >= 0 else np.nan
    return float(np.float32(value))


def _text(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.{DIGITS - FINEST}g}"


def table(
    frame: pd.DataFrame, schema: Schema, tables: Tables | None, effects: Effects, *, count: int, least: float,
    progress: Callable[[float], None] | None = None,
) -> pd.DataFrame:  # fmt: skip
    """The reasons of each row of `frame`: for i = 1..count the columns `PARTS`, and `rest`; index as in `frame`.

    `reason_i` is the feature, `code_i` its stable code with the direction (`BEST_LISTENING+`), `effect_i` its effect on
    the raw score, `value_i` the person's own value as text. `change_i`, `from_i`, `to_i`, `gain_i` say what would
    raise the effect (see `moves`; `state`: a missing value, without a gain). A place without a reason is empty
    (`""`, 0). `rest` is the effect of all that is not told: effects told + rest + the constant = the raw score.
    `effects(x)` gives effects and constant of a matrix. A model without tables, and a feature of a declared pair, say
    nothing of a change: there it would depend on another feature. `progress` is told the share done.
    """
    all_tables = tables.tables if tables is not None else []
    own = {one.features[0]: one for one in all_tables if len(one.axes) == 1}
    paired = {name for one in all_tables if len(one.axes) == 2 for name in one.features}
    could = {
        place: found
        for place, feature in enumerate(schema.features)
        if feature.name in own and feature.name not in paired
        if (found := moves(own[feature.name], feature, least)) is not None
    }
    parts = []
    for start in range(0, max(len(frame), 1), BATCH):
        part = frame.iloc[start : start + BATCH]
        x = encode(part, schema)
        parts.append(_batch(part, schema, x, effects(x)[0], could, count))
        if progress is not None and len(frame):
            progress(min(start + BATCH, len(frame)) / len(frame))
    return pd.concat(parts)


def _batch(
    frame: pd.DataFrame, schema: Schema, x: np.ndarray, effects: np.ndarray, could: dict[int, Moves], count: int
) -> pd.DataFrame:
    places = choose(effects, schema.features, count)
    told = np.zeros(len(frame))
    columns: dict[str, pd.Series] = {}
    for i, place in zip(numbered(1), places.T, strict=False):
        cells = {part: np.full(len(frame), 0.0 if part in NUMBERS else "", dtype=object) for part in PARTS}
        effect = np.where(place >= 0, np.take_along_axis(effects, np.maximum(place, 0)[:, None], axis=1)[:, 0], 0.0)
        cells["effect"] = effect
        cells["gain"] = np.full(len(frame), np.nan)
        for feature in np.unique(place[place >= 0]):
            rows = np.flatnonzero(place == feature)
            one = schema.features[feature]
            name = one.name
            values = show(frame[[name]].iloc[rows], Schema(features=[one]))[name]  # only what is told is put into text
            cells["reason"][rows] = name
            cells["code"][rows] = np.where(effect[rows] > 0, f"{name.upper()}+", f"{name.upper()}-")
            cells["value"][rows] = values
            if feature in could:
                _put(cells, rows, could[feature], x[rows, feature], values == "")
        told += effect
        for part in PARTS:
            kind = "float64" if part in NUMBERS else "str"
            columns[f"{part}_{i}"] = pd.Series(cells[part], index=frame.index, dtype=kind)
    columns["rest"] = pd.Series(effects.sum(axis=1) - told, index=frame.index)
    return pd.DataFrame(columns, index=frame.index)


def _put(cells: dict[str, np.ndarray], rows: np.ndarray, could: Moves, values: np.ndarray, missing: np.ndarray) -> None:
    """Writes into `cells` what would change one feature of `rows`."""
    cell = _cells(could.axis, values)
    known = ~missing
    for part, found in (("change", could.change), ("from", could.start), ("to", could.stop), ("gain", could.gain)):
        cells[part][rows[known]] = found[cell[known]]
    if could.state:
        cells["change"][rows[missing]] = "state"
