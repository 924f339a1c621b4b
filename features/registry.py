"""Finds feature functions and puts them in order: a feature's arguments are its inputs.

A topic module says `TOPIC = "..."`; each function in it that wears `@feature` makes one column. Its arguments are
`cases` (one row a case), sources (rows known by the decision day) or other features. `reads` names the columns it
takes from each table, and it is handed those columns and no others: what a feature rests on is on record.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import pandas as pd

from features.asof import CASE
from features.columns import Change, ill_said

CASES = "cases"
DECISION_DAY = "decision_day"
Maker = TypeVar("Maker", bound=Callable[..., pd.Series])


@dataclass(frozen=True)
class Feature:
    """One column a model may read. `monotone`: +1 where more never lowers the score, -1 where it never raises it.

    `theme`: what it is about; reasons of one theme never contradict each other. `change`: what a person can lawfully do
    about it by own effort, and `advice` says how. `gap`: it says that the rows of the tables it reads are missing.
    """

    name: str
    make: Callable[..., pd.Series]
    kind: Literal["number", "category"]
    unit: str
    monotone: Literal[-1, 0, 1]
    meaning: str
    inputs: tuple[str, ...]
    reads: Mapping[str, tuple[str, ...]]
    theme: str
    change: Change
    advice: str
    gap: bool


def feature(
    *,
    reads: Mapping[str, str] | None = None,
    unit: str = "",
    monotone: Literal[-1, 0, 1] = 0,
    kind: Literal["number", "category"] = "number",
    theme: str = "",
    change: Change = "",
    advice: str = "",
    gap: bool = False,
) -> Callable[[Maker], Maker]:
    """Marks a function as the maker of the column of its name; the first line of its docstring is its meaning.

    `reads` maps each table among the arguments to the columns taken from it, parted by spaces (`decision_day` of
    `cases` and `case` of a source are always there). An empty `theme` is the feature's own name. The function itself
    stays a plain function. Raises ValueError where the docstring is missing, where `reads` names something that is no
    argument, and where `change` and `advice` do not fit.
    """

    def mark(make: Maker) -> Maker:
        name, inputs = make.__name__, tuple(inspect.signature(make).parameters)
        meaning = (inspect.getdoc(make) or "").partition("\n")[0].rstrip(".")
        if not meaning:
            raise ValueError(f"Feature `{name}` needs a docstring: its first line is what people read.")
        tables = {table: tuple(columns.split()) for table, columns in (reads or {}).items()}
        if stray := sorted(set(tables) - set(inputs)):
            raise ValueError(f"Feature `{name}` reads {', '.join(stray)}, which is not among its arguments.")
        if problem := ill_said(change, advice, category=kind == "category"):
            raise ValueError(f"Feature `{name}`: {problem}.")
        about = theme or name
        made = Feature(name, make, kind, unit, monotone, meaning, inputs, tables, about, change, advice, gap)
        make.feature = made  # type: ignore[attr-defined]
        return make

    return mark


def scan(package: str = "features") -> dict[str, Feature]:
    """Every feature of the topic modules in `package`, by name, sorted; raises ValueError for a name made twice."""
    found: dict[str, Feature] = {}
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
        topic = importlib.import_module(f"{package}.{module.name}")
        if not hasattr(topic, "TOPIC"):
            continue
        for made in (getattr(thing, "feature", None) for thing in vars(topic).values()):
            if not isinstance(made, Feature) or made.make.__module__ != topic.__name__:
                continue
            if made.name in found or inspect.getsource(topic).count(f"\ndef {made.name}(") > 1:
                raise ValueError(
                    f"Feature `{made.name}` is made twice, the second time in {topic.__name__}: rename one."
                )
            found[made.name] = made
    return dict(sorted(found.items()))


def order(wanted: Sequence[str], known: Mapping[str, Feature], tables: Collection[str]) -> list[str]:
    """The wanted features and all they rest on, inputs first.

    Raises ValueError for an unknown name, a feature called like a table, and features that need each other.
    """
    placed: list[str] = []

    def place(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise ValueError(f"Features need each other in a circle: {' -> '.join((*path, name))}.")
        if name in known and name in tables:
            raise ValueError(f"`{name}` is both a feature and a table: rename the feature.")
        if name in placed or (name in tables and path):
            return
        if name not in known:
            asked = f", which `{path[-1]}` asks for," if path else ""
            raise ValueError(
                f"There is no feature or table `{name}`{asked} among {', '.join(sorted([*known, *tables]))}."
            )
        for need in known[name].inputs:
            place(need, (*path, name))
        placed.append(name)

    for name in wanted:
        place(name, ())
    return placed


def resolve(
    wanted: Sequence[str], known: Mapping[str, Feature], frames: Mapping[str, pd.DataFrame]
) -> dict[str, pd.Series]:
    """The wanted columns. `frames` holds `cases` (n rows, with `decision_day`) and each table's rows."""
    values: dict[str, pd.Series] = {}
    for name in order(wanted, known, frames):
        needs = known[name]
        given: dict[str, Any] = {need: values.get(need) for need in needs.inputs}
        for table in set(needs.inputs) & set(frames):
            always = [column for column in (CASE, DECISION_DAY) if column in frames[table]]
            given[table] = frames[table][list(dict.fromkeys([*always, *needs.reads.get(table, ())]))]
        values[name] = needs.make(**given)
        if len(values[name]) != len(frames[CASES]):
            raise ValueError(f"Feature `{name}` gave {len(values[name])} values for {len(frames[CASES])} cases.")
    return {name: values[name] for name in wanted}


def ancestors(name: str, known: Mapping[str, Feature]) -> set[str]:
    """Every feature and table that `name` rests on, near or far."""
    found: set[str] = set()
    ahead = [name]
    while ahead:
        inputs = known[step].inputs if (step := ahead.pop()) in known else ()
        ahead += sorted(set(inputs) - found)
        found |= set(inputs)
    return found


def columns(names: Sequence[str], known: Mapping[str, Feature]) -> dict[str, list[str]]:
    """Table -> the columns that the features `names`, or anything they rest on, take from it; all sorted."""
    needed: dict[str, set[str]] = {}
    for name in set(names).union(*(ancestors(name, known) for name in names)) & set(known):
        for table in known[name].inputs:
            if table not in known:
                needed.setdefault(table, set()).update(known[name].reads.get(table, ()))
    return {table: sorted(taken) for table, taken in sorted(needed.items())}
