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
from pydantic import ValidationError

from models.calibrate import Calibration
from models.encode import Schema, encode, show
from models.tables import Lookup, Tables

if TYPE_CHECKING:  # LightGBM is loaded only for a model without tables, or for whoever asks for its trees
    import lightgbm as lgb

MODEL, SCHEMA, CALIBRATION, TRAINING = "model.txt", "schema.json", "calibration.json", "training.json"
TABLES = "tables.json"  # of an additive model
SEALED = (MODEL, SCHEMA, CALIBRATION)
BATCH = 20_000  # rows explained at once, so that progress moves and memory stays small


def save(
    folder: Path,
    booster: "lgb.Booster",
    schema: Schema,
    calibration: Calibration,
    training: dict[str, Any],
    tables: Tables | None,
) -> None:
    """Writes the model folder; `tables` are those of `booster` (`compile.compile_booster`), None for an unconstrained one.

    `training` says how the model came about; the digests of the other files join it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # How many threads were used is no part of the model: the same trees are the same bytes.
    text = re.sub(r"^\[num_threads: \d+\]\n", "", booster.model_to_string(), flags=re.MULTILINE).encode("utf-8")
    digest = hashlib.sha256(text).hexdigest()
    (folder / MODEL).write_bytes(text)
    records = {SCHEMA: schema, CALIBRATION: calibration} | ({TABLES: tables} if tables is not None else {})
    for name, record in records.items():
        _write(folder / name, record.model_copy(update={"model": digest}).model_dump(mode="json"))
    _write(folder / TRAINING, {**training, "sha256": {name: _digest(folder / name) for name in (MODEL, *records)}})


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
            stored = self.training["sha256"]
            sealed = (*SEALED, TABLES) if TABLES in stored or (folder / TABLES).exists() else SEALED
            edited = [name for name in sealed if _digest(folder / name) != stored[name]]
        except (ValueError, KeyError, TypeError):
            edited = [TRAINING]
        except FileNotFoundError:
            raise ValueError(f"The model in {folder.name} lacks {TABLES}; train again (`qonys train`).") from None
        if edited:
            raise ValueError(_edited(folder, edited))
        self.sha256: str = stored[MODEL]
        try:
            self.schema = Schema.model_validate_json((folder / SCHEMA).read_bytes())
            self.calibration = Calibration.model_validate_json((folder / CALIBRATION).read_bytes())
            tables = Tables.model_validate_json((folder / TABLES).read_bytes()) if TABLES in sealed else None
        except ValidationError:
            raise ValueError(_edited(folder, list(sealed[1:]))) from None
        records = [record for record in (self.schema, self.calibration, tables) if record is not None]
        if {record.model for record in records} != {self.sha256}:
            raise ValueError(_edited(folder, list(sealed[1:])))
        self.threads = threads
        self.folder = folder
        self.tables = tables
        self._lookup = Lookup(tables) if tables is not None else None
        if (tables.features if tables is not None else self.booster.feature_name()) != self.schema.names:
            raise ValueError(_edited(folder, [SCHEMA]))

    @cached_property
    def booster(self) -> "lgb.Booster":
        """LightGBM's trees, from `model.txt`; a model with tables scores and explains without them."""
        import lightgbm as lgb

        return lgb.Booster(model_file=self.folder / MODEL)

    def encode(self, frame: pd.DataFrame) -> np.ndarray:
        """`frame` (the model's features, any order) as the model's matrix; errors as in `encode.encode`."""
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

    def cannot_say(self, frame: pd.DataFrame) -> np.ndarray:
        """Which rows (n,) hold too little: nothing at all, or a gap where no training case had one.

        Such a gap is read as the number 0 (LightGBM's rule), which nothing in the data speaks for: a person first.
        """
        gaps = frame[self.schema.names].isna()
        return (gaps.all(axis=1) | gaps[self._missing_as_zero].any(axis=1)).to_numpy(dtype=bool)

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

    def reasons(self, frame: pd.DataFrame, count: int, progress: Callable[[float], None] | None = None) -> pd.DataFrame:
        """The `count` features that moved each score most: columns `reason_i`, `effect_i`, `value_i`, i from 1.

        Ordered by size of effect, then by name. `effect_i` is in raw score, signed; `value_i` is the person's own
        value as text. A feature without effect is no reason: the place stays empty (`""`, 0). `progress` is told the
        share done.
        """
        names = np.array(self.schema.names, dtype=object)
        by_name = np.argsort(names.astype(str), kind="stable")
        rows, kept = len(frame), min(count, len(names))
        effect = np.zeros((rows, count))
        place = np.zeros((rows, count), dtype=np.int64)
        for start in range(0, rows, BATCH):
            found, _ = self.contributions(self.encode(frame.iloc[start : start + BATCH]))
            found = found[:, by_name]
            order = np.argsort(-np.abs(found), axis=1, kind="stable")[:, :kept]
            stop = start + len(found)
            effect[start:stop, :kept] = np.take_along_axis(found, order, axis=1)
            place[start:stop, :kept] = by_name[order]
            if progress is not None:
                progress(stop / rows)
        texts = show(frame, self.schema)
        columns: dict[str, Any] = {}
        for i in range(count):
            real = effect[:, i] != 0
            value = np.full(rows, "", dtype=object)
            for feature in np.unique(place[real, i]):
                chosen = real & (place[:, i] == feature)
                value[chosen] = texts[names[feature]][chosen]
            columns[f"reason_{i + 1}"] = pd.Series(
                np.where(real, names[place[:, i]], ""), index=frame.index, dtype="str"
            )
            columns[f"effect_{i + 1}"] = pd.Series(effect[:, i], index=frame.index)
            columns[f"value_{i + 1}"] = pd.Series(value, index=frame.index, dtype="str")
        return pd.DataFrame(columns, index=frame.index)


def _edited(folder: Path, names: list[str]) -> str:
    return f"{', '.join(names)} of the model in {folder.name} was edited after training; train again (`qonys train`)."
