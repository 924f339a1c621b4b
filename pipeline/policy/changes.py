"""What differs between two laws: in force on their days, and as written in their folders."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipeline.core import yaml
from pipeline.core.messages import LANGUAGES
from pipeline.core.programme import Programme
from pipeline.gates.book import Gate, Rulebook, on_day

GATES = "gates"
POINTS = "points"


@dataclass(frozen=True)
class Change:
    """One difference. `old` and `new` are plain values as YAML holds them; None where there is none.

    where: the gate's code, `points`, or a file of the folder; what: the way to the value, `values.mci.2026-01-01`.
    """

    where: str
    what: str
    old: Any
    new: Any
    source: str = ""


def in_force(old: tuple[Rulebook, date], new: tuple[Rulebook, date]) -> list[Change]:
    """What holds under each law on its own day, where it differs: gates in force, their values, threshold and bands."""
    found = []
    (book, day), (other, later) = old, new
    mine, theirs = ({gate.code: gate for gate in side.gates} for side in (book, other))
    for code in sorted({*mine, *theirs}):
        one, two = mine.get(code), theirs.get(code)
        alive = (_alive(one, day), _alive(two, later))
        if alive[0] != alive[1]:
            found.append(Change(code, "in_force", alive[0], alive[1]))
        if not any(alive):
            continue
        found += _values(code, (one.rule.values if one else {}, day), (two.rule.values if two else {}, later))
    return [*found, *_points(old, new)]


def _alive(gate: Gate | None, day: date) -> bool:
    return gate is not None and gate.rule.effective.covers(day)


def _values(where: str, old: tuple[Mapping[str, Any], date], new: tuple[Mapping[str, Any], date]) -> Iterator[Change]:
    (before, day), (after, later) = old, new
    for name in sorted({*before, *after}):
        one, two = on_day(before.get(name, ()), day), on_day(after.get(name, ()), later)
        if one != two:
            source = next((item.source for item in after.get(name, ()) if item.covers(later)), "")
            yield Change(where, f"values.{name}", one, two, source)


def _points(old: tuple[Rulebook, date], new: tuple[Rulebook, date]) -> Iterator[Change]:
    alive = [book.points is not None and book.points.effective.covers(day) for book, day in (old, new)]
    if alive[0] != alive[1]:
        yield Change(POINTS, "in_force", alive[0], alive[1])
    if not all(alive):
        return
    (before, after), (day, later) = (old[0].points, new[0].points), (old[1], new[1])
    assert before is not None and after is not None  # both are in force
    yield from _values(POINTS, ({"threshold": before.threshold}, day), ({"threshold": after.threshold}, later))
    bands = [
        {
            f"{name}: {band.when.text}": (band.points, band.source)
            for name, criterion in table.criteria.items() for band in criterion.bands if band.covers(today)
        }
        for table, today in ((before, day), (after, later))
    ]  # fmt: skip
    for name in sorted({*bands[0], *bands[1]}):
        one, two = bands[0].get(name, (None, "")), bands[1].get(name, (None, ""))
        if one[0] != two[0]:
            yield Change(POINTS, name, one[0], two[0], two[1])


def written(old: Programme, new: Programme) -> list[Change]:
    """What differs between the two folders as they are written, gate by gate, then file by file; comments do not count.

    A gate, exemption, fact or dated value that stands on one side alone is one change, with all that it says.
    """
    mine, theirs = (
        {path.relative_to(side.folder).as_posix(): path.read_bytes() for path in side.files()} for side in (old, new)
    )
    same = {name for name in mine if mine[name] == theirs.get(name)}  # most files; reading YAML is slow
    before, after = (_documents(side, sorted(names.keys() - same)) for side, names in ((old, mine), (new, theirs)))
    return [
        change
        for where in sorted({*before, *after})
        for change in _differ(where, (), before.get(where), after.get(where))
    ]


def _documents(programme: Programme, names: Sequence[str]) -> dict[str, Any]:
    """The files `names` of the folder: gates by code, the others by name."""
    found = {}
    for name in names:
        document = yaml.plain(yaml.read(programme.folder / name))
        code = document.get("code") if name.startswith(f"{GATES}/") and isinstance(document, dict) else None
        found[str(code or name.removesuffix(".yaml"))] = document
    return found


def _differ(where: str, steps: tuple[str, ...], old: Any, new: Any) -> Iterator[Change]:
    if old == new:
        return
    one, two = _keyed(old), _keyed(new)
    if one is None or two is None or _leaf(old) or _leaf(new):
        source = new.get("source", "") if isinstance(new, dict) else ""
        yield Change(where, ".".join(steps), old, new, str(source))
        return
    for key in dict.fromkeys([*one, *two]):
        yield from _differ(where, (*steps, str(key)), one.get(key), two.get(key))


def _keyed(node: Any) -> dict[Any, Any] | None:
    """The node as a mapping: a list of records by what tells one from the other (its condition, day or name)."""
    if isinstance(node, dict):
        return node
    if isinstance(node, list) and node and all(isinstance(item, dict) for item in node):
        keys = [
            " ".join(str(item[name]) for name in ("code", "name", "day", "when", "from") if name in item) or place
            for place, item in enumerate(node)
        ]
        if len(set(keys)) == len(keys):
            return dict(zip(keys, node, strict=True))
    return None


def _leaf(node: Any) -> bool:
    """A name in three languages, or one entry of dated values: shown whole."""
    return isinstance(node, dict) and bool(node) and (set(node) <= set(LANGUAGES) or "value" in node)
