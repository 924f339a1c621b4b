"""Builds the cases (decision day, label, split, queue) and the model's features, part by part."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from features import sets
from features.build import Table, build
from features.registry import CASES, DECISION_DAY
from pipeline.core import tables
from pipeline.core.errors import Problem
from pipeline.core.facts import link
from pipeline.core.programme import Programme
from pipeline.core.stage import Context, Report, Stage

ORDER = ["case_id", "person_id", "office", "lodged_on", "decision_day", "decided_on", "status", "label", "split", "queue"]


def run(ctx: Context) -> Report:
    """Writes `interim/features` and `interim/cases`; rows of each part are sorted by case."""
    programme = ctx.programme
    inputs, features, cases = ctx.read("interim/tables"), ctx.write("interim/features"), ctx.write("interim/cases")
    check(programme)
    source = programme.cases.source
    parts = tables.count_parts(inputs / source)
    as_of = np.datetime64(ctx.as_of, "D")
    missing, rows, observed = pd.Series(dtype="int64"), 0, []
    for part in range(parts):
        ctx.progress.step(0.95 * part / parts, f"features, part {part + 1} of {parts}")
        raw = _cases(programme, inputs / source, part, as_of)
        built = build(programme.features, raw, _tables(programme, inputs, part, parts))
        table = _labelled(ctx, raw, inputs, part)
        observed.append(table.loc[table["status"] == "observed", "lodged_on"])
        missing = missing.add(built.isna().sum(), fill_value=0)
        rows += len(built)
        built.insert(0, "case_id", table["case_id"])
        tables.write_frame(built, tables.part_path(features, part))
        tables.write_frame(table, tables.part_path(cases, part))
    boundaries = _boundaries(ctx, pd.concat(observed, ignore_index=True))
    counts: dict[str, pd.Series] = {"status": pd.Series(dtype="int64"), "split": pd.Series(dtype="int64")}
    queue = 0
    for part in range(parts):
        ctx.progress.step(0.95 + 0.05 * part / parts, "splitting by time")
        table = _split(programme, tables.read_part(cases, part), boundaries)
        tables.write_frame(table, tables.part_path(cases, part))
        counts = {name: found.add(table[name].value_counts(), fill_value=0) for name, found in counts.items()}
        queue += int(table["queue"].sum())
    return _report(programme, rows, queue, missing, counts, boundaries)


def check(programme: Programme) -> None:
    """Raises Problem where a feature asks for something it may not see or that the programme does not have."""
    source, label = programme.cases.source, programme.label.source
    open_to = {name: table.columns for name, table in programme.tables.items() if name not in (source, label)}
    hidden = {(CASES if name == source else name, column) for name, column in programme.hidden}
    try:
        sets.check(programme.features, {CASES: programme.case_table.columns, **open_to}, hidden)
    except ValueError as error:
        raise Problem(f"{programme.folder.name}: {error}") from None


def _cases(programme: Programme, folder: Path, part: int, as_of: np.datetime64) -> pd.DataFrame:
    """The case table's rows lodged by `as_of`, with the columns the features need, the ids, and `decision_day`."""
    office = programme.offices.column
    wanted = [programme.case_id, programme.person_id, programme.cases.lodged_on, *([office] if office else [])]
    wanted += sets.needed(programme.features)[CASES]
    raw = tables.read_part(folder, part, list(dict.fromkeys(wanted)))
    lodged = raw[programme.cases.lodged_on].to_numpy().astype("datetime64[D]")
    day = np.minimum(lodged + programme.cases.decision_after_days, as_of)
    raw = raw.assign(**{DECISION_DAY: day.astype("datetime64[s]")})[lodged <= as_of]
    return raw.sort_values(programme.case_id, ignore_index=True)


def _tables(programme: Programme, inputs: Path, part: int, parts: int) -> dict[str, Table]:
    """Every source but the cases and the outcomes, as features may meet it."""
    found = {}
    for name, source in programme.tables.items():
        if name in (programme.cases.source, programme.label.source):
            continue
        joined = link(programme, name)
        whole = joined not in source.columns
        found[name] = Table(None if whole else joined, source.known_on, _reader(inputs / name, 0 if whole else part, parts))
    return found


def _reader(folder: Path, part: int, parts: int):  # type: ignore[no-untyped-def]
    def read(columns: Sequence[str]) -> pd.DataFrame:
        return tables.read_part(folder, part, columns)

    return read


def _labelled(ctx: Context, raw: pd.DataFrame, inputs: Path, part: int) -> pd.DataFrame:
    """The case table of the contract, without `split` and `queue`."""
    from models.labels import label

    programme, rule = ctx.programme, ctx.programme.label
    offices = programme.offices
    table = pd.DataFrame(
        {
            "case_id": raw[programme.case_id],
            "person_id": raw[programme.person_id],
            "office": raw[offices.column] if offices.column else next(iter(offices.list_)),
            "lodged_on": raw[programme.cases.lodged_on].astype("datetime64[s]"),
            "decision_day": raw[DECISION_DAY],
        }
    )
    wanted = [programme.case_id, rule.column, rule.decided_on, rule.known_on]
    outcomes = tables.read_part(inputs / rule.source, part, list(dict.fromkeys(wanted)))
    found = label(
        table[["case_id", "lodged_on"]],
        outcomes.rename(columns={programme.case_id: "case_id"}),
        column=rule.column,
        decided_on=rule.decided_on,
        known_on=rule.known_on,
        positive=rule.positive,
        negative=rule.negative,
        excluded=rule.excluded,
        pending=rule.pending,
        maturity_months=rule.maturity_months,
        as_of=ctx.as_of,
    )
    return pd.concat([table, found[["decided_on", "status", "label"]].reset_index(drop=True)], axis=1)
