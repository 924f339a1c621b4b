"""Raw exports to validated tables: every row accepted or quarantined, counted either way."""

from collections import Counter
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

import numpy as np
import pandas as pd

from pipeline.core import facts, tables, versions
from pipeline.core.errors import Problem
from pipeline.core.programme import Programme, Source
from pipeline.core.stage import Context, Report, Stage


def run(ctx: Context) -> Report:
    """Reads every source in the order in which they refer to each other; see `STAGE` for what it writes."""
    from pipeline.sources import lines, reader
    from pipeline.validate import docs, typed
    from pipeline.validate.keys import Seen
    from pipeline.validate.validator import QUARANTINE, Validator, contradicted

    programme, limits = ctx.programme, ctx.param("ingest")
    raw = ctx.read("raw")
    cases = lines.count(raw / programme.case_table.file)
    parts = max(1, -(-cases // limits.cases_per_part))
    seen: dict[str, Seen] = {}
    lost: dict[str, Seen] = {}
    validators: dict[str, Validator] = {}
    quarantine: dict[str, list[pd.DataFrame]] = {}
    nobodys: Counter[str] = Counter()  # rows of which nobody can say whose they are
    order = _order(programme)
    for number, name in enumerate(order):
        source = programme.tables[name]
        ctx.progress.step(number / len(order), name)
        validator = validators[name] = Validator(source, seen, lost)
        where = _where(programme, source)
        writer = tables.PartWriter(
            ctx.write("interim/tables") / name, 1 if where is None else parts, typed.schema(source)
        )
        turned_away = quarantine[name] = []
        bearing = facts.bearing(programme, name)
        aside = tables.PartWriter(ctx.write("interim/set_aside") / name, parts, typed.schema(source, bearing))
        for chunk in reader.read(raw / source.file, source, limits.block_bytes):
            verdict = validator.block(chunk.frame, chunk.lines, chunk.unreadable)
            part = _parts(verdict.accepted, where, seen.get(programme.cases.source), parts)
            writer.add(verdict.accepted, part)
            validator.seen.add(verdict.keys, part)
            turned_away.append(verdict.quarantined)
            if where is not None and name in _asked(programme):
                without = verdict.set_aside[facts.link(programme, name)].isna()
                nobodys[name] += int(without.sum()) + len(chunk.unreadable)
            if where is not None:
                part = _parts(verdict.set_aside, where, seen.get(programme.cases.source), parts)
                aside.add(verdict.set_aside[bearing], part)
            ctx.progress.step(number / len(order), f"{name}: {validator.read:,} rows")
        writer.close()
        if where is not None:
            read = tables.read_parts(ctx.write("interim/tables") / name)
            for rows in contradicted(source, validator.repeated, read):
                aside.add(rows[bearing], _parts(rows, where, seen.get(programme.cases.source), parts))
        aside.close()
        seen[name], lost[name] = validator.seen, validator.turned_away
        _expected(raw / source.file, source, validator)
    found = [frame for name in programme.sources for frame in quarantine[name]]
    pd.concat(found, ignore_index=True)[QUARANTINE].to_csv(
        ctx.write("out/quarantine.csv"), index=False, lineterminator="\n"
    )
    docs.write(ctx.write("out/data_docs"), programme, validators, ctx.lang)
    return _report(
        programme, validators, nobodys, versions.of([raw / source.file for source in programme.tables.values()], raw)
    )


def _order(programme: Programme) -> list[str]:
    """Sources so that each comes after those it refers to."""
    graph = {}
    for name in programme.sources:
        source = programme.tables[name]
        before = set(source.refers.values())
        if (
            programme.case_id in source.columns
            and name != programme.cases.source
            and programme.person_id not in source.columns
        ):
            before.add(programme.cases.source)  # its rows are filed with their case
        graph[name] = sorted(before)
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise Problem(
            f"{programme.programme}: the sources {' -> '.join(error.args[1])} refer to each other in a circle."
        ) from None


def _where(programme: Programme, source: Source) -> tuple[str, str] | None:
    """How a row finds its part: ("hash", column) or ("look up", column) by its case; None for reference tables."""
    if programme.person_id in source.columns:
        return "hash", programme.person_id
    if programme.case_id in source.columns:
        return "look up", programme.case_id
    return None


def _parts(accepted: pd.DataFrame, where: tuple[str, str] | None, cases: Any, parts: int) -> np.ndarray:
    if where is None or parts == 1:
        return np.zeros(len(accepted), dtype=np.int32)
    how, column = where
    hashes = tables.hash_keys(accepted[column])
    if how == "hash":
        return tables.part_of(hashes, parts)
    return np.maximum(cases.part(hashes), 0)


def _expected(path: Any, source: Source, validator: Any) -> None:
    low, high = source.rows
    if not low <= validator.read <= high:
        raise Problem(
            f"{path}: has {validator.read:,} rows where {low:,} to {high:,} are expected; look at the export, or correct `rows`."
        )
    if validator.read and validator.accepted == 0:
        worst = ", ".join(sorted(validator.reasons, key=lambda reason: -validator.reasons[reason])[:3])
        raise Problem(f"{path}: none of its {validator.read:,} rows is usable ({worst}); look at the export.")


def _asked(programme: Programme) -> set[str]:
    """The sources from which gates take facts of a person or a file, the case table aside."""
    return {rule.source for rule in programme.facts.values()} - {programme.cases.source}


def _report(programme: Programme, validators: Any, nobodys: Mapping[str, int], data: str) -> Report:
    seconds = round(sum(validator.suite.seconds for validator in validators.values()), 2)
    report = Report(figures={"sources": {}, "versions": {"data": data}, "seconds_in_great_expectations": seconds})
    for name in programme.sources:
        validator, limit = validators[name], programme.tables[name].quarantine_limit
        counts = {"read": validator.read, "accepted": validator.accepted, "quarantined": validator.quarantined}
        report.figures["sources"][name] = {**counts, "reasons": dict(sorted(validator.reasons.items()))}
        report.lines.append(
            f"{name}: {validator.read:,} read = {validator.accepted:,} accepted + {validator.quarantined:,} quarantined"
        )
        if validator.orphans and name == programme.cases.source:
            report.findings.append(
                f"{name}: {validator.orphans:,} cases are on no list because the row they refer to is quarantined; mend that "
                f"row in the export (quarantine.csv, reason unknown_reference)."
            )
        if validator.quarantined > limit * validator.read:
            report.findings.append(
                f"{name}: {validator.quarantined:,} of {validator.read:,} rows are quarantined, more than the {limit:.0%} "
                f"its description allows; see quarantine.csv."
            )
    for name, count in sorted(nobodys.items()):
        if count:
            report.concerns.append(
                f"{name}: {count:,} rows were set aside of which nobody can say whose they are; each may bear on some file's "
                f"facts. Have them corrected (quarantine.csv)."
            )
    return report


STAGE = Stage(
    name="ingest",
    title="Read and validate the exports",
    reads=("raw",),
    writes=("interim/tables", "interim/set_aside", "out/quarantine.csv", "out/data_docs"),
    params=("ingest",),
    run=run,
    dated=False,
)
