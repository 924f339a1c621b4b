"""Builds the cases (decision day, label, split, queue) and the model's features, part by part.

A programme without a label has cases only: all that were lodged are in the queue, and `interim/features` holds no feature.
"""

from collections import Counter
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from features import sets
from features.asof import as_days
from features.build import Table, build
from features.history import History
from features.registry import CASES, DECISION_DAY
from features.spelling import fold
from pipeline.core import tables
from pipeline.core.errors import Problem
from pipeline.core.facts import link
from pipeline.core.programme import Programme, learns
from pipeline.core.stage import Context, Report, Stage

COLUMNS = [
    "case_id",
    "person_id",
    "office",
    "lodged_on",
    "decision_day",
    "decided_on",
    "known_on",
    "status",
    "label",
    "weight",
    "corrected",
    "by",
    "law_version",
    "basis",
    "same",
    "arm",
    "split",
    "queue",
]
GAP = "\x1f"  # stands in no value: it parts the columns that name a matter


class Windows(NamedTuple):
    """The days on which calibration and test begin, and the first day of each matter (index: its number)."""

    days: tuple[np.datetime64, np.datetime64]
    began: pd.Series


def run(ctx: Context) -> Report:
    """Writes `interim/features` and `interim/cases`; rows of each part are sorted by case."""
    programme = ctx.programme
    inputs, features, cases = ctx.read("interim/tables"), ctx.write("interim/features"), ctx.write("interim/cases")
    names = [record["name"] for record in sets.describe(programme.features)] if learns(programme) else []
    wanted = _columns(programme)
    source = inputs / programme.cases.source
    parts = tables.count_parts(source)
    missing: Counter[str] = Counter()
    observed: list[pd.DataFrame] = []
    history = _history(ctx, inputs, parts) if names else None
    for part in range(parts):
        ctx.progress.step(0.95 * part / parts, f"features, part {part + 1} of {parts}")
        raw = _cases(programme, tables.read_part(source, part, wanted), np.datetime64(ctx.as_of, "D"))
        table = _labelled(ctx, raw, inputs, part)
        raw[DECISION_DAY] = table[DECISION_DAY]
        built = build(programme.features, raw, _tables(programme, inputs, part), history=history) if names else raw[[]]
        observed.append(_observed(table))
        missing.update(_plain(built.isna().sum()))
        built.insert(0, "case_id", table["case_id"])
        tables.write_frame(built, tables.part_path(features, part))
        tables.write_frame(table, tables.part_path(cases, part))
    windows = _windows(ctx, pd.concat(observed)) if names else None
    status: Counter[str] = Counter()
    split: Counter[str] = Counter()
    told: Counter[str] = Counter()
    for part in range(parts):
        ctx.progress.step(0.95 + 0.05 * part / parts, "splitting by day of lodging")
        table, late = _split(programme, tables.read_part(cases, part), windows)
        tables.write_frame(table, tables.part_path(cases, part))
        status.update(_plain(table["status"].value_counts()))
        split.update(_plain(table["split"].value_counts()))
        told.update(_told(table, late))
    rows, queue = status.total(), told["queue"]
    figures = {
        "rows": rows,
        "features": len(names),
        "missing_share": {name: round(missing[name] / max(rows, 1), 4) for name in names},
        "status": dict(sorted(status.items())),
        "split": dict(sorted(split.items())),
        "split_days": [str(day) for day in windows.days] if windows else [],
        "queue": queue,
        "same_matter_earlier": told["late"],
        "corrected": told["corrected"],
        "arm": told["arm"],
        "arm_observed": told["arm_observed"],
    }
    if not names:
        return Report(figures, [f"{rows:,} cases, all of them to look at; there is no outcome to learn from"])
    lines = [
        f"{rows:,} cases, {len(names)} features; {queue:,} to rank",
        "outcomes: " + ", ".join(f"{name} {count:,}" for name, count in sorted(status.items())),
        "split by day of lodging: " + ", ".join(f"{name} {split[name]:,}" for name in ("train", "calibrate", "test")),
    ]
    if told["late"]:
        lines.append(f"in no window, because their matter began in an earlier one: {told['late']:,}")
    if told["corrected"]:
        lines.append(f"labels that correct an earlier outcome: {told['corrected']:,} of {status['observed']:,}")
    if told["arm"]:
        lines.append(
            f"random review arm: {told['arm']:,} cases ({told['arm'] / rows:.1%}), {told['arm_observed']:,} observed"
        )
    return Report(figures, lines)


def check(programme: Programme) -> None:
    """Raises ValueError where a feature asks for something it may not see or that the programme does not have."""
    if not learns(programme):
        return
    source, label = programme.cases.source, programme.outcome.source
    open_to = {name: table.columns for name, table in programme.tables.items() if name not in (source, label)}
    hidden = {(CASES if name == source else name, column) for name, column in programme.hidden}
    cases = programme.case_table.columns
    sets.check(programme.features, {CASES: cases, **open_to}, hidden, office=programme.offices.column)


def _columns(programme: Programme) -> list[str]:
    """The case table's columns that the stage reads: ids, day of lodging, office, and what the features need."""
    office = programme.offices.column
    ids = [programme.case_id, programme.person_id, programme.cases.lodged_on, *([office] if office else [])]
    ids += programme.cases.same
    needed = sets.needed(programme.features)[CASES] if learns(programme) else []
    return list(dict.fromkeys([*ids, *needed]))


def _cases(programme: Programme, raw: pd.DataFrame, as_of: np.datetime64) -> pd.DataFrame:
    """The cases lodged by `as_of`, sorted by id, with the day as of which their features are taken."""
    lodged = as_days(raw[programme.cases.lodged_on])
    day = np.minimum(lodged + programme.cases.decision_after_days, as_of)
    raw = raw.assign(**{DECISION_DAY: day.astype("datetime64[s]")})[lodged <= as_of]
    return raw.sort_values(programme.case_id, ignore_index=True)


def _history(ctx: Context, inputs: Path, parts: int) -> History | None:
    """What is known of earlier cases, over all parts, where a feature counts them."""
    from models.spells import spells

    programme, rule = ctx.programme, ctx.programme.outcome
    history = History(programme.features.declare, programme.cases.lodged_on)
    if not history.columns:
        return None
    wanted = list(dict.fromkeys([programme.case_id, programme.cases.lodged_on, *history.columns]))
    for part in range(parts):
        ctx.progress.step(0.0, f"earlier cases, part {part + 1} of {parts}")
        cases = tables.read_part(inputs / programme.cases.source, part, wanted)
        outcomes = _outcomes(programme, inputs, part)
        history.add(cases, spells(cases.rename(columns={programme.case_id: "case_id"}), outcomes, rule, ctx.as_of))
    history.close()
    return history


def _outcomes(programme: Programme, inputs: Path, part: int) -> pd.DataFrame:
    """What became known of the cases of a part, as `models.labels` reads it."""
    rule = programme.outcome
    wanted = list(dict.fromkeys([programme.case_id, *rule.columns]))
    return tables.read_part(inputs / rule.source, part, wanted).rename(columns={programme.case_id: "case_id"})


def _tables(programme: Programme, inputs: Path, part: int) -> dict[str, Table]:
    """Every source but the cases and the outcomes, as features may meet it."""
    found = {}
    for name, source in programme.tables.items():
        if name not in (programme.cases.source, programme.outcome.source):
            shared = link(programme, name)
            joined = shared if shared in source.columns else None  # None: a reference table, of one part
            read = partial(tables.read_part, inputs / name, part if joined else 0)
            found[name] = Table(joined, source.known_on, read)
    return found


def _labelled(ctx: Context, raw: pd.DataFrame, inputs: Path, part: int) -> pd.DataFrame:
    """The case table of the contract, without `split` and `queue`."""
    from models.arm import drawn
    from models.labels import OPEN, first_decided, label

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
    strange = sorted(set(table["office"].fillna("(none)")) - set(offices.list_))
    if strange:
        raise Problem(
            f"interim/tables/{programme.cases.source}: some cases belong to the office {', '.join(strange[:5])}, which "
            f"`offices.list` of the programme does not name; add it there, or make the column a required code."
        )
    table["same"] = _same(programme, raw)
    arm = programme.review_arm
    table["arm"] = drawn(table["case_id"], table["lodged_on"], **arm.model_dump()) if arm else False
    if rule is None:
        never = pd.Series(np.datetime64("NaT", "s"), index=table.index)
        nothing = pd.Series(None, index=table.index, dtype="str")
        return table.assign(
            decided_on=never, known_on=never, status=OPEN, label=pd.Series(pd.NA, index=table.index, dtype="Int8"),
            weight=1.0, corrected=False, by=nothing, law_version=nothing, basis=nothing,
        )  # fmt: skip
    outcomes = _outcomes(programme, inputs, part)
    found = label(table[["case_id", "lodged_on"]], outcomes, rule, ctx.as_of)
    # A case that was decided early is seen as on the day of its first decision: nothing that came after it, no appeal
    # either, may help.
    decided = first_decided(table, outcomes, rule, ctx.as_of)
    table[DECISION_DAY] = table[DECISION_DAY].mask(decided < table[DECISION_DAY], decided)
    return pd.concat([table, found.reset_index(drop=True)], axis=1)


def _same(programme: Programme, raw: pd.DataFrame) -> pd.Series:
    """A name for the matter of each case: cases of one person, or equal in `cases.same`, have the same one.

    Spellings that differ in capitals or spaces are equal; a case of which none of this is known is a matter of its own.
    """
    if not programme.cases.same:
        return raw[programme.person_id].astype("str").fillna(raw[programme.case_id].astype("str"))
    tidy = {name: fold(raw[name], (), {}).fillna("") for name in programme.cases.same}
    first, *others = programme.cases.same
    spelt = tidy[first].str.cat(pd.DataFrame(tidy)[others], sep=GAP) if others else tidy[first]
    spelt = spelt.where(spelt.str.strip(GAP) != "", raw[programme.case_id].astype("str"))
    return pd.Series([f"{number:016x}" for number in tables.hash_keys(spelt)], index=raw.index, dtype="str")


def _observed(table: pd.DataFrame) -> pd.DataFrame:
    """Day of lodging and matter (as a number) of each case with a known outcome."""
    cases = table[table["status"] == "observed"]
    return pd.DataFrame({"lodged": as_days(cases["lodged_on"]), "matter": tables.hash_keys(cases["same"])})


def _windows(ctx: Context, observed: pd.DataFrame) -> Windows:
    """The days that part training, calibration and test, and when each matter began; over all cases with a known outcome."""
    from models.split import by_time, first_days

    share = ctx.param("split")
    lodged = as_days(observed["lodged"])
    return Windows(by_time(lodged, share.train, share.calibrate), first_days(observed["matter"].to_numpy(), lodged))


def _split(programme: Programme, table: pd.DataFrame, windows: Windows | None) -> tuple[pd.DataFrame, np.ndarray]:
    """`table` with `split` and `queue`, and which observed cases have no window, as their matter began in an earlier one.

    A queue of the test period holds all its cases, whatever was decided later.
    """
    from models.split import NONE, assign, late

    if windows is None:
        return table.assign(split=NONE, queue=True)[COLUMNS], np.zeros(len(table), dtype=bool)
    lodged = as_days(table["lodged_on"])
    period = assign(lodged, windows.days)
    observed = (table["status"] == "observed").to_numpy(dtype=bool)
    behind = observed & late(tables.hash_keys(table["same"]), lodged, windows.began, windows.days)
    split = pd.Series(np.where(observed & ~behind, period, NONE), index=table.index, dtype="str")
    is_open = (table["status"] == "open").to_numpy(dtype=bool)
    queue = is_open if programme.cases.queue == "open" else period == "test"
    return table.assign(split=split, queue=queue)[COLUMNS], behind


def _told(table: pd.DataFrame, late: np.ndarray) -> dict[str, int]:
    """How many cases of the part wait, correct an earlier outcome, are in the review arm, came late to their matter."""
    in_arm = table["arm"].to_numpy(dtype=bool)
    return {
        "queue": int(table["queue"].sum()),
        "corrected": int(table["corrected"].sum()),
        "arm": int(in_arm.sum()),
        "arm_observed": int((in_arm & (table["status"] == "observed").to_numpy(dtype=bool)).sum()),
        "late": int(late.sum()),
    }


def _plain(counts: pd.Series) -> dict[str, int]:
    return {str(name): int(count) for name, count in counts.items()}


STAGE = Stage(
    name="features",
    title="Build cases and features",
    reads=("interim/tables",),
    writes=("interim/features", "interim/cases"),
    params=("split",),
    run=run,
    check=check,
)
