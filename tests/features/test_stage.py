from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features import sets
from models import arm
from pipeline.core import params, tables
from pipeline.core import programme as programmes
from pipeline.core.stage import execute
from pipeline.stages.features import STAGE

ROOT = Path(__file__).resolve().parents[2]
AS_OF = date(2026, 1, 31)


class Silent:
    def say(self, text):
        pass

    def step(self, done, text):
        assert 0 <= done <= 1


def run(programme, root):
    return execute(STAGE, programme, root, params.load(ROOT), AS_OF, "en", Silent())


def written(root, programme, name):
    return tables.read_table(root / "data/interim" / programme / name)


@pytest.fixture(scope="module")
def register(make_register):
    """The invented register with outcomes: some cases are young or open, one was lodged after the as-of date."""
    made = make_register(11, 300)
    cases = made["cases"].drop(columns="decision_day")
    draw = np.random.default_rng(3)
    cases.loc[0, "lodged_on"] = pd.Timestamp("2026-02-01")
    cases.loc[1, "lodged_on"] = pd.Timestamp("2026-01-20")  # its 29 days are not over
    made["applications"] = cases
    decided = cases["lodged_on"] + pd.Timedelta(days=20)
    codes = ["settled", "annulled", "left", "granted", "refused", "withdrawn"]
    outcomes = pd.DataFrame({"application_id": cases["application_id"], "decided_on": decided, "recorded_on": decided})
    outcomes["outcome"] = pd.Series(draw.choice(codes, len(cases), p=[0.4, 0.2, 0.2, 0.1, 0.05, 0.05]), dtype="str")
    outcomes["basis"] = "decision"
    first = outcomes.iloc[40:]
    appealed = first[first["outcome"].isin(["refused", "annulled"])]
    later = appealed.assign(
        outcome="settled",
        decided_on=appealed["decided_on"] + pd.Timedelta(days=60),
        recorded_on=appealed["recorded_on"] + pd.Timedelta(days=60),
        basis="appeal",
    )
    rows = pd.concat([first, later], ignore_index=True)
    rows["decided_by"], rows["law_version"] = "O75001", "2023-1"
    rows["event_id"] = [f"R{number:09d}" for number in range(len(rows))]
    made["outcomes"] = rows.astype(dict.fromkeys(("basis", "decided_by", "law_version", "event_id"), "str"))
    return made


def deal(register, parts, root):
    """Writes the register's tables as `ingest` does: all rows of a person in the same part."""
    number = {person: place % parts for place, person in enumerate(register["persons"]["person_id"])}
    cases = register["applications"]
    case_part = dict(zip(cases["application_id"], cases["person_id"].map(number), strict=True))
    for name, rows in register.items():
        folder = root / "data/interim/kz_2026/tables" / name
        if "person_id" not in rows and "application_id" not in rows:
            tables.write_frame(rows, tables.part_path(folder, 0))
            continue
        of = rows["person_id"].map(number) if "person_id" in rows else rows["application_id"].map(case_part)
        for part in range(parts):
            tables.write_frame(rows[(of == part).to_numpy()], tables.part_path(folder, part))


@pytest.fixture(scope="module")
def done(register, tmp_path_factory):
    root = tmp_path_factory.mktemp("one")
    deal(register, 1, root)
    report = run(programmes.load("kz_2026"), root)
    return report, written(root, "kz_2026", "cases"), written(root, "kz_2026", "features")


def test_cases_are_as_the_other_stages_expect_them(done):
    _, cases, features = done
    assert list(cases.columns) == [
        "case_id", "person_id", "office", "lodged_on", "decision_day", "decided_on", "known_on", "status", "label", "weight",
        "corrected", "by", "law_version", "basis", "same", "arm", "split", "queue",
    ]  # fmt: skip
    assert str(cases["label"].dtype) == "Int8"
    assert str(cases["queue"].dtype) == "bool"
    assert cases["case_id"].is_monotonic_increasing
    assert list(features.columns) == ["case_id", *sets.SETS["kz_2026_v1"]]
    assert features["case_id"].equals(cases["case_id"])


def test_a_case_lodged_after_the_day_does_not_exist_yet(done, register):
    _, cases, _ = done
    assert len(cases) == len(register["applications"]) - 1
    assert "A00000000" not in set(cases["case_id"])


def test_the_decision_day_is_29_days_after_lodging_or_the_first_decision_or_the_as_of_date(done, register):
    """An appeal decides again, after the file was closed: features stay those of the first decision."""
    _, cases, _ = done
    wanted = (cases["lodged_on"] + pd.Timedelta(days=29)).clip(upper=pd.Timestamp(AS_OF))
    capped = cases["lodged_on"] + pd.Timedelta(days=29) > pd.Timestamp(AS_OF)
    assert capped.any()
    rows = register["outcomes"]
    known = rows[rows["recorded_on"] <= pd.Timestamp(AS_OF)]
    first = cases["case_id"].map(known.groupby("application_id")["decided_on"].min())
    early = first < wanted
    assert early.any() and not early.all()
    assert (cases["decision_day"] == wanted.mask(early, first)).all()
    again = cases["basis"] == "appeal"
    assert (cases.loc[again, "decided_on"] > cases.loc[again, "decision_day"]).all() and again.sum() > 20


def test_what_an_appeal_turned_round_is_a_corrected_label_with_its_weight(done):
    report, cases, _ = done
    weight = programmes.load("kz_2026").outcome.corrected_weight
    observed = cases[cases["status"] == "observed"]
    assert (observed["corrected"] == (observed["basis"] == "appeal")).all() and observed["corrected"].any()
    assert set(cases.loc[cases["corrected"], "weight"]) == {weight} and weight > 1
    assert set(cases.loc[~cases["corrected"], "weight"]) == {1.0}
    assert set(cases.loc[cases["status"] != "open", "by"]) == {"O75001"}
    assert report.figures["corrected"] == cases["corrected"].sum()
    assert f"labels that correct an earlier outcome: {cases['corrected'].sum()} of {len(observed)}" in report.lines


def test_the_review_arm_is_drawn_by_the_published_seed(done):
    report, cases, _ = done
    drawn = arm.drawn(cases["case_id"], cases["lodged_on"], **programmes.load("kz_2026").review_arm.model_dump())
    assert cases["arm"].tolist() == drawn.tolist() and 0 < drawn.sum() < 0.15 * len(drawn)
    assert report.figures["arm"] == drawn.sum()
    assert report.figures["arm_observed"] == (cases["arm"] & (cases["status"] == "observed")).sum()
    assert any(line.startswith("random review arm: ") for line in report.lines)


def test_every_case_is_counted_and_only_observed_ones_have_a_label_and_a_window(done):
    report, cases, _ = done
    figures = report.figures
    assert sum(figures["status"].values()) == sum(figures["split"].values()) == figures["rows"] == len(cases)
    observed = cases["status"] == "observed"
    assert cases["label"].notna().equals(observed)
    assert not (cases["split"] != "none")[~observed].any()
    assert (cases["split"] == "none")[observed].sum() == figures["same_matter_earlier"]
    assert figures["status"]["censored"] > 0
    assert {"excluded:withdrawn", "open"} <= set(figures["status"])


def test_windows_follow_each_other_in_time_over_all_parts(done):
    _, cases, _ = done
    windows = cases.groupby("split")["lodged_on"].agg(["min", "max"])
    assert windows.loc["train", "max"] < windows.loc["calibrate", "min"]
    assert windows.loc["calibrate", "max"] < windows.loc["test", "min"]


def test_a_matter_lies_in_the_window_of_its_first_observed_case(done):
    report, cases, _ = done
    observed = cases[cases["status"] == "observed"]
    kept = observed[observed["split"] != "none"]
    assert (kept.groupby("same")["split"].nunique() == 1).all()
    begun = observed.sort_values("lodged_on").drop_duplicates("same").set_index("same")
    assert (begun["split"] != "none").all()
    assert (kept["split"] == kept["same"].map(begun["split"])).all()
    late = report.figures["same_matter_earlier"]
    assert late > 0 and f"in no window, because their matter began in an earlier one: {late}" in report.lines


def test_the_queue_is_what_is_open(done):
    report, cases, _ = done
    assert cases["queue"].equals(cases["status"] == "open")
    assert report.figures["queue"] == 39


def test_the_share_of_gaps_is_told_for_every_feature(done):
    report, _, features = done
    for name, share in report.figures["missing_share"].items():
        assert share == pytest.approx(features[name].isna().mean(), abs=1e-4)
    assert set(report.figures["missing_share"]) == set(sets.SETS["kz_2026_v1"])


def test_parts_and_the_order_of_rows_change_nothing(done, register, tmp_path):
    report, cases, features = done
    shuffled = {name: rows.sample(frac=1, random_state=5) for name, rows in register.items() if name != "persons"}
    deal({"persons": register["persons"], **shuffled}, 3, tmp_path)
    other = run(programmes.load("kz_2026"), tmp_path)
    for name, expected in (("cases", cases), ("features", features)):
        found = written(tmp_path, "kz_2026", name).sort_values("case_id", ignore_index=True)
        pd.testing.assert_frame_equal(found, expected, check_exact=True)
    assert other.figures == report.figures


@pytest.fixture
def decisions():
    """Certifications as `ingest` leaves them, one a day."""
    n = 200
    columns = {
        "visa_type": ["h-1b", "F-1"], "applicant_citizenship": ["INDIA"], "job_state": ["CA", None],
        "employer_name": ["FIRST, INC.", None], "applicant_highest_education": ["Bachelor's", "Master's"],
        "major_study": [" Computer  science ", "LAW"], "case_status": ["Certified"] * 7 + ["Denied"] * 2 + ["Withdrawn"],
    }  # fmt: skip
    return pd.DataFrame(
        {
            "case_no": pd.Series([f"A-15001-{k:05d}" for k in range(n)], dtype="str"),
            "received_on": pd.Series(np.datetime64("2016-01-01", "s") + np.arange(n) * np.timedelta64(86400, "s")),
            "wages": np.arange(n) * 1000.0,
            "decision_date": pd.Series(np.full(n, np.datetime64("2016-09-01", "s"))),
            **{name: pd.Series(values * (n // len(values)), dtype="str") for name, values in columns.items()},
        }
    )


def put(decisions, root, parts=1):
    for part in range(parts):
        rows = decisions[np.arange(len(decisions)) % parts == part]
        tables.write_frame(rows, tables.part_path(root / "data/interim/perm_2016/tables/decisions", part))


def test_a_programme_without_code_ranks_its_whole_test_period(decisions, tmp_path):
    described = programmes.load("perm_2016")
    put(decisions, tmp_path)
    run(described, tmp_path)
    cases, features = (written(tmp_path, "perm_2016", name) for name in ("cases", "features"))
    assert list(features.columns) == ["case_id", *sorted(described.features.declare)]
    assert set(features["major"]) == {"COMPUTER SCIENCE", "LAW"}
    assert set(cases["office"]) == {"ANPC"}
    # What was withdrawn later lay in the pile as well: nobody could know on the day.
    queue = cases[cases["queue"]]
    assert set(queue["status"]) == {"observed", "excluded:Withdrawn"}
    assert set(queue.loc[queue["status"] == "observed", "split"]) == {"test"}
    assert (cases["split"] == "test").sum() < len(queue)


def test_certifications_of_one_matter_stay_in_one_window_whichever_parts_they_lie_in(decisions, tmp_path):
    again = [10, 190, 195]  # one matter, spelt in three ways
    decisions.loc[again, list(decisions.columns.drop(["case_no", "received_on", "employer_name"]))] = decisions.loc[
        10, decisions.columns.drop(["case_no", "received_on", "employer_name"])
    ].to_list()
    decisions.loc[again, "employer_name"] = ["First, Inc.", "FIRST,  INC. ", "first, inc."]
    nothing = [2, 199]  # nothing is known of them: not the same matter for that
    decisions.loc[nothing, ["visa_type", "applicant_citizenship", "job_state", "employer_name", "major_study"]] = None
    decisions.loc[nothing, ["applicant_highest_education", "decision_date", "wages"]] = None
    decisions.loc[nothing, "case_status"] = None
    found = []
    for parts in (1, 3):
        root = tmp_path / str(parts)
        put(decisions, root, parts)
        report = run(programmes.load("perm_2016"), root)
        found.append(written(root, "perm_2016", "cases").sort_values("case_id", ignore_index=True))
        assert report.figures["same_matter_earlier"] == 2
    pd.testing.assert_frame_equal(*found)
    cases = found[0]
    assert cases["same"].nunique() == len(cases) - 2
    assert cases.loc[again, "split"].tolist() == ["train", "none", "none"]
    assert cases.loc[again, "same"].nunique() == 1


def test_a_programme_without_a_label_has_cases_that_all_wait_and_no_features(tmp_path):
    described = programmes.load("ca_fsw")
    days = pd.to_datetime(["2026-01-10", "2026-02-01", "2026-01-05"])  # the second one is not lodged yet
    frame = pd.DataFrame({"application_id": ["E000000003", "E000000002", "E000000001"], "lodged_on": days})
    columns = described.tables["applications"].columns
    frame = frame.assign(**{name: None for name in columns if name not in frame})[list(columns)]
    tables.write_frame(frame, tables.part_path(tmp_path / "data/interim/ca_fsw/tables/applications", 0))
    report = run(described, tmp_path)
    cases, features = (written(tmp_path, "ca_fsw", name) for name in ("cases", "features"))
    assert cases["case_id"].tolist() == features["case_id"].tolist() == ["E000000001", "E000000003"]
    assert list(features) == ["case_id"]
    assert cases["queue"].all() and set(cases["status"]) == {"open"} and set(cases["split"]) == {"none"}
    assert cases["label"].isna().all() and cases["decided_on"].isna().all()
    assert report.figures["rows"] == report.figures["queue"] == 2 and report.figures["split_days"] == []
