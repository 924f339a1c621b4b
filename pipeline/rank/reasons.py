"""Three reasons a file in words: what was read, the person's own value, and which way it moves the file."""

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.core.errors import Problem
from pipeline.core.messages import Words

FORWARD, BACK, STILL = "forward", "back", "still"
YES_NO, SHARE, LOG = "1 yes, 0 no", "share of ", "log of "  # units that are put into words instead of being shown
SEPARATORS = {"en": (",", "."), "ru": ("\u00a0", ","), "kk": ("\u00a0", ",")}  # of thousands, of decimals


@dataclass(frozen=True)
class Described:
    """What the feature set says about one feature; `meaning` and `unit` are English phrases, see `locale/*/features.po`."""

    kind: str  # number or category
    meaning: str
    unit: str = ""


def count(scores: pd.DataFrame) -> int:
    """How many reasons a file the table of scores holds."""
    return sum(1 for name in scores.columns if re.fullmatch(r"reason_\d+", name))


def check(scores: pd.DataFrame, features: Mapping[str, Described], protected: Collection[str]) -> None:
    """Raises Problem where a reason names a protected attribute or a feature that the feature set does not describe."""
    for number in range(1, count(scores) + 1):
        for name in sorted(set(scores[f"reason_{number}"].dropna()) - {""}):
            if name in protected:
                raise Problem(f"interim/scores: a reason names the protected attribute `{name}`; take it out of the feature set and train again.")
            if name not in features:
                raise Problem(f"interim/scores: a reason names `{name}`, which the feature set does not describe; run the stage `score` again.")


def tell(
    scores: pd.DataFrame, features: Mapping[str, Described], words: Words, names: Mapping[str, Mapping[str, str]] | None = None
) -> pd.DataFrame:
    """The reasons in words: case_id and, for i in 1..N, reason_i (a sentence) and way_i (`forward`, `back`, `still`).

    `scores` has case_id, reason_i (feature), effect_i (signed contribution to the raw score) and value_i (text, empty
    where the person stated nothing). `names` gives readable names of codes by feature: feature -> code -> name. Each
    different (feature, value, way) is put into words once, so the cost does not grow with the rows.
    """
    out: dict[str, object] = {"case_id": scores["case_id"].to_numpy()}
    known: dict[tuple[str, str, str], str] = {}
    for number in range(1, count(scores) + 1):
        effect = scores[f"effect_{number}"].fillna(0.0).to_numpy(dtype="float64")
        parts = pd.DataFrame(
            {
                "feature": scores[f"reason_{number}"].fillna("").to_numpy(dtype=object),
                "value": scores[f"value_{number}"].fillna("").to_numpy(dtype=object),
                "way": np.select([effect > 0, effect < 0], [FORWARD, BACK], STILL),
            }
        )
        groups = parts.groupby(["feature", "value", "way"], sort=False)
        texts = []
        for feature, value, way in groups.groups:
            key = (feature, value, way)
            if key not in known:
                known[key] = sentence(features[feature], value, way, words, (names or {}).get(feature, {})) if feature else ""
            texts.append(known[key])
        codes = groups.ngroup().to_numpy()
        out[f"reason_{number}"] = np.array(texts, dtype=object)[codes] if len(codes) else np.array([], dtype=object)
        out[f"way_{number}"] = parts["way"].to_numpy(dtype=object)
    return pd.DataFrame(out)


def sentence(feature: Described, value: str, way: str, words: Words, names: Mapping[str, str] | None = None) -> str:
    """One reason, for instance `Best listening result (of 20 items): 14; moves the file forward`."""
    meaning = words(feature.meaning)
    if value == "":
        shown = words("not stated")
    elif feature.kind == "category":
        shown = code(value, words, names or {})
    else:
        shown, unit = measure(float(value), feature.unit, words)
        meaning = f"{meaning} ({unit})" if unit else meaning
    if way == FORWARD:
        return words("{meaning}: {value}; moves the file forward", meaning=meaning, value=shown)
    if way == BACK:
        return words("{meaning}: {value}; moves the file back", meaning=meaning, value=shown)
    return words("{meaning}: {value}; does not move the file", meaning=meaning, value=shown)


def measure(value: float, unit: str, words: Words) -> tuple[str, str]:
    """A number and its unit as a reader wants them: yes and no as words, shares in percent, logarithms (of 1 + x) undone."""
    if unit == YES_NO:
        return (words("yes") if value > 0.5 else words("no")), ""
    if unit.startswith(SHARE):
        return f"{number(100 * value, words.lang)}%", ""
    if unit.startswith(LOG):
        return number(math.expm1(min(value, 700.0)), words.lang), words(unit[len(LOG) :])
    return number(value, words.lang), words(unit) if unit else ""


def code(value: str, words: Words, names: Mapping[str, str]) -> str:
    """A code as a reader knows it: its name, its translation, or the register's own text."""
    return names[value] if value in names else words(value.replace("_", " "))


def number(value: float, lang: str) -> str:
    """`value` with the separators of `lang` and no more than three digits or two decimals behind whole units."""
    thousands, point = SEPARATORS[lang]
    if value != 0 and abs(value) < 0.01:
        return f"{value:.1e}".replace(".", point)
    decimals = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    text = f"{value:,.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if decimals else text
    return text.replace(",", "\0").replace(".", point).replace("\0", thousands)
