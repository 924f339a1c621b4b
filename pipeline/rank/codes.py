"""The code book: every reason code with its words in three languages, for programs that read the codes of the lists."""

import csv
from collections.abc import Mapping
from pathlib import Path

from pipeline.core.messages import LANGUAGES, Words
from pipeline.rank.reasons import Described

WAYS = ("+", "-")  # forward, back


def write(path: Path, features: Mapping[str, Described]) -> None:
    """Writes reasons.csv, one line a code, by name: code, feature, way, theme, change, unit, meaning_*, advice_*.

    A code is the feature's name in capitals and the way it moves the file: `BEST_LISTENING+`. It stays the same for as
    long as the feature has its name; `change` says what a person can do about it (empty: nothing).
    """
    spoken = {lang: Words(lang) for lang in LANGUAGES}
    columns = ["code", "feature", "way", "theme", "change", "unit"]
    columns += [f"{what}_{lang}" for what in ("meaning", "advice") for lang in LANGUAGES]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        for name in sorted(features):
            one = features[name]
            said = [spoken[lang](text) if text else "" for text in (one.meaning, one.advice) for lang in LANGUAGES]
            for way in WAYS:
                writer.writerow([f"{name.upper()}{way}", name, way, one.theme, one.change, one.unit, *said])
