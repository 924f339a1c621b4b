"""A SYNTHETIC register for any programme, drawn from nothing but the descriptions of its columns.

Every column is drawn for itself: codes equally often, numbers and dates between their bounds, ids and texts from their
pattern, and a gap now and then where a gap is allowed. Rows that break a rule of the source are drawn again. Nothing in
such a register hangs together or says anything about real people; it is there to try rules on (`qonys run`, dry runs).
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from features.columns import Column
from pipeline.core.errors import Problem
from pipeline.core.expressions import column as values_of
from pipeline.core.programme import Programme, Source, Span
from pipeline.synthesize.export import Export

MISSING = 0.03  # share of gaps in a column that need not be filled
TRIES = 200  # rounds of drawing rows before the rules of a source are called impossible
_TOKEN = re.compile(r"(\[[^\]^]+\]|\\d|\\.|[^\\\[\](){}*+?|^$.])(?:\{(\d+)\})?")
_DTYPE = {"integer": "Int64", "number": "Float64", "boolean": "boolean", "date": "datetime64[s]"}


def write(
    raw: Path, programme: Programme, *, cases: int, seed: int, step: Callable[[float, str], None] = lambda *_: None
) -> dict[str, int]:
    """Writes every source of `programme` into the folder `raw`; lines a source, headers included.

    The source of cases has `cases` rows, others as many as their `rows` allow. The same arguments give the same bytes.
    Raises Problem for a column, rule or format from whose description alone nothing can be drawn.
    """
    raw.mkdir(parents=True, exist_ok=True)
    for address in programme.synthetic.likely if programme.synthetic else ():
        name, _, column = address.partition(".")
        if name not in programme.tables or column not in programme.tables[name].columns:
            raise Problem(f"{programme.programme}: synthetic.likely names `{address}`, which no source has.")
    graph = {name: sorted(set(table.refers.values()) - {name}) for name, table in programme.tables.items()}
    keys: dict[str, pd.Series] = {}
    lines: dict[str, int] = {}
    for place, name in enumerate(TopologicalSorter(graph).static_order()):
        step(place / len(graph), name)
        source = programme.tables[name]
        rng = np.random.default_rng([seed, programme.sources.index(name)])
        frame = draw(programme, source, int(np.clip(cases, *source.rows)), rng, keys)
        keys[name] = frame[source.key]
        lines[name] = _export(raw / source.file, frame, source)
    return lines


def draw(
    programme: Programme, source: Source, rows: int, rng: np.random.Generator, keys: Mapping[str, pd.Series]
) -> pd.DataFrame:
    """`rows` rows of `source` with typed columns, its keys numbered from 1; `keys` holds those of the sources it refers to."""
    made = [name for name in source.columns if name not in source.derive]
    found = pd.DataFrame()
    for _ in range(TRIES):
        some = pd.DataFrame({name: _column(programme, source, name, rows, rng, keys) for name in made})
        keep = np.ones(len(some), dtype=bool)
        for rule in source.rules.values():
            if set(rule.names) <= set(made):  # a rule about a derived column is left to the reader
                keep &= ~rule.evaluate({name: values_of(some[name]) for name in rule.names}).false
        found = pd.concat([found, some[keep]], ignore_index=True)
        for together in source.unique:
            found = found[~found.duplicated(together) | found[together].isna().any(axis=1)]
        if len(found) >= rows:
            numbers = np.arange(1, rows + 1)
            return found.iloc[:rows].reset_index(drop=True).assign(**{source.key: _keys(source, numbers)})
    raise Problem(
        f"sources/{source.name}: only {len(found):,} of {rows:,} drawn rows keep its rules; give `synthetic.likely` values "
        f"that do, or a recipe of its own."
    )


def _keys(source: Source, numbers: np.ndarray) -> np.ndarray:
    """The key of each row: the pattern's own texts in order, so that none stands twice."""
    column = source.columns[source.key]
    if not column.pattern:
        return numbers if column.kind == "integer" else np.array([f"{source.name}-{n}" for n in numbers], dtype=object)
    alphabets = parse(column.pattern, f"sources/{source.name}: {source.key}")
    if numbers[-1] >= _count(alphabets):
        raise Problem(f"sources/{source.name}: `{column.pattern}` has too few texts for {len(numbers):,} keys.")
    return strings(alphabets, numbers)


def _column(
    programme: Programme, source: Source, name: str, rows: int, rng: np.random.Generator, keys: Mapping[str, pd.Series]
) -> pd.Series:
    column = source.columns[name]
    likely = programme.synthetic.likely.get(f"{source.name}.{name}") if programme.synthetic else None
    if name in source.refers and source.refers[name] != source.name:
        values: Any = keys[source.refers[name]].to_numpy()[rng.integers(0, len(keys[source.refers[name]]), rows)]
    elif isinstance(likely, list):
        values = np.array([*likely, None], dtype=object)[rng.integers(0, len(likely), rows)]
    else:
        span = likely if isinstance(likely, Span) else None
        values = _values(column, f"sources/{source.name}: {name}", rows, rng, span, programme.as_of)
    dtype: Any = _DTYPE.get(column.kind, "object")
    found = pd.Series(pd.to_datetime(values) if column.kind == "date" else values).astype(dtype)
    return found if column.required else found.mask(rng.random(rows) < MISSING)


def _values(
    column: Column, where: str, rows: int, rng: np.random.Generator, span: Span | None, as_of: date
) -> np.ndarray:
    if column.check:
        raise Problem(f"{where}: nothing is drawn that keeps the check `{column.check}`; give it a recipe of its own.")
    low, high = (span.low, span.high) if span else (column.low, column.high)
    if column.kind == "date":
        first = _day(low) if low is not None else as_of - timedelta(days=3650)
        last = min(_day(high), as_of) if high is not None else as_of
        days = rng.integers(0, max((last - first).days, 0) + 1, rows)
        return np.datetime64(first, "D") + days.astype("timedelta64[D]")
    if column.kind in ("integer", "number"):
        low = float(low) if low is not None else 0.0  # type: ignore[arg-type]
        high = float(high) if high is not None else low + 100  # type: ignore[arg-type]
        drawn = rng.uniform(low, high, rows) if column.kind == "number" else rng.integers(int(low), int(high) + 1, rows)
        return np.round(drawn, 2)
    if column.kind == "boolean":
        return rng.random(rows) < 0.5
    if column.codes:
        return np.array(column.codes, dtype=object)[rng.integers(0, len(column.codes), rows)]
    if column.pattern:
        alphabets = parse(column.pattern, where)
        return strings(alphabets, rng.integers(0, min(_count(alphabets), 2**62), rows))
    return np.array([f"SYNTHETIC {number}" for number in rng.integers(0, rows, rows)], dtype=object)


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def parse(pattern: str, where: str) -> list[str]:
    """The characters allowed at each place of `pattern`: letters, `[A-Z0-9]`, `\\d`, and `{n}` behind any of them.

    Raises Problem for anything else a regular expression can say.
    """
    alphabets: list[str] = []
    end = 0
    for token in _TOKEN.finditer(pattern):
        if token.start() != end:
            break
        end = token.end()
        alphabets += [_alphabet(token[1])] * int(token[2] or 1)
    if end != len(pattern):
        raise Problem(f"{where}: no text is drawn from the pattern `{pattern}`; give it `synthetic.likely` values.")
    return alphabets


def _alphabet(token: str) -> str:
    if token == r"\d":
        return "0123456789"
    if not token.startswith("["):
        return token[-1]
    spans = re.findall(r"(.)-(.)|(.)", token[1:-1])
    return "".join(one or "".join(map(chr, range(ord(low), ord(high) + 1))) for low, high, one in spans)


def _count(alphabets: list[str]) -> int:
    count = 1
    for letters in alphabets:
        count *= len(letters)
    return count


def strings(alphabets: list[str], numbers: np.ndarray) -> np.ndarray:
    """Text number `n` of all that the places allow, counted as digits are; object `(rows,)`."""
    rest, places = numbers.astype(np.int64), []
    for letters in reversed(alphabets):
        rest, digit = np.divmod(rest, len(letters))
        places.append(np.array(list(letters))[digit])
    return np.array(["".join(each) for each in zip(*reversed(places), strict=True)], dtype=object)


def _export(path: Path, frame: pd.DataFrame, source: Source) -> int:
    if source.format != "csv" or any(column.path for column in source.columns.values()):
        raise Problem(f"sources/{source.name}: a plain register is written as CSV only; give it a recipe of its own.")
    texts = frame.copy()
    for name in map(str, frame.columns):
        if source.columns[name].kind == "date":
            texts[name] = frame[name].dt.strftime(source.columns[name].format)
        elif source.columns[name].kind == "boolean":
            texts[name] = frame[name].map({True: "true", False: "false"})
    out = Export(path, None)
    out.last(texts.to_csv(index=False, lineterminator="\n"))
    out.close()
    return len(frame) + 1
