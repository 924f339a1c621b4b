"""One source, block by block: every row is accepted or quarantined with its reasons; none is lost."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.core.programme import Source
from pipeline.core.tables import hash_keys
from pipeline.validate import checks as demands
from pipeline.validate.checks import Check
from pipeline.validate.keys import Seen, combine, first_time
from pipeline.validate.suite import Suite
from pipeline.validate.typed import parse

QUARANTINE = ["source", "file", "line", "reason", "column"]
REPEATS = ("duplicate_key", "duplicate_row_fields")  # looked at again when the whole source is read (`contradicted`)


class Verdict(NamedTuple):
    """What became of one block."""

    accepted: pd.DataFrame  # typed rows
    keys: np.ndarray  # uint64, one an accepted row
    quarantined: pd.DataFrame  # columns QUARANTINE, one row a row turned away; no values, so no personal data
    set_aside: pd.DataFrame  # typed rows that something may rest on; a value that broke a demand is missing


class Validator:
    """Holds one source's suite and what must be remembered between blocks (keys met)."""

    def __init__(
        self, source: Source, others: dict[str, Seen], lost: dict[str, Seen] | None = None,
        suite: Callable[[Source, list[Check]], Suite] = Suite,
    ) -> None:  # fmt: skip
        self._lost = lost or {}  # keys that the other sources turned away
        self._source = source
        self._others = others
        self._checks = demands.of(source)
        self.suite = suite(source, self._checks)
        self.seen = Seen()
        self.turned_away = Seen()  # keys of rows that are quarantined
        self.repeated: list[pd.DataFrame] = []  # rows without a defect but that they repeat an earlier one
        self.orphans = 0  # rows set aside only because what they refer to was
        self._unique = [Seen() for _ in source.unique]
        self.read = self.accepted = self.quarantined = 0
        self.reasons: dict[str, int] = {}

    def block(self, text: pd.DataFrame, lines: np.ndarray, unreadable: list[tuple[int, str]]) -> Verdict:
        """Checks one block. `text` and `lines` have one entry a row; `unreadable` lines never became rows.

        Raises AssertionError if rows were lost, which would be an error of this program.
        """
        typed, readable = parse(text, self._source)
        tested = pd.concat(
            [typed, pd.DataFrame(demands.flags(typed, readable, text, self._source), index=typed.index)], axis=1
        )
        own = {number: check.bad(tested) for number, check in enumerate(self._checks) if check.tested in tested.columns}
        tested = tested.assign(**self._keyed(typed, ~np.logical_or.reduce(list(own.values()))))
        masks = [own[number] if number in own else check.bad(tested) for number, check in enumerate(self._checks)]
        if len(tested):
            self.suite.validate(tested, [int(mask.sum()) for mask in masks])
        good = ~np.logical_or.reduce(masks) if masks else np.ones(len(typed), dtype=bool)
        keys = hash_keys(typed[self._source.key][good])
        for fields, seen in zip(self._source.unique, self._unique, strict=True):
            hashes, present = combine(typed[good], fields)
            seen.add(hashes[present], np.zeros(int(present.sum()), dtype=np.int32))
        bad = hash_keys(typed[self._source.key][~good].dropna())
        self.turned_away.add(bad, np.zeros(len(bad), dtype=np.int32))
        quarantined = self._turned_away(masks, lines, unreadable)
        read = len(text) + len(unreadable)
        if read != int(good.sum()) + len(quarantined):
            raise AssertionError(
                f"{self._source.name}: {read} rows came in, {int(good.sum()) + len(quarantined)} went out"
            )
        self.read += read
        self.accepted += int(good.sum())
        self.quarantined += len(quarantined)
        return Verdict(typed[good], keys, quarantined, self._set_aside(typed, masks))

    def _keyed(self, typed: pd.DataFrame, good: np.ndarray) -> dict[str, np.ndarray]:
        """The flags of references and keys; `good` are the rows without a defect of their own."""
        source = self._source
        found = {}
        for name, other in source.refers.items():
            hashes = hash_keys(typed[name])
            known = self._others[other].part(hashes) >= 0
            if other in self._lost:
                self.orphans += int((good & ~known & (self._lost[other].part(hashes) >= 0)).sum())
            found[demands.flag("reference", name)] = known | typed[name].isna().to_numpy()
        good = good & np.logical_and.reduce([np.ones(len(typed), dtype=bool), *found.values()])
        hashes = hash_keys(typed[source.key])
        found[demands.flag("key", source.key)] = first_time(
            self.seen, hashes, typed[source.key].notna().to_numpy(), good
        )
        for fields, seen in zip(source.unique, self._unique, strict=True):
            hashes, present = combine(typed, fields)
            found[demands.flag("unique", "+".join(fields))] = first_time(seen, hashes, present, good)
        return found

    def _set_aside(self, typed: pd.DataFrame, masks: list[np.ndarray]) -> pd.DataFrame:
        broken = [(check, mask) for check, mask in zip(self._checks, masks, strict=True) if check.reason not in REPEATS]
        header = next(mask for check, mask in broken if check.reason == "second_header")
        kept = np.logical_or.reduce([mask for _, mask in broken]) & ~header
        again = np.logical_or.reduce(
            [mask for check, mask in zip(self._checks, masks, strict=True) if check.reason in REPEATS]
        )
        self.repeated.append(typed[again & ~kept & ~header])
        found = typed[kept].copy()
        for check, mask in broken:
            if check.column in found.columns:
                found.loc[mask[kept], check.column] = None
        return found

    def _turned_away(
        self, masks: list[np.ndarray], lines: np.ndarray, unreadable: list[tuple[int, str]]
    ) -> pd.DataFrame:
        found = [
            pd.DataFrame({"line": [line for line, _ in unreadable], "reason": [reason for _, reason in unreadable]})
        ]
        found[0]["column"] = ""
        header = next(mask for check, mask in zip(self._checks, masks, strict=True) if check.reason == "second_header")
        for check, mask in zip(self._checks, masks, strict=True):
            if check.reason != "second_header":
                mask = mask & ~header  # noqa: PLW2901  (a repeated header breaks every other demand as well)
            if mask.any():
                found.append(pd.DataFrame({"line": lines[mask], "reason": check.reason, "column": check.column}))
        rows = pd.concat(found, ignore_index=True).astype({"line": "int64", "reason": "str", "column": "str"})
        for reason, count in rows["reason"].value_counts().items():
            self.reasons[str(reason)] = self.reasons.get(str(reason), 0) + int(count)
        joined = rows.groupby("line", sort=True).agg({"reason": "; ".join, "column": "; ".join}).reset_index()
        joined.insert(0, "source", self._source.name)
        joined.insert(1, "file", self._source.file)
        return joined[QUARANTINE]


def contradicted(
    source: Source, repeated: list[pd.DataFrame], accepted: Iterator[pd.DataFrame]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of `repeated` that say something else than the accepted row they repeat, and those accepted rows.

    A row repeats another one by its key or by a combination of `unique`. One that says the same hides nothing; of two
    that differ nobody can say which is right. `accepted` gives the accepted rows of the source, part by part.
    """
    rows = pd.concat(repeated, ignore_index=True) if repeated else pd.DataFrame(columns=list(source.columns))
    doubtful, twins = np.zeros(len(rows), dtype=bool), [rows.iloc[:0]]
    for part in accepted if len(rows) else ():
        for fields in [[source.key], *source.unique]:
            theirs = part.merge(rows[fields].dropna().drop_duplicates(), on=fields)
            if theirs.empty:
                continue
            both = rows.assign(_row=range(len(rows))).merge(theirs, on=fields, suffixes=("", "_twin"))
            rest = [name for name in source.columns if name not in {*fields, source.key}]
            same = [
                (both[name] == both[f"{name}_twin"]) | (both[name].isna() & both[f"{name}_twin"].isna())
                for name in rest
            ]
            differs = ~np.logical_and.reduce([mask.fillna(False).to_numpy(dtype=bool) for mask in same]) if rest else []
            doubtful[both.loc[differs, "_row"]] = True
            keys = both.loc[differs, fields].drop_duplicates()
            twins.append(theirs.merge(keys, on=fields)[list(source.columns)])
    return rows[doubtful], pd.concat(twins, ignore_index=True)
