"""One file under the law of one day: every gate's answer with what was looked at, as a document that can be recomputed."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.clocks import told
from pipeline.core import facts, stage, tables, versions, yaml
from pipeline.core.errors import Problem
from pipeline.core.messages import LANGUAGES
from pipeline.core.programme import Programme, learns
from pipeline.gates import cases, kinds, rulebook, trace
from pipeline.gates.book import TOTALS, Gate, Rulebook, on_day
from pipeline.gates.evaluate import Verdicts, evaluate
from pipeline.gates.records import ANSWERS
from pipeline.policy import hints


def application(programme: Programme, root: Path, case_id: str, day: date) -> dict[str, Any]:
    """The explanation of the file `case_id` of the ingested registers, as they were known on `day`.

    Raises Problem where no accepted row names the file, or where it was lodged after `day`.
    """
    accepted = stage.place(root, programme, "interim/tables")
    if not accepted.exists():
        raise Problem(f"{accepted.relative_to(root)}: missing; run `qonys ingest` first.")
    part, lodged = _find(programme, accepted, case_id)
    if lodged > day:
        raise Problem(f"{case_id} was lodged on {lodged}; ask for that day or a later one with --on.")
    book = rulebook.load(programme)
    ids, wanted = pd.Series([case_id], dtype="str"), book.wanted(programme)
    found, hidden = facts.of_cases(programme, wanted, accepted, part, ids, day)
    clocks = told.of_case(programme, accepted, part, case_id, day)
    return {**document(programme, book, found, day, case_id, hidden), "clocks": clocks}


def _find(programme: Programme, accepted: Path, case_id: str) -> tuple[int, date]:
    folder, key, lodged = accepted / programme.cases.source, programme.case_id, programme.cases.lodged_on
    for part, rows in enumerate(tables.read_parts(folder, [key, lodged])):
        mine = rows.loc[rows[key] == case_id, lodged]
        if len(mine):
            return part, mine.iloc[0].date()
    raise Problem(
        f"{case_id}: no accepted row of {programme.case_table.file} names this file; see quarantine.csv, or run "
        f"`qonys ingest` on exports that hold it."
    )


def profile(programme: Programme, path: Path, day: date) -> dict[str, Any]:
    """The explanation of facts typed in as YAML (`name: value`); what is left out is unknown.

    Raises Problem with the line for a fact the programme does not have, or a value of another kind.
    """
    book = rulebook.load(programme)
    typed = yaml.read(path)
    if not isinstance(typed, dict):
        raise Problem(f"{path}:1: should be a mapping of facts, for instance `{next(iter(book.facts), 'fact')}: ...`.")
    given = yaml.plain(typed)
    for name, value in given.items():
        kind = book.kinds.get(name)
        line = yaml.line_of(typed, (name,))
        if kind is None:
            raise Problem(f"{path}:{line}: {name}: there is no such fact; there are {', '.join(book.facts)}.")
        if value is not None and kinds.of_value(value) != kind:
            raise Problem(f"{path}:{line}: {name}: `{value}` is no {kind}.")
        codes = _codes(programme, name)
        if isinstance(value, str) and codes and value not in codes:
            raise Problem(f"{path}:{line}: {name}: `{value}` is none of {', '.join(codes)}.")
    return document(programme, book, cases.frame(book, [given]), day, path.name)


def _codes(programme: Programme, fact: str) -> list[str]:
    rule = programme.facts[fact]
    return list(programme.tables[rule.source].columns[rule.column].codes)


def document(
    programme: Programme, book: Rulebook, found: pd.DataFrame, day: date, name: str, aside: pd.DataFrame | None = None
) -> dict[str, Any]:
    """The explanation of the single row `found`; `aside` marks facts on which a row that was set aside may bear.

    JSON-ready: programme, status, file, on, law, result, gates (every one, also those that did not apply), points.
    """
    verdicts = evaluate(book.gates, book.points, found, day, aside)
    hidden = set() if aside is None else {str(fact) for fact in aside.columns[aside.iloc[0]]}
    row = verdicts.trace(pd.Series([name], dtype="str")).to_pylist()[0]
    records = trace.record(row, trace.law(book, day))
    gates = [
        _gate(programme, gate, record, bool(verdicts.waits[place, 0]), hidden, day)
        for place, (gate, record) in enumerate(zip(book.gates, records, strict=True))
    ]
    return {
        "programme": programme.programme,
        "title": dict(programme.title),
        "status": programme.status,
        "file": name,
        "on": day.isoformat(),
        "law": versions.law(programme),
        "result": ANSWERS[verdicts.overall[0]],
        "listed": learns(programme),  # whether files that pass go on a ranked list
        "gates": gates,
        "points": _points(book, verdicts, found, day, {fact: _title(programme, fact) for fact in book.facts}),
        "facts": {
            fact: {"title": _title(programme, fact), "value": trace.plain(found[fact].iloc[0]), "set_aside": fact in hidden}
            for fact in book.facts
        },
    }  # fmt: skip


def _gate(
    programme: Programme, gate: Gate, record: Mapping[str, Any], waits: bool, hidden: set[str], day: date
) -> dict[str, Any]:
    rule = gate.rule
    return {
        **{key: record[key] for key in ("gate", "verdict", "version", "in_force")},
        "title": dict(rule.title),
        "waits": waits,
        "law": {"act": dict(rule.law.act), "article": rule.law.article, "source": rule.source, "status": rule.status},
        "established_by": rule.established_by,
        "consequence": rule.consequence.model_dump(),
        "conditions": {".".join(steps): condition.text for steps, condition in rule.conditions.items()},
        "exemption": _exemption(gate, record["exemption"]),
        "facts": {
            name: {"title": _title(programme, name), "value": value, "told": _told(programme, name, value),
                   "set_aside": name in hidden}
            for name, value in record["facts"].items()
        },
        "values": {
            name: {"title": _value_title(gate, name), "value": trace.plain(on_day(items, day)),
                   "told": _listed(programme, gate, on_day(items, day)), **_origin(items, day)}
            for name, items in sorted(gate.values.items())
        },
        "points": record.get("points"),
        "on_fail": dict(rule.on_fail),
        "ask_for": dict(rule.ask_for),
    }  # fmt: skip


def _exemption(gate: Gate, name: str) -> dict[str, Any] | None:
    if not name:
        return None
    found = gate.rule.exempt[name]
    return {"name": name, "title": dict(found.title), "act": dict(found.law.act), "article": found.law.article}


def _origin(items: Any, day: date) -> dict[str, Any]:
    """Source, status and period of the value of the day; empty where the law names none."""
    for item in items:
        if item.covers(day):
            return {
                "source": item.source,
                "status": item.status,
                "from": item.from_.isoformat(),
                "to": None if item.to is None else item.to.isoformat(),
            }
    return {}


def _title(programme: Programme, fact: str) -> dict[str, str]:
    return _plain(programme.facts[fact].title, fact)


def _value_title(gate: Gate, name: str) -> dict[str, str]:
    return _plain(gate.rule.value_titles.get(name), name)


def _plain(title: Mapping[Any, str] | None, name: str) -> dict[str, str]:
    """The title in three languages; the name itself where nobody gave one."""
    return {lang: title[lang] if title else name.replace("_", " ") for lang in LANGUAGES}


def _told(programme: Programme, fact: str, value: Any) -> dict[str, str] | None:
    """The name of a code in three languages, where the programme gives one."""
    names = programme.facts[fact].names
    return _plain(names[value], value) if isinstance(value, str) and value in names else None


def _listed(programme: Programme, gate: Gate, value: Any) -> list[dict[str, str]] | None:
    """The names of a list of codes, where a fact that the gate reads gives every one of them."""
    for fact in gate.facts if isinstance(value, list) else ():
        names = programme.facts[fact].names
        if set(value) <= set(names):
            return [_plain(names[code], code) for code in value]
    return None


def _points(
    book: Rulebook, verdicts: Verdicts, found: pd.DataFrame, day: date, titles: Mapping[str, Mapping[str, str]]
) -> dict[str, Any] | None:
    if book.points is None or verdicts.score is None:
        return None
    table, score = book.points, verdicts.score
    return {
        "title": dict(table.title),
        "provisional_rows": table.provisional,
        "threshold": trace.plain(on_day(table.threshold, day)),
        **{
            name: trace.plain(total[0])
            for name, total in zip(TOTALS, (score.total_least, score.total_most), strict=True)
        },
        "criteria": hints.breakdown(table, found, day, titles),
        "caps": [
            {
                "title": dict(together.cap.title),
                "counts": together.cap.most,
                "least": trace.plain(together.least[0]),
                "most": trace.plain(together.most[0]),
            }
            for together in score.capped
        ],
    }
