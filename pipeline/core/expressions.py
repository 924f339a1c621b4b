"""Conditions written in YAML, read with a whitelist and evaluated over whole columns in three-valued logic.

The language is a small part of Python's expressions: names, numbers, strings, `true`/`false`, dates as
`date("2026-02-13")`, comparisons, `and or not`, `in [...]`, `+ - * /` and the functions below. A missing value is
unknown, never a default: `unknown and false` is false, `unknown and true` is unknown (Kleene 1938).
"""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from pipeline.core.errors import Problem

DAY = np.timedelta64(1, "D")
LONGEST = 4000  # signs of one condition


@dataclass(frozen=True)
class Values:
    """One value a row and whether it is known. `data` is undefined where `known` is false.

    Shapes: both `(rows,)`, or `()` for a constant. A column of texts holds positions in `words` (object array of the
    distinct texts and an empty one for what is missing), so that a comparison looks at each distinct text once.
    `hidden` marks rows on which nobody can say whether there is a value, because a row was set aside: there even
    `known(...)` is unknown.
    """

    data: Any
    known: Any
    words: np.ndarray | None = None
    hidden: np.ndarray | None = None

    @property
    def true(self) -> np.ndarray:
        """Rows on which a condition is known to hold."""
        return np.asarray(self.data, dtype=bool) & self.known

    @property
    def false(self) -> np.ndarray:
        """Rows on which a condition is known not to hold."""
        return ~np.asarray(self.data, dtype=bool) & self.known


def column(series: pd.Series) -> Values:
    """A column of a frame as `Values`: text as coded words, dates as days, numbers as float64, booleans as bool."""
    if isinstance(series.dtype, pd.CategoricalDtype):
        words = np.array([*series.cat.categories, ""], dtype=object)
        codes = series.cat.codes.to_numpy()
        return Values(codes, codes >= 0, words)
    known = series.notna().to_numpy()
    if pd.api.types.is_bool_dtype(series.dtype):
        return Values(series.fillna(False).to_numpy(dtype=bool), known)
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        return Values(series.to_numpy().astype("datetime64[D]"), known)
    if pd.api.types.is_numeric_dtype(series.dtype):
        return Values(series.to_numpy(dtype="float64", na_value=np.nan), known)
    codes, distinct = pd.factorize(series)
    kind = np.int8 if len(distinct) < 127 else np.int32
    return Values(codes.astype(kind), known, np.array([*distinct, ""], dtype=object))


def constant(value: Any) -> Values:
    """A single value for every row; `None` is unknown for every row."""
    if isinstance(value, date):
        value = np.datetime64(value, "D")
    return Values(value, np.bool_(value is not None))


_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt,
    ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip


def _compare(test: Callable[[Any, Any], Any], first: Values, second: Values) -> Values:
    known = first.known & second.known
    if first.words is not None and second.words is None:
        return Values(_spread(np.asarray(test(first.words, second.data), dtype=bool), first.data), known)
    if second.words is not None and first.words is None:
        return Values(_spread(np.asarray(test(first.data, second.words), dtype=bool), second.data), known)
    if first.words is not None and second.words is not None:
        return Values(np.asarray(test(first.words[first.data], second.words[second.data]), dtype=bool), known)
    return Values(test(first.data, second.data), known)


def _spread(words: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """`words[codes]` for a truth a word; where few words are true, comparing codes is much faster than looking up."""
    true = np.flatnonzero(words[:-1])  # the last word stands for what is missing, whose truth nobody reads
    if len(true) > _FEW:
        return words[codes]
    found = np.zeros(np.shape(codes), dtype=bool)
    for code in true:
        found |= codes == code
    return found


_FEW = 4


def _days(start: Values, end: Values) -> Values:
    return Values((end.data - start.data) / DAY, start.known & end.known)


def _month_and_day(days: Any) -> tuple[Any, Any]:
    """The month (months since 1970) and the day in it, from 0; looked up for each day between the first and the last,
    which is some ten times faster than asking numpy's calendar for every row. A missing day gives any other's."""
    days = np.asarray(days)
    there = days[~np.isnat(days)] if days.ndim else days
    low, high = (there.min(), there.max()) if there.size else (np.datetime64(0, "D"),) * 2
    if np.isnat(low):
        low = high = np.datetime64(0, "D")
    every = np.arange(low, high + DAY, dtype="datetime64[D]")
    months = every.astype("datetime64[M]")
    within = ((every - months.astype("datetime64[D]")) / DAY).astype(np.int32)
    place = np.where(np.isnat(days), 0, (days - low).astype(np.int64))
    return months.astype(np.int32)[place], within[place]


def _add_years(start: Values, years: Values) -> Values:
    months, within = _month_and_day(start.data)
    number = np.nan_to_num(np.asarray(years.data, dtype=np.float64)).astype(np.int64)  # unknown years move nothing
    moved = np.asarray(months + number * 12)
    # 29 February plus a number of years without one becomes 1 March, as Kazakh terms end on the day after.
    days = moved.astype("datetime64[M]").astype("datetime64[D]") if moved.ndim == 0 else _first_days(moved)
    return Values(days + within * DAY, start.known & years.known)


def _first_days(months: np.ndarray) -> np.ndarray:
    """The first day of each month; each different month is looked up once."""
    low = int(months.min(initial=0))
    every = np.arange(low, int(months.max(initial=0)) + 1).astype("datetime64[M]").astype("datetime64[D]")
    return every[months - low]


def _years(start: Values, end: Values) -> Values:
    """Complete years from `start` to `end`, as ages are counted."""
    (first, first_day), (last, last_day) = _month_and_day(start.data), _month_and_day(end.data)
    months = last.astype(np.int64) - first - (last_day < first_day)
    return Values(np.floor(months / 12), start.known & end.known)


def _known(value: Values) -> Values:
    return Values(value.known, np.ones_like(value.known, dtype=bool) if value.hidden is None else ~value.hidden)


def _at_least(first: Values, second: Values) -> Values:
    return Values(np.maximum(first.data, second.data), first.known & second.known)


def _at_most(first: Values, second: Values) -> Values:
    return Values(np.minimum(first.data, second.data), first.known & second.known)


_FUNCTIONS: dict[str, tuple[int, Callable[..., Values]]] = {
    "days": (2, _days),
    "years": (2, _years),
    "add_years": (2, _add_years),
    "known": (1, _known),
    "larger": (2, _at_least),
    "smaller": (2, _at_most),
}


class Expression:
    """A condition or value over named columns.

    Raises Problem at once for anything outside the language; `names` are the columns it needs.
    """

    def __init__(self, text: str, where: str = "expression") -> None:
        self.text = " ".join(str(text).split())
        self.where = where
        if len(self.text) > LONGEST:
            raise Problem(
                f"{where}: a condition of {len(self.text):,} signs is too long to be read; {LONGEST:,} are allowed."
            )
        try:
            self._tree = ast.parse(self.text, mode="eval").body
        except (RecursionError, MemoryError):
            raise Problem(f"{where}: is nested too deeply to be read; write it with fewer brackets.") from None
        except SyntaxError as error:
            raise Problem(f"{where}: `{self.text}` does not parse at column {error.offset}.") from None
        try:
            self.names = frozenset(self._check(self._tree))
        except RecursionError:
            raise Problem(f"{where}: is nested too deeply to be read; write it with fewer brackets.") from None

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    def _check(self, node: ast.AST) -> list[str]:
        match node:
            case ast.Constant(value=value) if isinstance(value, bool | int | float | str):
                return []
            case ast.Name(id="true" | "false"):
                return []
            case ast.Name(id=name):
                return [name]
            case ast.BoolOp(values=parts) | ast.List(elts=parts):
                return [name for part in parts for name in self._check(part)]
            case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=part):
                return self._check(part)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
                return self._check(left) + self._check(right)
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARE:
                return self._check(left) + self._check(right)
            case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()], comparators=[ast.List() | ast.Name() as right]):
                return self._check(left) + self._check(right)
            case ast.Call(func=ast.Name(id="date"), args=[ast.Constant(value=str(text))], keywords=[]):
                try:
                    date.fromisoformat(text)
                except ValueError:
                    raise Problem(f"{self.where}: `{text}` is not a date; write it as 2026-02-13.") from None
                return []
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _FUNCTIONS:
                wanted = _FUNCTIONS[name][0]
                if len(args) != wanted:
                    raise Problem(f"{self.where}: `{name}` takes {wanted} values, here it has {len(args)}.")
                return [found for part in args for found in self._check(part)]
        written = ast.unparse(node) if isinstance(node, ast.expr) else type(node).__name__
        known = ", ".join(["date", *_FUNCTIONS])
        raise Problem(
            f"{self.where}: `{written}` is outside the language of conditions; it has names, numbers, texts, "
            f"comparisons one at a time, and/or/not, in [...], + - * / and {known}."
        )

    def evaluate(self, columns: Mapping[str, Values]) -> Values:
        """The value on every row; `columns` holds every one of `names`.

        Raises Problem where two kinds of value cannot be compared (a date with a number, for instance).
        """
        try:
            return self._evaluate(self._tree, columns)
        except TypeError as error:
            raise Problem(f"{self.where}: `{self.text}` compares values of different kinds ({error}).") from None

    def _evaluate(self, node: ast.expr, columns: Mapping[str, Values]) -> Values:
        match node:
            case ast.Constant(value=value):
                return constant(value)
            case ast.Name(id="true" | "false" as word):
                return constant(word == "true")
            case ast.Name(id=name):
                return columns[name]
            case ast.BoolOp(op=op, values=parts):
                return self._join(op, [self._evaluate(part, columns) for part in parts])
            case ast.UnaryOp(op=ast.Not(), operand=part):
                inner = self._evaluate(part, columns)
                return Values(np.logical_not(inner.data), inner.known)
            case ast.UnaryOp(operand=part):
                inner = self._evaluate(part, columns)
                return Values(-inner.data, inner.known)
            case ast.BinOp(left=left, op=op, right=right):
                first, second = self._evaluate(left, columns), self._evaluate(right, columns)
                with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
                    data = _ARITHMETIC[type(op)](first.data, second.data)
                known = first.known & second.known
                # What is divided by zero, or grows beyond all numbers, is not known.
                return Values(data, known & np.isfinite(data) if isinstance(op, ast.Div | ast.Mult) else known)
            case ast.Compare(left=left, ops=[ast.In() | ast.NotIn() as op], comparators=[right]):
                return self._member(self._evaluate(left, columns), op, right, columns)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return _compare(_COMPARE[type(op)], self._evaluate(left, columns), self._evaluate(right, columns))
            case ast.Call(func=ast.Name(id="date"), args=[ast.Constant(value=str(text))]):
                return constant(date.fromisoformat(text))
            case ast.Call(func=ast.Name(id=name), args=args):
                return _FUNCTIONS[name][1](*(self._evaluate(part, columns) for part in args))
        raise AssertionError("checked when the expression was read")

    def _member(self, first: Values, op: ast.cmpop, right: ast.expr, columns: Mapping[str, Values]) -> Values:
        known = first.known
        if isinstance(right, ast.List):
            allowed = [self._evaluate(part, columns).data for part in right.elts]
        else:  # a dated value that is a list, unknown on a day for which the law gives none
            listed = columns[right.id]  # type: ignore[attr-defined]
            allowed, known = (list(listed.data) if np.all(listed.known) else []), known & listed.known
        if first.words is not None:
            inside = _spread(np.array([word in allowed for word in first.words]), first.data)
        else:
            inside = np.isin(first.data, np.asarray(allowed, dtype=getattr(first.data, "dtype", object)))
        return Values(~inside if isinstance(op, ast.NotIn) else inside, known)

    @staticmethod
    def _join(op: ast.boolop, parts: list[Values]) -> Values:
        every = isinstance(op, ast.And)
        decided: Any = np.bool_(False)
        known: Any = np.bool_(True)
        for part in parts:
            decided = decided | (part.false if every else part.true)
            known = known & part.known
        return Values(~decided if every else decided, known | decided)
