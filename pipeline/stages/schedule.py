"""Ranked files to interviews: an officer, a day and a time each, or the reason why not."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.clocks import book
from pipeline.clocks.book import Book
from pipeline.core import facts, tables
from pipeline.core.errors import Problem
from pipeline.core.messages import Words
from pipeline.core.programme import Programme, Take, learns
from pipeline.core.stage import Context, Report, Stage


def run(ctx: Context) -> Report:
    """Plans the interviews of the list `ranked`; a programme without interviews gets an empty plan and calendar."""
    from pipeline.schedule import openings, outputs, plan, rules

    words, programme = Words(ctx.lang), ctx.programme
    names = {code: words.name(office.name) for code, office in programme.offices.list_.items()}
    title = words("Interviews: {programme}", programme=words.name(programme.title))
    about: dict[str, Any] = {"programme": programme.programme, "title": title, "as_of": ctx.as_of, "words": words}
    if not programme.interviews:
        made = plan.nobody()
        _write(ctx, made, outputs.calendar(made, {}, None, **about))
        csv = ctx.write("out/interview_plan.csv")
        outputs.write_csv(made, csv, case_id=programme.case_id, offices=names, last=ctx.as_of, words=words)
        return Report(figures={"files": 0, "placed": 0, "not_placed": 0}, lines=["no interviews in this programme"])

    law, terms = rules.load(programme), _terms(programme)
    when = openings.horizon(ctx.as_of, ctx.param("schedule").weeks, law, terms.calendar)
    offices, officers, shifts = (
        tables.read_table(ctx.read("interim/tables") / name) for name in ("offices", "officers", "shifts")
    )
    free, counted = openings.openings(officers, shifts, when, law)
    files = _files(ctx, {"language": law.language})
    ends = _last_days(ctx, files["case_id"], terms)
    files["deadline"] = ends[list(terms.binding)].min(axis=1).to_numpy()
    have = plan.Resources(offices, officers, free, when, law.duration_minutes.value, programme.salt)
    made = plan.make(files, have, lambda share: ctx.progress.step(share, "offices"))

    last = when.last.astype(date)
    cities = dict(zip(offices["office"].astype(str), offices["city"].astype(str), strict=True))
    places = {office: f"{names.get(office, office)}, {city}" for office, city in cities.items()}
    _write(ctx, made, outputs.calendar(made, places, law.timezone, **about))
    csv = ctx.write("out/interview_plan.csv")
    outputs.write_csv(made, csv, case_id=programme.case_id, offices=names, last=last, words=words)
    report = Report(figures=_figures(made, plan.REASONS, when.first.astype(date)))
    held_on = made.set_index("case_id")["starts_at"].reindex(files["case_id"]).dt.normalize().to_numpy()
    report.figures["after_clock"] = {str(name): int((held_on > end.to_numpy()).sum()) for name, end in ends.items()}
    report.figures["days"] = {"first": str(when.first), "last": str(last), "working": len(when.days)}
    report.figures["shifts_on_days_off"] = counted.on_days_off
    report.lines = _lines(report.figures, counted, outputs.why, (when.first.astype(date), last))
    return report


def _write(ctx: Context, made: pd.DataFrame, calendar: bytes) -> None:
    tables.write_frame(made, ctx.write("interim/plan.parquet"))
    ctx.write("out/interviews.ics").write_bytes(calendar)


def _files(ctx: Context, takes: Mapping[str, Take]) -> pd.DataFrame:
    """The ranked files with person_id and the facts of `takes` known by `as_of`, part after part."""
    programme, folder = ctx.programme, ctx.read("interim/tables")
    ranking = pd.read_parquet(ctx.read("interim/ranking.parquet"), columns=["case_id", "office", "list", "rank"])
    ranked = ranking[ranking["list"] == "ranked"].drop(columns="list")
    source = programme.cases.source
    found = [ranked.iloc[:0].assign(person_id="", **{name: None for name in takes})]
    for part in range(tables.count_parts(folder / source)):
        cases = tables.read_part(folder / source, part)
        cases = cases[cases[programme.case_id].isin(ranked["case_id"])].reset_index(drop=True)
        if cases.empty:
            continue
        day = pd.Series(pd.Timestamp(ctx.as_of), index=cases.index).to_numpy(dtype="datetime64[D]")
        looked_up = facts.collect(programme, takes, cases, day, partial(_read, folder, part))
        keys = pd.DataFrame({"case_id": cases[programme.case_id], "person_id": cases[programme.person_id]})
        found.append(pd.concat([keys, looked_up], axis=1).merge(ranked, on="case_id", validate="one_to_one"))
    files = pd.concat(found[1:] or found, ignore_index=True)
    if len(files) != len(ranked):
        raise Problem(
            f"interim/tables/{source}: lacks {len(ranked) - len(files)} of the ranked files; run `qonys run` so that every stage is fresh."
        )
    return files


def _last_days(ctx: Context, case_id: pd.Series, terms: Book) -> pd.DataFrame:
    """The last day (datetime64[s], missing where there is none) of every clock that binds or belongs to the interview.

    One row a file, in the order of `case_id`, one column a clock.
    """
    told = [
        name for name in sorted(terms.registered) if name in terms.binding or terms.clocks[name].stage == "interview"
    ]
    found = [
        rows[rows["clock"].isin(told) & rows["case_id"].isin(case_id)]
        for rows in tables.read_parts(ctx.read("interim/clocks"), ["case_id", "clock", "due_on"])
    ]
    days = pd.concat(found, ignore_index=True).pivot(index="case_id", columns="clock", values="due_on")
    lacking = int((~case_id.isin(days.index)).sum())
    if lacking:
        raise Problem(
            f"interim/clocks: lacks {lacking} of the ranked files; run `qonys run` so that every stage is fresh."
        )
    return days.reindex(index=case_id, columns=told).astype("datetime64[s]").reset_index(drop=True)


def _terms(programme: Programme) -> Book:
    """The clocks of the programme; raises Problem where none of them gives files a deadline."""
    terms = book.load(programme)
    if terms is None or not terms.binding:
        raise Problem(
            f"{programme.folder / book.NAME}: interviews need a deadline; mark one clock that has `starts` with `binds: true`."
        )
    return terms


def _read(folder: Path, part: int, source: str) -> pd.DataFrame:
    return tables.read_part(folder / source, part)


def _figures(made: pd.DataFrame, reasons: tuple[str, ...], first: date) -> dict[str, Any]:
    placed = made[made["reason"] == ""]
    return {
        "files": len(made),
        "placed": len(placed),
        "not_placed": len(made) - len(placed),
        "not_placed_by_reason": {
            code: int((made["reason"] == code).sum()) for code in reasons if (made["reason"] == code).any()
        },
        "late": int(placed["late"].sum()),
        "late_before_notice": int((placed["late"] & (placed["deadline"] < pd.Timestamp(first))).sum()),
        "officers_used": int(placed["officer_id"].nunique()),
        "days_used": int(placed["starts_at"].dt.normalize().nunique()),
    }


def _lines(
    figures: Mapping[str, Any], counted: Any, why: Callable[[str, date, Words], str], days: tuple[date, date]
) -> list[str]:
    english, (first, last) = Words("en"), days
    lines = [
        f"{figures['placed']:,} of {figures['files']:,} ranked files have an interview, on {figures['days_used']} days "
        f"with {figures['officers_used']} officers; {figures['late']:,} of them after the deadline"
    ]
    if figures["late_before_notice"]:
        lines.append(
            f"{figures['late_before_notice']:,} of these could not have been in time: their deadline lies before {first}, the first "
            f"day after the notice"
        )
    lines += [
        f"{count:,} without an interview: {why(code, last, english)}"
        for code, count in figures["not_placed_by_reason"].items()
    ]
    if counted.officers_without_shift:
        lines.append(f"{counted.officers_without_shift} of {counted.officers} officers have no shift and are not used")
    if counted.on_days_off:
        lines.append(f"{counted.on_days_off} shifts lie on days off and are not used")
    return lines


def check(programme: Programme) -> None:
    """Raises Problem where the programme holds interviews but does not say how, or where or by whom."""
    from pipeline.schedule import rules

    if not programme.interviews:
        return
    missing = [name for name in ("offices", "officers", "shifts") if name not in programme.tables]
    if missing:
        raise Problem(
            f"{programme.programme}: `interviews: true` needs the sources {', '.join(missing)}; describe them or set it to false."
        )
    rules.load(programme)
    _terms(programme)


STAGE = Stage(
    name="schedule",
    title="Plan the interviews",
    reads=("interim/ranking.parquet", "interim/tables", "interim/clocks"),
    writes=("interim/plan.parquet", "out/interview_plan.csv", "out/interviews.ics"),
    params=("run", "schedule"),
    run=run,
    applies=learns,
    check=check,
)
