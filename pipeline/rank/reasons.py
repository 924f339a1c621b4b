"""Three reasons a file in words: what was read, the person's own value, and which way it moves the file."""

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
                raise Problem(
                    f"interim/scores: a reason names the protected attribute `{name}`; take it out of the feature set and train again."
                )
            if name not in features:
                raise Problem(
                    f"interim/scores: a reason names `{name}`, which the feature set does not describe; run the stage `score` again."
                )


def tell(scores: pd.DataFrame, features: Mapping[str, Described], words: Words) -> pd.DataFrame:
    """The reasons in words: case_id and, for i in 1..N, reason_i (a sentence) and way_i (`forward`, `back`, `still`).

    `scores` has case_id, reason_i (feature), effect_i (signed contribution to the raw score) and value_i (text, empty
    where the person stated nothing). Each different (feature, value, way) is put into words once.
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
        which = parts.groupby(["feature", "value", "way"], sort=False).ngroup().to_numpy()
        texts = []
        for row in parts.drop_duplicates().to_dict("records"):  # in the order in which `which` numbers them
            key = (str(row["feature"]), str(row["value"]), str(row["way"]))
            if key not in known:
                known[key] = sentence(features[key[0]], key[1], key[2], words) if key[0] else ""
            texts.append(known[key])
        out[f"reason_{number}"] = np.array(texts, dtype=object)[which] if len(which) else np.array([], dtype=object)
        out[f"way_{number}"] = parts["way"].to_numpy(dtype=object)
    return pd.DataFrame(out)


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
    thousands, point = SEPARATORS[lang]
    value += 0.0  # -0.0 becomes 0.0
    if value != 0 and abs(value) < 0.01:
        return f"{value:.1e}".replace(".", point)
    decimals = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    text = f"{value:,.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if decimals else text
    return text.replace(",", "\0").replace(".", point).replace("\0", thousands)
