"""Builds the cases (decision day, label, split, queue) and the model's features, part by part.

A programme without a label has cases only: all that were lodged are in the queue, and `interim/features` holds no feature.
"""

import hashlib
from collections import Counter
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from features import sets
from features.asof import as_days
from features.build import Table, build
from features.registry import CASES, DECISION_DAY
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
Boundaries = tuple[np.datetime64, np.datetime64]


def run(ctx: Context) -> Report:
    """Writes `interim/features` and `interim/cases`; rows of each part are sorted by case."""
    programme = ctx.programme
    inputs, features, cases = ctx.read("interim/tables"), ctx.write("interim/features"), ctx.write("interim/cases")
    names = [record["name"] for record in sets.describe(programme.features)] if learns(programme) else []
    wanted = _columns(programme)
    source = inputs / programme.cases.source
    parts = tables.count_parts(source)
    missing: Counter[str] = Counter()
    observed = []
    for part in range(parts):
        ctx.progress.step(0.95 * part / parts, f"features, part {part + 1} of {parts}")
        raw = _cases(programme, tables.read_part(source, part, wanted), np.datetime64(ctx.as_of, "D"))
        table = _labelled(ctx, raw, inputs, part)
        # A case that was decided early is seen as on the day of its decision: nothing that came after it may help.
        decided = table["decided_on"].astype("datetime64[s]")
        table[DECISION_DAY] = table[DECISION_DAY].mask(decided < table[DECISION_DAY], decided)
        raw[DECISION_DAY] = table[DECISION_DAY]
        built = build(programme.features, raw, _tables(programme, inputs, part)) if names else raw[[]]
        observed.append(as_days(table.loc[table["status"] == "observed", "lodged_on"]))
        missing.update(_plain(built.isna().sum()))
        built.insert(0, "case_id", table["case_id"])
        tables.write_frame(built, tables.part_path(features, part))
        tables.write_frame(table, tables.part_path(cases, part))
    boundaries = _boundaries(ctx, np.concatenate(observed)) if names else None
    status: Counter[str] = Counter()
    split: Counter[str] = Counter()
    queue = 0
    for part in range(parts):
        ctx.progress.step(0.95 + 0.05 * part / parts, "splitting by day of lodging")
        table = _split(programme, tables.read_part(cases, part), boundaries)
        tables.write_frame(table, tables.part_path(cases, part))
        status.update(_plain(table["status"].value_counts()))
        split.update(_plain(table["split"].value_counts()))
        queue += int(table["queue"].sum())
    rows = status.total()
    figures = {
        "rows": rows,
        "features": len(names),
        "missing_share": {name: round(missing[name] / max(rows, 1), 4) for name in names},
        "status": dict(sorted(status.items())),
        "split": dict(sorted(split.items())),
        "split_days": [str(day) for day in boundaries or ()],
        "queue": queue,
    }
    if not names:
        return Report(figures, [f"{rows:,} cases, all of them to look at; there is no outcome to learn from"])
    lines = [
        f"{rows:,} cases, {len(names)} features; {queue:,} to rank",
        "outcomes: " + ", ".join(f"{name} {count:,}" for name, count in sorted(status.items())),
        "split by day of lodging: " + ", ".join(f"{name} {split[name]:,}" for name in ("train", "calibrate", "test")),
    ]
    return Report(figures, lines)


def check(programme: Programme) -> None:
    """Raises ValueError where a feature asks for something it may not see or that the programme does not have."""
    if not learns(programme):
        return
    source, label = programme.cases.source, programme.outcome.source
    open_to = {name: table.columns for name, table in programme.tables.items() if name not in (source, label)}
    hidden = {(CASES if name == source else name, column) for name, column in programme.hidden}
    sets.check(programme.features, {CASES: programme.case_table.columns, **open_to}, hidden)


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
    from models.labels import OPEN, label

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
    wanted = list(dict.fromkeys([programme.case_id, *rule.columns]))
    outcomes = tables.read_part(inputs / rule.source, part, wanted).rename(columns={programme.case_id: "case_id"})
    found = label(table[["case_id", "lodged_on"]], outcomes, rule, ctx.as_of)
    return pd.concat([table, found.reset_index(drop=True)], axis=1)


def _same(programme: Programme, raw: pd.DataFrame) -> pd.Series:
    """A name for the matter of each case: cases of one person, or equal in `cases.same`, have the same one."""
    if not programme.cases.same:
        return raw[programme.person_id].astype("str")
    spelt = raw[programme.cases.same].astype("str").fillna("").agg("\x1f".join, axis=1)
    return spelt.map({text: hashlib.sha256(text.encode()).hexdigest()[:16] for text in spelt.unique()})


def _boundaries(ctx: Context, lodged: np.ndarray) -> Boundaries:
    """The days that part training, calibration and test, from the lodging days of all cases with a known outcome."""
    from models.split import by_time

    share = ctx.param("split")
    return by_time(lodged, share.train, share.calibrate)


def _split(programme: Programme, table: pd.DataFrame, boundaries: Boundaries | None) -> pd.DataFrame:
    """Adds `split` and `queue`. A queue of the test period holds all its cases, whatever was decided later."""
    from models.split import assign

    if boundaries is None:
        return table.assign(split="none", queue=True)[COLUMNS]
    period = assign(as_days(table["lodged_on"]), boundaries)
    observed = (table["status"] == "observed").to_numpy(dtype=bool)
    table = table.assign(split=pd.Series(np.where(observed, period, "none"), index=table.index, dtype="str"))
    is_open = (table["status"] == "open").to_numpy(dtype=bool)
    queue = is_open if programme.cases.queue == "open" else period == "test"
    return table.assign(queue=queue)[COLUMNS]


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
