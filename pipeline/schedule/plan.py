"""The plan: every ranked file with an officer and a time, or with the reason why it has none."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.schedule import flow
from pipeline.schedule.openings import Horizon

COLUMNS = ["case_id", "office", "officer_id", "starts_at", "ends_at", "reason", "deadline", "late"]
NO_OFFICE, NO_OFFICER, NO_LANGUAGE = "no_office", "no_officer", "no_language"
NO_SHIFT, NO_TIME, SAME_PERSON = "no_shift", "no_time", "same_person"
REASONS = (NO_OFFICE, NO_OFFICER, NO_LANGUAGE, NO_SHIFT, NO_TIME, SAME_PERSON)


@dataclass(frozen=True)
class Resources:
    """Who and what there is: offices (office, rooms), officers (officer_id, office, languages), free times (as
    `openings` gives them), the days of the plan, minutes an interview takes, and the published salt."""

    offices: pd.DataFrame
    officers: pd.DataFrame
    free: pd.DataFrame
    when: Horizon
    minutes: int
    salt: str


def make(files: pd.DataFrame, have: Resources, moved_on: Callable[[float], None] = lambda share: None) -> pd.DataFrame:
    """One row a file, sorted by case_id, with `COLUMNS`; starts_at and ends_at in local time, missing where not placed.

    `files`: case_id, person_id, office, rank, language (missing where unknown), deadline (datetime64[s] or missing).
    `reason` is "" or one of `REASONS`; `late` says that the interview, or for a file without one the last day of the
    plan, lies after the deadline. The order of rows given does not matter. `moved_on` hears the share of offices done.
    """
    files = files.sort_values(["rank", "case_id"], ignore_index=True)
    files["slot_order"] = _hashes(files["case_id"], have.salt)
    offices = sorted(files["office"].unique())
    done = []
    for number, office in enumerate(offices):
        done.append(_office(files[files["office"] == office].reset_index(drop=True), office, have))
        moved_on((number + 1) / len(offices))
    if not done:
        return nobody()
    plan = _separate(pd.concat(done, ignore_index=True))
    placed = plan["reason"] == ""
    start = plan["day"].astype("datetime64[s]") + pd.to_timedelta(plan["minute"], unit="m")
    plan["starts_at"] = start.where(placed).astype("datetime64[s]")
    plan["ends_at"] = (plan["starts_at"] + pd.Timedelta(minutes=have.minutes)).astype("datetime64[s]")
    plan["officer_id"] = plan["officer_id"].astype("str").where(placed)
    held_on = plan["day"].where(placed, pd.Timestamp(have.when.last))
    plan["late"] = (held_on > plan["deadline"]).to_numpy(dtype=bool)
    return plan.sort_values("case_id", ignore_index=True)[COLUMNS]


def nobody() -> pd.DataFrame:
    """A plan without a file, with the right columns and types."""
    kinds = {"starts_at": "datetime64[s]", "ends_at": "datetime64[s]", "deadline": "datetime64[s]", "late": "bool"}
    return pd.DataFrame({name: pd.Series(dtype=kinds.get(name, "str")) for name in COLUMNS})


def _office(files: pd.DataFrame, office: str, have: Resources) -> pd.DataFrame:
    """`files` of one office, in order of rank, with day, minute, officer_id and reason."""
    free = have.free[have.free["office"] == office].reset_index(drop=True)
    sets = sorted(set(free["languages"]))
    free["languages"] = free["languages"].map({text: number for number, text in enumerate(sets)}).astype("int64")
    free["day"] = np.searchsorted(have.when.days, free["day"].to_numpy(dtype="datetime64[D]"))
    rooms = have.offices.loc[have.offices["office"] == office, "rooms"]
    reason = _reasons(files["language"], office, sets, have, len(rooms) > 0)

    can = (reason == NO_TIME).to_numpy(dtype=bool)
    asked = files[can].reset_index(drop=True)
    spoken = sorted(asked["language"].unique())
    code = asked["language"].map({name: number for number, name in enumerate(spoken)}).to_numpy(dtype="int64")
    speaks = np.array([[name in text.split() for text in sets] for name in spoken], dtype=bool).reshape(
        len(spoken), len(sets)
    )
    in_time = np.searchsorted(have.when.days, asked["deadline"].to_numpy(dtype="datetime64[D]"), side="right")
    times = free.groupby(["day", "minute", "languages"]).size().rename("officers").reset_index()
    days = len(have.when.days)
    found = flow.place(code, in_time, times, speaks, rooms=int(rooms.iloc[0]) if len(rooms) else 0, days=days)
    given = _seat(asked.assign(language_code=code, day=found.day)[found.day < days], found.seats, free, have.salt)

    out = files.assign(reason=reason).merge(given, on="case_id", how="left", validate="one_to_one")
    out.loc[out["officer_id"].notna(), "reason"] = ""
    day = np.full(len(out), np.datetime64("NaT"), dtype="datetime64[s]")
    has = out["day"].notna().to_numpy()
    day[has] = have.when.days[out["day"].to_numpy(dtype="float64", na_value=0)[has].astype("int64")]
    return out.assign(
        day=day, minute=out["minute"].fillna(0).astype("int64"), officer_id=out["officer_id"].fillna("").astype("str")
    )


def _reasons(language: pd.Series, office: str, sets: list[str], have: Resources, known: bool) -> pd.Series:
    """Why each file cannot have an interview here at all, or NO_TIME where only capacity can stand in its way."""
    if not known:
        return pd.Series(NO_OFFICE, index=language.index)
    staff = have.officers.loc[have.officers["office"] == office, "languages"]
    if staff.empty:
        return pd.Series(NO_OFFICER, index=language.index)
    spoken, on_shift = ({word for text in texts for word in text.split()} for texts in (staff, sets))
    reason = np.where(language.isin(on_shift), NO_TIME, np.where(language.isin(spoken), NO_SHIFT, NO_LANGUAGE))
    return pd.Series(reason, index=language.index)


def _seat(placed: pd.DataFrame, seats: pd.DataFrame, free: pd.DataFrame, salt: str) -> pd.DataFrame:
    """Which file gets which time of its day and which officer: by salted hashes, so neither tells the rank.

    Returns case_id, day (position), minute, officer_id.
    """
    people = free.drop_duplicates("officer_id")[["officer_id"]]
    free = free.merge(people.assign(draw=_hashes(people["officer_id"], salt)), on="officer_id")
    free = free.sort_values(["day", "minute", "languages", "draw", "officer_id"], ignore_index=True)
    group = ["day", "minute", "languages"]
    free["place"] = free.groupby(group).cumcount()
    seats = seats.sort_values([*group, "language"], ignore_index=True)
    seats["place"] = seats.groupby(group).cumcount()
    seats = seats.merge(free[[*group, "place", "officer_id"]], on=[*group, "place"], how="left", validate="one_to_one")
    seats["turn"] = seats.groupby(["language", "day"]).cumcount()
    placed = placed.sort_values(["language_code", "day", "slot_order", "case_id"], ignore_index=True)
    placed["turn"] = placed.groupby(["language_code", "day"]).cumcount()
    seats = seats.rename(columns={"language": "language_code"})
    joined = placed[["case_id", "language_code", "day", "turn"]].merge(
        seats, on=["language_code", "day", "turn"], how="left", validate="one_to_one"
    )
    return joined[["case_id", "day", "minute", "officer_id"]]


def _separate(plan: pd.DataFrame) -> pd.DataFrame:
    """No person in two places at once: a second file of a person changes its time of day with a file of the same office,
    day and language; if none can, it is left without an interview. Heuristic, for what is rare."""
    plan = plan.sort_values(["rank", "case_id"], ignore_index=True)
    placed = plan["reason"] == ""
    key = ["person_id", "day", "minute"]
    for row in plan.index[placed & plan.duplicated(key) & plan["person_id"].notna()]:
        if _free(plan, row, row):
            continue  # an earlier exchange has settled it
        mine = plan.loc[row]
        same = (plan[["office", "day", "language"]] == mine[["office", "day", "language"]]).all(axis=1) & (
            plan["reason"] == ""
        )
        others = plan[same & (plan["minute"] != mine["minute"])].sort_values(["slot_order", "case_id"])
        for other in others.index:
            if _free(plan, row, other) and _free(plan, other, row):
                columns = ["minute", "officer_id"]
                plan.loc[[row, other], columns] = plan.loc[[other, row], columns].to_numpy()
                break
        else:
            plan.loc[row, ["reason", "officer_id"]] = [SAME_PERSON, ""]
    return plan


def _free(plan: pd.DataFrame, row: int, taken_from: int) -> bool:
    """Whether the person of `row` has no other interview at the time of `taken_from`."""
    at = (
        (plan["day"] == plan.at[taken_from, "day"])
        & (plan["minute"] == plan.at[taken_from, "minute"])
        & (plan["reason"] == "")
    )
    clash = at & (plan["person_id"] == plan.at[row, "person_id"])
    return not bool(clash.drop(index=[row]).any())


def _hashes(keys: pd.Series, salt: str) -> np.ndarray:
    """SHA-256 of the published salt, a word for this use, and the key, as 64 hex digits: anyone can compute it again."""
    start = hashlib.sha256(f"{salt} interview ".encode())

    def one(key: str) -> str:
        digest = start.copy()
        digest.update(key.encode())
        return digest.hexdigest()

    return np.array([one(key) for key in keys], dtype="S64")
