"""A MADE-UP register of work permits, as messy as real ones: no person or company in it exists."""

from pathlib import Path

import numpy as np
import pandas as pd

FIRST, DAYS = np.datetime64("2021-01-04"), 1400
FORMS = np.array([", Inc.", " INC", ", L.L.C.", " LLC", " Ltd", "", " Corp.", ", inc"])
SPELT = {  # of one status, oldest spelling first
    "certified": np.array(["CERTIFIED", "Certified", "Certified"]),
    "expired": np.array(["CERTIFIED-EXPIRED", "Certified-Expired", "Certified - Expired"]),
    "denied": np.array(["DENIED", "Denied", "Denied"]),
    "withdrawn": np.array(["WITHDRAWN", "Withdrawn", "Withdrawn"]),
}
UNITS = {"year": 1, "month": 12, "week": 52, "hour": 2080}
UNIT_SPELT = {"year": ["Year", "YR", "yearly"], "month": ["Month", "MTH", "Month"], "week": ["Week", "WK", "Week"], "hour": ["Hour", "HR", "hr."]}  # fmt: skip

PROGRAMME = """\
programme: permits
title: {kk: Жасанды тізілім, ru: Выдуманный реестр, en: Made-up register}
status: SYNTHETIC register; nobody in it exists
as_of: 2025-06-30
raw: exports
sources: [permits]
cases:
  source: permits
  lodged_on: received_on
  queue: test_period
  same: [employer_name, job_title, worker_number]
label:
  source: permits
  column: case_status
  decided_on: decision_on
  known_on: decision_on
  positive: [CERTIFIED, Certified, CERTIFIED-EXPIRED, Certified-Expired, Certified - Expired]
  negative: [DENIED, Denied]
  excluded: {WITHDRAWN: neither outcome, Withdrawn: neither outcome}
  meaning: Which applications were certified
features:
  declare:
    employer: {recipe: category, column: employer_name, fold: [punctuation, legal_forms], same_as: {Renamed Works: Company 1}, meaning: Employer}
    employer_cases: {recipe: earlier_count, column: employer_name, fold: [punctuation, legal_forms], same_as: {Renamed Works: Company 1}, meaning: Earlier cases}
    employer_share: {recipe: earlier_share, column: employer_name, fold: [punctuation, legal_forms], same_as: {Renamed Works: Company 1}, meaning: Earlier share}
    title: {recipe: category, column: job_title, fold: [punctuation], meaning: Job title}
    occupation: {recipe: category, column: soc_code, fold: [punctuation], same_as: {15-1132: 15-1252, 15-1133: 15-1252}, meaning: Occupation}
    state: {recipe: category, column: worksite_state, same_as: {California: CA, Texas: TX}, meaning: State}
    unit: {recipe: category, column: wage_unit, fold: [punctuation], same_as: {YR: Year, YEARLY: Year, MTH: Month, WK: Week, HR: Hour}, meaning: Unit of the wage}
    wage: {recipe: log, column: wage, meaning: Wage}
    class: {recipe: category, column: visa_class, meaning: Class}
    length: {recipe: days_between, column: begin_on, other: end_on, unit: days, meaning: Length of the job}
    month: {recipe: month, column: received_on, meaning: Month}
offices:
  list: {MAIN: {name: {kk: Орталық, ru: Центр, en: Centre}}}
groups:
  country: {from: permits.worker_country, title: {kk: Елі, ru: Страна, en: Country}}
salt: made-up
"""
SOURCE = """\
file: permits.csv.gz
title: Made-up decisions on work permits
key: case_number
happened_on: received_on
known_on: received_on
rows: [1, 2000000]
rules: {decided_after_received: decision_on >= received_on}
ignore: {worksite_city: thousands of spellings; the state is used}
columns:
  case_number: {kind: id, required: true, pattern: "I-[0-9]{3}-[0-9]{8}", meaning: Case number}
  received_on: {kind: date, required: true, meaning: Day of receipt}
  decision_on: {kind: date, meaning: Day of the decision}
  case_status: {kind: code, codes: [CERTIFIED, Certified, CERTIFIED-EXPIRED, Certified-Expired, Certified - Expired, DENIED, Denied, WITHDRAWN, Withdrawn], meaning: Decision}
  employer_name: {kind: text, meaning: Employer}
  worker_number: {kind: id, personal: true, meaning: Number of the worker}
  worker_country: {kind: text, protected: true, meaning: Citizenship}
  job_title: {kind: text, meaning: Job title}
  soc_code: {kind: text, meaning: Code of the occupation}
  worksite_state: {kind: text, meaning: State}
  wage: {kind: number, low: 0, meaning: Wage in its unit}
  wage_unit: {kind: text, meaning: Unit of the wage}
  visa_class: {kind: text, meaning: Class}
  begin_on: {kind: date, meaning: First day of the job}
  end_on: {kind: date, meaning: Last day of the job}
"""


def describe(folder: Path, programme: str = PROGRAMME, source: str = SOURCE) -> Path:
    """Writes the programme folder."""
    (folder / "sources").mkdir(parents=True)
    (folder / "programme.yaml").write_text(programme, encoding="utf-8")
    (folder / "sources" / "permits.yaml").write_text(source, encoding="utf-8")
    return folder


def rows(count: int, seed: int = 1, employers: int = 30_000) -> pd.DataFrame:
    """`count` rows in the order of an export: by day, each employer with several spellings, 3 % lodged again, 1 % twice."""
    draw = np.random.default_rng(seed)
    day = np.sort(draw.integers(0, DAYS, count))
    late = day / DAYS  # 0 .. 1
    # New employers keep coming: half of them are met only in the second half of the years.
    employer = np.minimum(draw.zipf(1.25, count), 10**9) % employers
    employer = (employer * (0.5 + 0.5 * late)).astype(int)
    quality, easy = draw.normal(0, 0.8, employers), draw.normal(0, 0.7, 60)
    soc, title = draw.integers(0, 60, count), draw.integers(0, max(employers, 2), count)
    unit = draw.choice(list(UNITS), count, p=[0.6, 0.05, 0.05, 0.3])
    yearly = np.exp(draw.normal(11.3, 0.4, count))
    state = draw.choice(["CA", "California", "TX", "texas", "NY", "WA", "nj "], count)
    newer = (late > 0.6).astype(int) + (late > 0.85)
    logit = 2.2 + quality[employer] + easy[soc] + 1.2 * (np.log(yearly) - 11.3) + draw.normal(0, 0.3, count)
    good = draw.random(count) < 1 / (1 + np.exp(-logit))
    kind = np.where(good, np.where(draw.random(count) < 0.3, "expired", "certified"), "denied")
    kind = np.where(draw.random(count) < 0.03, "withdrawn", kind)
    decided = day + 3 + draw.gamma(2.0, 30, count).astype(int)
    name = np.char.add("Company ", employer.astype(str))
    name = np.where((employer == 1) & (late > 0.7), "Renamed Works", name)
    name = np.char.add(np.where(draw.random(count) < 0.3, np.char.upper(name), name), draw.choice(FORMS, count))
    name = np.where(draw.random(count) < 0.1, np.char.replace(name, " ", "\u00a0 "), name)
    codes = np.char.add("15-1", (200 + soc).astype(str))
    codes = np.where(soc == 52, np.where(late < 0.4, "15-1132", np.where(late < 0.8, "15-1252", "15-1252.00")), codes)
    classes = np.where((late > 0.8) & (draw.random(count) < 0.1), "E-3", draw.choice(["H-1B", "h-1b", "L-1"], count))
    table = pd.DataFrame(
        {
            "received_on": FIRST + day,
            "decision_on": FIRST + decided,
            "case_status": np.select([kind == key for key in SPELT], [SPELT[key][newer] for key in SPELT], ""),
            "employer_name": pd.Series(name).mask(draw.random(count) < 0.005),
            "worker_number": [f"W{number:08d}" for number in draw.permutation(count)],
            "worker_country": draw.choice(["Aland", "Borduria", "Syldavia", "Ruritania"], count, p=[0.6, 0.3, 0.09, 0.01]),
            "job_title": pd.Series(np.char.add("Worker of kind ", title.astype(str))).mask(draw.random(count) < 0.3, "ENGINEER"),
            "soc_code": codes,
            "worksite_city": "somewhere",
            "worksite_state": pd.Series(state).mask(draw.random(count) < 0.01),
            "wage": np.round(yearly / pd.Series(unit).map(UNITS), 2),
            "wage_unit": [UNIT_SPELT[one][which] for one, which in zip(unit, newer, strict=True)],
            "visa_class": classes,
            "begin_on": FIRST + day + 60,
            "end_on": FIRST + day + 60 + draw.integers(90, 1095, count),
        }
    )  # fmt: skip
    again = table[draw.random(count) < 0.03]  # the same matter, lodged again some weeks later under another number
    again = again.assign(**{name: again[name] + pd.Timedelta(days=40) for name in ("received_on", "decision_on")})
    table = pd.concat([table, again]).sort_values("received_on", kind="stable", ignore_index=True)
    number = draw.permutation(len(table))
    table.insert(0, "case_number", [f"I-{one % 1000:03d}-{one:08d}" for one in number])
    twice = table[draw.random(len(table)) < 0.01]  # the same line twice, as joined exports have it
    return pd.concat([table, twice], ignore_index=True)


def export(root: Path, table: pd.DataFrame) -> None:
    """Writes the rows as the register's export."""
    (root / "exports").mkdir(exist_ok=True)
    table.to_csv(root / "exports" / "permits.csv.gz", index=False, compression={"method": "gzip", "mtime": 0})
