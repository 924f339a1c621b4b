import json

import numpy as np
import pandas as pd
import pytest

CASES = 400
DAY = "datetime64[s]"


def dates(start: str, plus: np.ndarray) -> pd.Series:
    return pd.Series(pd.Timestamp(start) + pd.to_timedelta(plus, unit="D")).astype(DAY)


def fake_kz() -> dict[str, pd.DataFrame]:
    rng = np.random.default_rng(1)
    number = np.arange(CASES)
    person, case = [f"P{n:08d}" for n in number], [f"A{n:08d}" for n in number]
    sex = np.where(number % 2 == 0, "f", "m")
    verdict = rng.choice(["PASS", "FAIL", "UNKNOWN"], CASES, p=[0.7, 0.2, 0.1])
    status = np.where(number < 40, "observed", "open")
    frames = {
        "tables/persons": pd.DataFrame(
            {
                "person_id": person, "birth_date": dates("1960-01-01", rng.integers(0, 17000, CASES)), "sex": sex,
                "citizenship": rng.choice(["UZB", "RUS", "CHN"], CASES), "ethnic_kazakh": pd.array(number % 3 == 0, dtype="boolean"),
                "disability": pd.array(np.where(number % 50 == 0, True, None), dtype="boolean"), "registered_on": dates("2020-01-01", number * 0),
            }
        ),
        "tables/applications": pd.DataFrame(
            {
                "application_id": case, "person_id": person, "route": "standard", "office": np.where(number % 4 == 0, "71", "75"),
                "settlement_region": "71", "form_language": rng.choice(["kk", "ru"], CASES),
            }
        ),
        "cases": pd.DataFrame(
            {
                "case_id": case, "lodged_on": dates("2026-06-01", number % 20), "decided_on": pd.Series([pd.NaT] * CASES).astype(DAY),
                "label": pd.array([None] * CASES, dtype="Int8"), "queue": status == "open",
            }
        ),
    }  # fmt: skip
    waiting = frames["cases"]["queue"].to_numpy()
    frames["gates"] = pd.DataFrame({"case_id": case, "G01": verdict, "G02": "PASS", "points": 1.0, "verdict": verdict})[
        waiting
    ]
    frames["scores"] = pd.DataFrame({"case_id": case, "score": rng.random(CASES)})[waiting]
    listed = np.select([verdict == "FAIL", verdict == "UNKNOWN"], ["held", "incomplete"], "ranked")
    ranking = pd.DataFrame({"case_id": case, "list": listed, "score": 0.5})[waiting].reset_index(drop=True)
    ranking["rank"] = ranking.groupby("list").cumcount().astype("Int64") + 1
    frames["ranking"] = ranking
    placed = ranking[ranking["list"] == "ranked"].reset_index(drop=True)
    starts = dates("2026-07-10", np.arange(len(placed)) % 5).where(np.arange(len(placed)) % 10 != 0)
    frames["plan"] = pd.DataFrame(
        {"case_id": placed["case_id"], "starts_at": starts, "reason": np.where(starts.isna(), "full", "")}
    )
    return frames


def key(frame: pd.DataFrame) -> pd.Series:
    """The number of each row's case as text, whichever id the frame has."""
    name = next(name for name in ("case_id", "application_id", "person_id") if name in frame)
    return frame[name].str[1:]


def store(put, root, frames: dict[str, pd.DataFrame], part: np.ndarray, shuffle: int | None = None) -> None:
    """Writes the frames: case number n into part `part[n]`, the rows in another order if `shuffle` is a seed."""
    for table, frame in frames.items():
        rows = frame if shuffle is None else frame.sample(frac=1, random_state=shuffle)
        put(root, "kz_2026", {table: rows.reset_index(drop=True)}, part[key(rows).astype(int).to_numpy()])


def test_counts_by_hand(tmp_path, put, run_audit):
    frames = fake_kz()
    store(put, tmp_path, frames, np.zeros(CASES, dtype=int))
    out = run_audit(tmp_path, "kz_2026")
    found = json.loads((out / "readings.json").read_text(encoding="utf-8"))
    assert found["rows"] == {"queue": 360, "used": 360}
    by = {(row["metric"], row["attribute"], row["group"]): row for row in found["readings"]}

    ranking = frames["ranking"].set_index("case_id")
    sex = frames["tables/persons"].set_axis(frames["cases"]["case_id"])["sex"].loc[ranking.index]
    women = ranking[sex == "f"]
    top = int(np.ceil(0.2 * (ranking["list"] == "ranked").sum()))
    row = by["selection", "sex", "f"]
    assert (row["n"], row["denominator"]) == (180, 180)
    assert row["numerator"] == ((women["list"] == "ranked") & (women["rank"] <= top)).sum()
    assert by["held", "sex", "f"]["numerator"] == (women["list"] == "held").sum()
    assert by["unknown", "sex", "f"]["numerator"] == (women["list"] == "incomplete").sum()
    assert by["gate_fail.G01", "sex", "f"]["numerator"] == (women["list"] == "held").sum()
    lodged = frames["cases"].set_index("case_id")["lodged_on"].loc[women.index]
    assert by["days_waited", "sex", "f"]["value"] == pytest.approx(
        (pd.Timestamp("2026-06-30") - lodged).dt.days.mean(), abs=1e-6
    )
    starts = frames["plan"].set_index("case_id")["starts_at"].reindex(women.index)
    assert by["days_to_interview", "sex", "f"]["value"] == pytest.approx((starts - lodged).dt.days.mean(), abs=1e-6)
    assert by["without_slot", "sex", "f"]["numerator"] == starts[women["list"] == "ranked"].isna().sum()
    scores = frames["scores"].set_index("case_id")["score"].loc[women[women["list"] == "ranked"].index]
    assert by["score", "sex", "f"]["value"] == pytest.approx(scores.mean(), abs=1e-6)
    assert by["precision", "sex", "f"]["verdict"] == "NOT MEASURABLE"
    for attribute, told in found["attributes"].items():
        # a rounded size is no count: its cases are among those not told exactly
        sizes = [row["n"] for key, row in by.items() if key[:2] == ("selection", attribute) and not row["rounded"]]
        assert sum(n for n in sizes if n is not None) + told["suppressed_rows"] == 360, attribute
    assert by["selection", "office", "10"]["n"] == 0  # nobody there, and still on record


def test_parts_and_row_order_do_not_matter(tmp_path, put, run_audit):
    frames = fake_kz()
    store(put, tmp_path / "one", frames, np.zeros(CASES, dtype=int))
    store(put, tmp_path / "many", frames, np.arange(CASES) % 3, shuffle=3)
    results = []
    for root in ("one", "many"):
        out = run_audit(tmp_path / root, "kz_2026")
        results.append([(out / name).read_bytes() for name in ("readings.json", "report.html")])
    assert results[0] == results[1]


def test_known_outcomes_of_a_past_queue_are_measured(tmp_path, put, run_audit):
    number = np.arange(600)
    case = [f"A-{15000 + n // 100:05d}-{n:05d}" for n in number]
    label = (number % 3 != 0).astype("int8")
    country = np.where(number % 2 == 0, "INDIA", "CHINA")
    frames = {
        "tables/decisions": pd.DataFrame(
            {"case_no": case, "applicant_citizenship": country, "applicant_highest_education": None, "job_state": [f"S{n % 30}" for n in number]}
        ).astype("str"),
        "cases": pd.DataFrame(
            {"case_id": case, "lodged_on": dates("2016-01-01", number % 50), "decided_on": dates("2016-06-01", number % 100), "label": pd.array(label, dtype="Int8"), "queue": True}
        ),
        "gates": pd.DataFrame({"case_id": case, "points": np.nan, "verdict": "PASS"}),
        "scores": pd.DataFrame({"case_id": case, "score": 0.5}),
        "ranking": pd.DataFrame({"case_id": case, "list": "ranked", "rank": pd.array(number + 1, dtype="Int64"), "score": 0.5}),
        "plan": pd.DataFrame({"case_id": pd.Series([], dtype="str"), "starts_at": pd.Series([], dtype=DAY)}),
    }  # fmt: skip
    put(tmp_path, "perm_2016", frames, np.zeros(600, dtype=int))
    out = run_audit(tmp_path, "perm_2016", "ru")
    found = json.loads((out / "readings.json").read_text(encoding="utf-8"))
    by = {(row["metric"], row["attribute"], row["group"]): row for row in found["readings"]}
    assert by["precision", "citizenship", "INDIA"]["numerator"] == label[:120][::2].sum()
    assert by["recall", "citizenship", "INDIA"]["denominator"] == label[::2].sum()
    assert by["calibration", "citizenship", "INDIA"]["value"] == pytest.approx(0.5 - label[::2].mean(), abs=1e-6)
    assert by["held", "citizenship", "INDIA"]["verdict"] == "NOT MEASURABLE"
    assert by["without_slot", "citizenship", "INDIA"]["reason"] == "This programme has no interviews."
    assert by["selection", "education", "not stated"]["n"] == 600
    assert by["days_waited", "citizenship", "INDIA"]["value"] < 200  # up to the decision, not to the as-of day
