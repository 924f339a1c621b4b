"""A small invented register with every table the features read, in the types that ingest writes."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from features.build import Table

Register = dict[str, pd.DataFrame]

LINKS = {
    "persons": ("person_id", "registered_on"),
    "language_tests": ("person_id", "published_on"),
    "questionnaires": ("application_id", "submitted_on"),
    "documents": ("application_id", "received_on"),
    "border_crossings": ("person_id", "recorded_on"),
    "offences": ("person_id", "decided_on"),
    "employment": ("person_id", "recorded_on"),
    "labour_demand": (None, "published_on"),
}


@pytest.fixture(scope="session")
def make_register() -> Callable[[int, int], Register]:
    return _register


@pytest.fixture(scope="session")
def as_tables() -> Callable[[Register], dict[str, Table]]:
    def tables(register: Register) -> dict[str, Table]:
        return {
            name: Table(link, known_on, lambda columns, frame=register[name]: frame[list(columns)])
            for name, (link, known_on) in LINKS.items()
        }

    return tables


@pytest.fixture(scope="session")
def frame() -> Callable[..., pd.DataFrame]:
    """Rows of a table written by hand: columns by name, dates as text in columns that end in `_on` or `_day`."""

    def make(**columns: list[object]) -> pd.DataFrame:
        made = pd.DataFrame(columns)
        for name in made:
            if str(name).endswith(("_on", "_day", "_date")):
                made[name] = pd.to_datetime(made[name]).astype("datetime64[s]")
            elif made[name].dtype == object:
                made[name] = made[name].astype("boolean")
            elif made[name].dtype.kind in "ib":
                made[name] = made[name].convert_dtypes()
        return made

    return make


def _register(seed: int, persons: int) -> Register:
    """`persons` people, some with two applications; gaps, ties and rows known late are frequent on purpose."""
    draw = np.random.default_rng(seed)
    person = np.array([f"P{n:08d}" for n in range(persons)], dtype=object)
    applicant = np.concatenate([person, draw.choice(person, persons // 5)])
    n = len(applicant)
    application = np.array([f"A{n:08d}" for n in range(n)], dtype=object)
    lodged = np.datetime64("2023-01-01") + draw.integers(0, 700, n)

    def days(after: str, span: int, size: int) -> pd.Series:
        return pd.Series((np.datetime64(after) + draw.integers(0, span, size)).astype("datetime64[s]"))

    def gaps(values: object, share: float = 0.2, dtype: str | None = None) -> pd.Series:
        series = pd.Series(values, dtype=dtype) if dtype else pd.Series(values)
        return series.mask(draw.random(len(series)) < share)

    def late(happened: pd.Series) -> pd.Series:
        return happened + pd.to_timedelta(draw.choice([0, 1, 5, 60], len(happened)), unit="D").astype("timedelta64[s]")

    def code(values: list[str], size: int) -> pd.Series:
        return pd.Series(draw.choice(values, size), dtype="str")

    regions, jobs = ["10", "55", "75"], ["2221", "7231", "9333"]
    cases = pd.DataFrame(
        {
            "application_id": pd.Series(application, dtype="str"),
            "person_id": pd.Series(applicant, dtype="str"),
            "lodged_on": pd.Series(lodged.astype("datetime64[s]")),
            "office": code(regions, n),
            "settlement_region": code(regions, n),
            "family_size": pd.Series(draw.integers(1, 6, n), dtype="Int64"),
            "occupation": gaps(code(jobs, n)),
            "decision_day": pd.Series(np.minimum(lodged + 29, np.datetime64("2024-11-30")).astype("datetime64[s]")),
        }
    )

    def of(keys: np.ndarray, size: int) -> pd.Series:
        return pd.Series(draw.choice(keys, size), dtype="str")

    taken, crossed, committed = (days("2022-06-01", 850, persons * k) for k in (2, 3, 1))
    issued, started, asked = (
        days("2022-10-01", 700, n * 2),
        days("2020-01-01", 1700, persons),
        days("2022-11-01", 750, n),
    )
    published = np.repeat(np.arange("2022-10", "2024-10", 3, dtype="datetime64[M]"), 9).astype("datetime64[s]")
    return {
        "cases": cases,
        "persons": pd.DataFrame(
            {
                "person_id": pd.Series(person, dtype="str"),
                "birth_date": days("1960-01-01", 15000, persons),
                "sex": code(["f", "m"], persons),
                "passport_expires_on": gaps(days("2023-01-01", 2500, persons)),
                "registered_on": days("2022-01-01", 500, persons),
            }
        ),
        "language_tests": pd.DataFrame(
            {
                "attempt_id": pd.Series([f"K{k:09d}" for k in range(len(taken))], dtype="str"),
                "person_id": of(person, len(taken)),
                "taken_on": taken,
                "published_on": late(taken),
                "listening_points": gaps(draw.integers(0, 21, len(taken)), dtype="Int64"),
                "reading_points": gaps(draw.integers(0, 41, len(taken)), dtype="Int64"),
                "stopped": gaps(draw.random(len(taken)) < 0.2, dtype="boolean"),
            }
        ),
        "questionnaires": pd.DataFrame(
            {
                "application_id": pd.Series(application, dtype="str"),
                "submitted_on": asked,
                "education": gaps(code(["none", "secondary", "vocational", "higher", "postgraduate"], n)),
                "years_experience": gaps(draw.integers(0, 40, n), dtype="Int64"),
                "russian_level": gaps(code(["none", "A", "B", "C"], n)),
                "english_level": gaps(code(["none", "A", "B", "C"], n)),
                "job_offer": gaps(draw.random(n) < 0.4, dtype="boolean"),
                "monthly_income_kzt": gaps(draw.lognormal(12, 1, n).round(2)),
                "housing": gaps(code(["own", "rent", "relatives", "none"], n)),
                "relatives_in_kz": gaps(draw.integers(0, 6, n), dtype="Int64"),
                "studied_in_kz_years": gaps(draw.integers(0, 6, n), dtype="Int64"),
            }
        ),
        "documents": pd.DataFrame(
            {
                "application_id": of(application, len(issued)),
                "kind": code(["solvency", "criminal_record", "medical", "housing"], len(issued)),
                "issued_on": issued,
                "received_on": late(issued),
            }
        ),
        "border_crossings": pd.DataFrame(
            {
                "person_id": of(person, len(crossed)),
                "crossed_on": crossed,
                "direction": code(["in", "out"], len(crossed)),
                "recorded_on": late(crossed),
            }
        ),
        "offences": pd.DataFrame(
            {
                "person_id": of(person, len(committed)),
                "committed_on": committed,
                "decided_on": late(committed),
                "fine_mci": gaps(draw.uniform(1, 30, len(committed)).round(1)),
            }
        ),
        "employment": pd.DataFrame(
            {
                "person_id": of(person, persons),
                "employer_bin": code(["100000000001", "100000000002"], persons),
                "started_on": started,
                "ended_on": gaps(
                    started + pd.to_timedelta(draw.integers(0, 900, persons), unit="D").astype("timedelta64[s]"), 0.4
                ),
                "recorded_on": late(started),
                "monthly_wage_kzt": gaps(draw.lognormal(12, 1, persons).round(2)),
            }
        ),
        "labour_demand": pd.DataFrame(
            {
                "region": pd.Series(np.tile(np.repeat(regions, 3), len(published) // 9), dtype="str"),
                "occupation": pd.Series(np.tile(jobs, len(published) // 3), dtype="str"),
                "published_on": pd.Series(published),
                "vacancies": pd.Series(draw.integers(0, 50, len(published)), dtype="Int64"),
                "seekers": pd.Series(draw.integers(0, 50, len(published)), dtype="Int64"),
            }
        ),
    }
