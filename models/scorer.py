"""A stored model: a folder of text files that scores and gives its reasons. Nothing is unpickled."""

import hashlib
import json
import re
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype
from pydantic import ValidationError

from models import reasons
from models.calibrate import Calibration
from models.doubt import CANNOT_SAY, SURE, WIDE, Doubt, Intervals
from models.encode import Schema, encode, unlearnt
from models.tables import Lookup, Tables

if TYPE_CHECKING:  # LightGBM is loaded only for a model without tables, or for whoever asks for its trees
    import lightgbm as lgb

MODEL, SCHEMA, CALIBRATION, TRAINING = "model.txt", "schema.json", "calibration.json", "training.json"
TABLES, DOUBT = "tables.json", "doubt.json"  # of an additive model
SEALED = (MODEL, SCHEMA, CALIBRATION)
FORMAT = 1  # of the folder; another number is another program's


def save(
    folder: Path,
    booster: "lgb.Booster",
    schema: Schema,
    calibration: Calibration,
    training: dict[str, Any],
    tables: Tables | None,
    doubt: Doubt | None = None,
) -> None:
    """Writes the model folder; `tables` are those of `booster` (`compile.compile_booster`), None for an unconstrained one.

    Without `doubt` the model gives no intervals.

    `training` says how the model came about; the digests of the other files join it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # How many threads were used is no part of the model: the same trees are the same bytes.
    text = re.sub(r"^\[num_threads: \d+\]\n", "", booster.model_to_string(), flags=re.MULTILINE).encode("utf-8")
    digest = hashlib.sha256(text).hexdigest()
    (folder / MODEL).write_bytes(text)
    given = {SCHEMA: schema, CALIBRATION: calibration, TABLES: tables, DOUBT: doubt}
    records = {name: record for name, record in given.items() if record is not None}
    for name, record in records.items():
        _write(folder / name, record.model_copy(update={"model": digest}).model_dump(mode="json"))
    digests = {name: _digest(folder / name) for name in (MODEL, *records)}
    _write(folder / TRAINING, {**training, "format": FORMAT, "sha256": digests})


def _write(path: Path, record: dict[str, Any]) -> None:
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Scorer:
    """The model in `folder`.

    Raises ValueError where a file is missing, was edited after training, or does not belong to the others.
    """

    def __init__(self, folder: Path, threads: int = 1) -> None:
        missing = [name for name in (*SEALED, TRAINING) if not (folder / name).is_file()]
        if missing:
            raise ValueError(f"The model in {folder.name} lacks {', '.join(missing)}; train again (`qonys train`).")
        try:
            self.training: dict[str, Any] = json.loads((folder / TRAINING).read_text(encoding="utf-8"))
            stored, written = self.training["sha256"], self.training.get("format", FORMAT)
            further = [name for name in (TABLES, DOUBT) if name in stored or (folder / name).exists()]
            edited = [name for name in (*SEALED, *further) if _digest(folder / name) != stored[name]]
        except FileNotFoundError as error:
            lost = Path(error.filename).name
            raise ValueError(f"The model in {folder.name} lacks {lost}; train again (`qonys train`).") from None
        except (ValueError, KeyError, TypeError, AttributeError):
            raise ValueError(_edited(folder, [TRAINING])) from None
        if written != FORMAT:
            raise ValueError(
                f"The model in {folder.name} is of version {written}, this program reads version {FORMAT}; "
                "use the program that made it, or train again (`qonys train`)."
            )
        if edited:
            raise ValueError(_edited(folder, edited))
        self.sha256: str = stored[MODEL]
        try:
            self.schema = Schema.model_validate_json((folder / SCHEMA).read_bytes())
            self.calibration = Calibration.model_validate_json((folder / CALIBRATION).read_bytes())
            tables = Tables.model_validate_json((folder / TABLES).read_bytes()) if TABLES in further else None
            doubt = Doubt.model_validate_json((folder / DOUBT).read_bytes()) if DOUBT in further else None
        except ValidationError as error:
            raise ValueError(_edited(folder, [_FILES[error.title]])) from None
        for name, record in ((SCHEMA, self.schema), (CALIBRATION, self.calibration), (TABLES, tables), (DOUBT, doubt)):
            if record is not None and record.model != self.sha256:
                raise ValueError(_edited(folder, [name]))
        self.threads = threads
        self.folder = folder
        self.tables = tables
        self.doubt = doubt
        self._lookup = Lookup(tables) if tables is not None else None
        self._intervals = Intervals(doubt.members, doubt.level, self.calibration) if doubt is not None else None
        if (tables.features if tables is not None else self.booster.feature_name()) != self.schema.names:
            raise ValueError(_edited(folder, [SCHEMA]))
        if any(member.features != self.schema.names for member in (doubt.members if doubt is not None else [])):
            raise ValueError(_edited(folder, [DOUBT]))

    @cached_property
    def booster(self) -> "lgb.Booster":
        """LightGBM's trees, from `model.txt`; a model with tables scores and explains without them."""
        import lightgbm as lgb

        return lgb.Booster(model_file=self.folder / MODEL)

    def encode(self, frame: pd.DataFrame) -> np.ndarray:
        """`frame` (the model's features, any order) as the model's matrix; errors as in `encode.encode`.

        Raises ValueError, too, for numbers in a category: as text they would all be values never seen.
        """
        for feature in self.schema.features:
            values = frame.get(feature.name)
            if feature.kind == "category" and values is not None and is_numeric_dtype(values) and values.notna().any():
                raise ValueError(f"The feature `{feature.name}` should hold text but holds numbers.")
        return encode(frame, self.schema)

    def margin(self, x: np.ndarray) -> np.ndarray:
        """Raw scores (n,) of an encoded matrix, in log-odds before calibration."""
        if self._lookup is not None:
            return self._lookup.margin(x)
        if not len(x):
            return np.empty(0)
        return np.asarray(self.booster.predict(x, raw_score=True, num_threads=self.threads), dtype=np.float64)

    def score(self, frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """`(raw, probability)`, each (n,): the margin and the calibrated probability of the positive label."""
        raw = self.margin(self.encode(frame))
        return raw, self.calibration.apply(raw)

    def assess(self, x: np.ndarray) -> pd.DataFrame:
        """What the model says of each row of an encoded matrix, and whether it is sure enough of it; index 0, 1, ...

        `score` and `raw` as in `score`; `low` and `high`, the interval of the probability (`doubt.Intervals`); `doubt`:
        a person first, because (`why_doubt`) the interval is `wide` or the model `cannot_say`. Where it cannot say
        there is no interval, and the score, kept for the order of work, means nothing. A model without members
        (unconstrained) gives no interval and doubts only where it cannot say.
        """
        raw = self.margin(x)
        empty = self._too_little(x)
        low = high = np.full(len(x), np.nan)
        if self._intervals is not None:
            low, high = (np.where(empty, np.nan, bound) for bound in self._intervals.bounds(x, raw))
        wide = high - low > (self.doubt.width if self.doubt is not None else 1.0)
        why = np.select([empty, wide], [CANNOT_SAY, WIDE], SURE)
        return pd.DataFrame(
            {
                "score": self.calibration.apply(raw), "raw": raw, "low": low, "high": high,
                "doubt": empty | wide, "why_doubt": pd.Series(why, dtype="str"),
            }
        )  # fmt: skip

    def cannot_say(self, frame: pd.DataFrame) -> np.ndarray:
        """Which rows (n,) hold too little: nothing at all, or a gap or a category as no training case had one.

        Such a number is read as 0 (LightGBM's rule), such a category as any other; nothing in the data speaks for it: a
        person first.
        """
        return self._too_little(self.encode(frame))

    def _too_little(self, x: np.ndarray) -> np.ndarray:
        missing = [feature.missing if feature.kind == "category" else np.nan for feature in self.schema.features]
        gaps = np.isnan(x) | (x == np.array(missing, dtype=np.float32))
        unseen = [self.schema.names.index(name) for name in self._missing_as_zero]
        return np.asarray(gaps.all(axis=1) | gaps[:, unseen].any(axis=1) | unlearnt(x, self.schema))

    @cached_property
    def _missing_as_zero(self) -> list[str]:
        if self.tables is not None:
            return self.tables.missing_as_zero
        from models import compile

        return compile.missing_as_zero(self.booster)

    def contributions(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """`(effects, bias)` of an encoded matrix: (n, features) and (n,); a row of effects plus its bias is its raw score.

        Effects are cells of the tables (see `tables.Lookup.effects`), or tree SHAP values where there are none.
        """
        if self._lookup is not None:
            return self._lookup.effects(x), np.full(len(x), self._lookup.constant)
        if not len(x):
            return np.empty((0, len(self.schema.features))), np.empty(0)
        found = np.asarray(self.booster.predict(x, pred_contrib=True, num_threads=self.threads))
        return found[:, :-1], found[:, -1]

    def reasons(
        self, frame: pd.DataFrame, count: int, progress: Callable[[float], None] | None = None,
        least_change: float = reasons.LEAST,
    ) -> pd.DataFrame:  # fmt: skip
        """The `count` reasons of each row, that do not contradict each other, and what would change them by `least_change`.

        Columns as in `reasons.table`: reason_i, code_i, effect_i, value_i, change_i, from_i, to_i, gain_i, and rest.
        """
        return reasons.table(
            frame, self.schema, self.tables, self.contributions, count=count, least=least_change, progress=progress
        )


_FILES = {"Schema": SCHEMA, "Calibration": CALIBRATION, "Tables": TABLES, "Doubt": DOUBT}  # of the records, by name


def _edited(folder: Path, names: list[str]) -> str:
    return f"{', '.join(names)} of the model in {folder.name} was edited after training; train again (`qonys train`)."
