"""Reasons of a file in words: what was read, the person's own value, which way it moves the file, what would change it."""

import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.core.errors import Problem
from pipeline.core.messages import Words

FORWARD, BACK, STILL = "forward", "back", "still"
TO_DOUBLE_ODDS = 20.0  # points of the published table, where params.yaml is not at hand
YES_NO, SHARE, LOG = "1 yes, 0 no", "share of ", "log of "  # units that are put into words instead of being shown
SEPARATORS = {"en": (",", "."), "ru": ("\u00a0", ","), "kk": ("\u00a0", ",")}  # of thousands, of decimals


@dataclass(frozen=True)
class Described:
    """What the feature set says about one feature; `meaning`, `unit` and `advice` are English, see `locale/*/features.po`."""

    kind: str  # number or category
    meaning: str
    unit: str = ""
    theme: str = ""
    change: str = ""
    advice: str = ""


def count(scores: pd.DataFrame) -> int:
    """How many reasons a file the table of scores holds."""
    return sum(1 for name in scores.columns if re.fullmatch(r"reason_\d+", name))


def check(scores: pd.DataFrame, features: Mapping[str, Described], closed: Collection[str]) -> None:
    """Raises Problem where a reason names a protected or secret attribute, or one that the feature set does not describe."""
    for number in range(1, count(scores) + 1):
        for name in sorted(set(scores[f"reason_{number}"].dropna()) - {""}):
            if name in closed:
                raise Problem(
                    f"interim/scores: a reason names the protected or secret attribute `{name}`; take it out of the feature set and train again."
                )
            if name not in features:
                raise Problem(
                    f"interim/scores: a reason names `{name}`, which the feature set does not describe; run the stage `score` again."
                )


def tell(
    scores: pd.DataFrame,
    features: Mapping[str, Described],
    words: Words,
    to_double_odds: float = TO_DOUBLE_ODDS,
) -> pd.DataFrame:
    """The reasons in words, by case_id: for i in 1..N code_i, reason_i and change_i (sentences), way_i; and `rest`.

    `scores` has case_id and the columns of `models.reasons.table`: reason_i (feature), code_i, effect_i (signed
    contribution to the raw score), value_i (text, empty where nothing was stated), change_i, from_i, to_i, gain_i, rest.
    A gain is told in points of the published table, of which `to_double_odds` double the odds. Equal rows are put into
    words once. `rest` says which way everything else moves the file together.
    """
    out: dict[str, object] = {"case_id": scores["case_id"].to_numpy()}
    unit = to_double_odds / math.log(2)
    for number in range(1, count(scores) + 1):
        parts = pd.DataFrame(
            {
                part: scores[f"{part}_{number}"].fillna("").to_numpy(dtype=object)
                for part in ("reason", "value", "change", "from", "to")
            }
        ).assign(
            way=_ways(scores[f"effect_{number}"]),
            points=np.rint(scores[f"gain_{number}"].fillna(0.0).to_numpy(dtype="float64") * unit).astype("int64"),
        )
        out[f"code_{number}"] = scores[f"code_{number}"].fillna("").to_numpy(dtype=object)
        out[f"reason_{number}"] = _each(
            parts[["reason", "value", "way"]],
            lambda name, value, way: sentence(features[name], value, way, words) if name else "",
        )
        out[f"change_{number}"] = _each(
            parts[["reason", "change", "from", "to", "points"]],
            lambda name, kind, start, stop, points: (
                change(features[name], kind, (start, stop), points, words) if kind else ""
            ),
        )
        out[f"way_{number}"] = parts["way"].to_numpy(dtype=object)
    rest = {
        FORWARD: words("All other entries together move the file forward"),
        BACK: words("All other entries together move the file back"),
        STILL: "",
    }
    out["rest"] = pd.Series(_ways(scores["rest"])).map(rest).to_numpy(dtype=object)
    return pd.DataFrame(out)


def _ways(effects: pd.Series) -> np.ndarray:
    values = effects.fillna(0.0).to_numpy(dtype="float64")
    return np.select([values > 0, values < 0], [FORWARD, BACK], STILL)


def _each(rows: pd.DataFrame, say: Callable[..., str]) -> np.ndarray:
    """What is said of each row; each different row is put into words once."""
    which = rows.groupby(list(rows.columns), sort=False).ngroup().to_numpy()
    texts = [say(*row) for row in rows.drop_duplicates().itertuples(index=False)]  # in the order that `which` numbers
    return np.array(texts, dtype=object)[which] if len(which) else np.array([], dtype=object)


def sentence(feature: Described, value: str, way: str, words: Words) -> str:
    """One reason, for instance `Best listening result (of 20 items): 14; moves the file forward`."""
    meaning = words(feature.meaning)
    if value == "":
        shown = words("not stated")
    elif feature.kind == "category":
        shown = words(value.replace("_", " "))  # the code's translation, or the register's own text
    else:
        shown, unit = measure(float(value), feature.unit, words)
        counted = feature.unit.split()[:1]  # `Days since ... (days)` would say it twice
        if unit and not set(counted) <= set(feature.meaning.casefold().split()):
            meaning = f"{meaning} ({unit})"
    if way == FORWARD:
        return words("{meaning}: {value}; moves the file forward", meaning=meaning, value=shown)
    if way == BACK:
        return words("{meaning}: {value}; moves the file back", meaning=meaning, value=shown)
    return words("{meaning}: {value}; does not move the file", meaning=meaning, value=shown)


def change(feature: Described, kind: str, bounds: tuple[str, str], points: int, words: Words) -> str:
    """What would change one reason, as far as the table says it: never a promise.

    `kind` and `bounds` (from, to; empty: none) as from `models.reasons`; `points` of the published table.
    """
    advice = words(feature.advice)
    if kind == "state":
        return words("{advice}: what is stated would then count. All else equal; it does not decide.", advice=advice)
    said: dict[str, object] = {"advice": advice, "points": number(points, words.lang)}
    if kind == "other":
        value = words(bounds[0].replace("_", " "))
        return words(
            "{advice}: with “{value}”, the file would stand about {points} points further forward. "
            "All else equal; it does not decide.", value=value, **said,
        )  # fmt: skip
    if feature.unit == YES_NO:
        return words(
            "{advice}: the file would stand about {points} points further forward. All else equal; it does not decide.",
            **said,
        )
    start, stop = (_amount(bound, feature.unit, words) for bound in bounds)
    if start:
        return words(
            "{advice}: from {start} on, the file would stand about {points} points further forward. "
            "All else equal; it does not decide.", start=start, **said,
        )  # fmt: skip
    return words(
        "{advice}: up to {stop}, the file would stand about {points} points further forward. "
        "All else equal; it does not decide.", stop=stop, **said,
    )  # fmt: skip


def _amount(bound: str, unit: str, words: Words) -> str:
    """A bound in full, because a rounded one might not hold."""
    if not bound:
        return ""
    decimals = len(bound.partition(".")[2])
    if unit.startswith(SHARE):
        return _written(100 * float(bound), max(decimals - 2, 0), words.lang) + "%"
    unit = words(unit.removeprefix(LOG)) if unit else ""
    shown = _written(float(bound), decimals, words.lang)
    return f"{shown} ({unit})" if unit else shown


def measure(value: float, unit: str, words: Words) -> tuple[str, str]:
    """A number and its unit as a reader wants them: yes and no as words, shares in percent, amounts in their own unit."""
    if unit == YES_NO:
        return (words("yes") if value > 0.5 else words("no")), ""
    if unit.startswith(SHARE):
        return f"{number(100 * value, words.lang)}%", ""
    if unit.startswith(LOG):
        unit = unit[len(LOG) :]  # the scores hold the amount itself, not its logarithm
    return number(value, words.lang), words(unit) if unit else ""


def number(value: float, lang: str) -> str:
    """`value` with the separators of `lang` and no more than three digits or two decimals behind whole units."""
    value += 0.0  # -0.0 becomes 0.0
    if value != 0 and abs(value) < 0.01:
        return f"{value:.1e}".replace(".", SEPARATORS[lang][1])
    return _written(value, 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0, lang)


def _written(value: float, decimals: int, lang: str) -> str:
    thousands, point = SEPARATORS[lang]
    text = f"{value:,.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if decimals else text
    return text.replace(",", "\0").replace(".", point).replace("\0", thousands)
