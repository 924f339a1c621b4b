from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.core import facts, tables
from pipeline.core.programme import load

KZ = load("kz_2026")
CASES = pd.DataFrame({
    "application_id": pd.Series(["A1", "A2", "A3"], dtype="str"), "person_id": pd.Series(["P1", "P2", "P1"], dtype="str"),
    "route": pd.Series(["standard", "kandas", "family"], dtype="str"),
})  # fmt: skip
DAYS = np.array(["2026-03-01", "2026-03-01", "2026-06-01"], dtype="datetime64[D]")
CHECKS = pd.DataFrame({
    "check_id": ["C1", "C2", "C3"], "application_id": ["A1", "A1", "A2"], "agency": ["KNB", "KNB", "KNB"],
    "requested_on": pd.to_datetime(["2026-02-01"] * 3), "answered_on": pd.to_datetime([None, "2026-02-20", None]),
    "recorded_on": pd.to_datetime(["2026-02-01", "2026-03-02", "2026-03-01"]),
    "answer": ["pending", "clear", "pending"], "found_on": pd.to_datetime([None, None, None]),
})  # fmt: skip
OFFENCES = pd.DataFrame({
    "offence_id": ["V1", "V2"], "person_id": ["P1", "P1"], "article": ["517", "492"],
    "committed_on": pd.to_datetime(["2026-01-01", "2026-04-01"]), "decided_on": pd.to_datetime(["2026-02-01", "2026-05-01"]),
    "fine_mci": [10.0, 20.0],
})  # fmt: skip


def collect(names: list[str], checks: pd.DataFrame = CHECKS) -> pd.DataFrame:
    tables = {"agency_checks": checks, "offences": OFFENCES}
    return facts.collect(KZ, {name: KZ.facts[name] for name in names}, CASES, DAYS, tables.__getitem__)


def test_each_case_has_what_was_known_on_its_own_day():
    found = collect(["route", "knb_answer", "offences"])
    assert found["route"].tolist() == ["standard", "kandas", "family"]
    assert found["knb_answer"].tolist()[:2] == ["pending", "pending"]  # the clearance came a day later
    assert found["knb_answer"].isna().tolist() == [False, False, True]
    assert found["offences"].tolist() == [1.0, 0.0, 2.0]


def test_the_answer_counts_from_the_day_it_was_recorded():
    earlier = CHECKS.assign(recorded_on=pd.to_datetime(["2026-02-01", "2026-03-01", "2026-03-01"]))
    assert collect(["knb_answer"], earlier)["knb_answer"].tolist()[0] == "clear"


@given(st.permutations(range(3)))
def test_the_order_of_rows_does_not_matter(order: list[int]):
    pd.testing.assert_frame_equal(collect(["knb_answer"], CHECKS.iloc[order]), collect(["knb_answer"]))


def test_a_source_is_joined_by_case_or_by_person():
    assert facts.link(KZ, "agency_checks") == "application_id"
    assert facts.link(KZ, "offences") == "person_id"


DAY = date(2026, 3, 1)
NAMES = ["route", "knb_answer", "offences", "listed_offences"]
WANTED = {name: KZ.facts[name] for name in NAMES}


@pytest.fixture
def accepted(tmp_path: Path) -> Path:
    """The tables above as one part, and no row set aside."""
    folder = tmp_path / "tables"
    cases = CASES.assign(lodged_on=pd.Timestamp("2026-02-01"))
    for name, rows in (("applications", cases), ("agency_checks", CHECKS), ("offences", OFFENCES)):
        tables.write_frame(rows, tables.part_path(folder / name, 0))
        set_aside(folder, name, rows.iloc[:0])
    return folder


def set_aside(folder: Path, source: str, rows: pd.DataFrame) -> None:
    tables.write_frame(rows[facts.bearing(KZ, source)], tables.part_path(folder.parent / facts.SET_ASIDE / source, 0))


def looked_up(folder: Path, day: date = DAY) -> pd.DataFrame:
    found, hidden = facts.of_cases(KZ, WANTED, folder, 0, CASES["application_id"], day)
    assert not (found.notna() & hidden).to_numpy().any()
    return found


def test_a_row_that_was_set_aside_makes_the_facts_it_may_bear_on_unknown(accepted: Path):
    assert looked_up(accepted)["offences"].tolist() == [1.0, 0.0, 1.0]
    set_aside(accepted, "offences", OFFENCES.iloc[:1].assign(person_id="P2", article=None))
    found = looked_up(accepted)
    assert found["offences"].isna().tolist() == [False, True, False]  # not zero: nobody can say
    assert found["listed_offences"].isna().tolist() == [False, True, False]
    assert found["knb_answer"].notna().tolist() == [True, True, False]


def test_a_row_that_cannot_meet_the_condition_of_a_fact_does_not_bear_on_it(accepted: Path):
    set_aside(accepted, "offences", OFFENCES.iloc[:1].assign(article="other"))
    found = looked_up(accepted)
    assert found["offences"].isna().tolist() == [True, False, True]  # both files of the person
    assert found["listed_offences"].tolist() == [1.0, 0.0, 1.0]


def test_a_row_set_aside_counts_from_the_day_it_was_known_and_always_where_that_day_is_unreadable(accepted: Path):
    set_aside(accepted, "offences", OFFENCES.iloc[:1].assign(decided_on=pd.Timestamp("2026-03-02")))
    assert looked_up(accepted)["offences"].notna().all()
    assert looked_up(accepted, date(2026, 3, 2))["offences"].isna().tolist() == [True, False, True]
    set_aside(accepted, "offences", OFFENCES.iloc[:1].assign(decided_on=pd.NaT))
    assert looked_up(accepted)["offences"].isna().tolist() == [True, False, True]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(later=st.lists(st.tuples(st.sampled_from(["P1", "P2"]), st.integers(1, 300), st.booleans()), max_size=4))
def test_what_becomes_known_later_changes_no_earlier_fact(accepted: Path, later: list[tuple[str, int, bool]]):
    before = looked_up(accepted)
    new = pd.DataFrame({
        "offence_id": [f"V{9 + place}" for place in range(len(later))], "person_id": [person for person, _, _ in later],
        "article": "517", "committed_on": pd.Timestamp("2026-01-01"),
        "decided_on": [pd.Timestamp(DAY) + pd.Timedelta(days=days) for _, days, _ in later], "fine_mci": 1.0,
    }).astype({"decided_on": "datetime64[us]"})  # fmt: skip
    aside = np.array([unusable for _, _, unusable in later], dtype=bool)
    whole = pd.concat([OFFENCES, new[~aside]], ignore_index=True) if len(new) else OFFENCES
    tables.write_frame(whole, tables.part_path(accepted / "offences", 0))
    set_aside(accepted, "offences", new[aside])
    pd.testing.assert_frame_equal(looked_up(accepted), before)


def test_only_links_days_and_conditions_of_a_row_set_aside_are_kept():
    assert facts.bearing(KZ, "offences") == ["person_id", "article", "committed_on", "decided_on"]
    assert not {"surname", "iin", "passport_no", "birth_date"} & set(facts.bearing(KZ, "persons"))


def test_an_unreadable_row_of_something_that_happened_later_changes_no_earlier_fact(accepted: Path):
    later = OFFENCES.iloc[:1].assign(decided_on=pd.NaT, committed_on=pd.Timestamp("2026-03-02"))
    set_aside(accepted, "offences", later)
    assert looked_up(accepted)["offences"].notna().all()
    assert looked_up(accepted, date(2026, 3, 2))["offences"].isna().tolist() == [True, False, True]


def test_an_accepted_row_that_may_or_may_not_count_makes_the_fact_unknown(accepted: Path):
    tests = pd.DataFrame({
        "attempt_id": ["K1", "K2"], "person_id": ["P1", "P1"], "taken_on": pd.to_datetime(["2026-01-01", "2026-02-01"]),
        "published_on": pd.to_datetime(["2026-01-02", "2026-02-02"]), "listening_points": [18.0, 1.0], "reading_points": [30.0, 1.0],
        "stopped": pd.array([False, None], dtype="boolean"),
    })  # fmt: skip
    for name, rows in (("language_tests", tests),):
        tables.write_frame(rows, tables.part_path(accepted / name, 0))
        set_aside(accepted, name, rows.iloc[:0])
    wanted = {name: KZ.facts[name] for name in ("listening_points", "language_attempts")}
    found, hidden = facts.of_cases(KZ, wanted, accepted, 0, CASES["application_id"], DAY)
    assert hidden["listening_points"].tolist() == [True, False, True]
    assert found["listening_points"].isna().all()  # the later attempt may have been stopped, or not
    assert found["language_attempts"].tolist() == [2.0, 0.0, 2.0]  # it is an attempt in any case


def test_rows_set_aside_are_looked_for_in_the_part_of_their_files(accepted: Path):
    for name in ("applications", "agency_checks", "offences"):
        rows = pd.read_parquet(tables.part_path(accepted / name, 0))
        tables.write_frame(rows, tables.part_path(accepted / name, 1))
        set_aside(accepted, name, rows.iloc[:0])
        tables.write_frame(
            rows.iloc[: 0 if name != "offences" else 1][facts.bearing(KZ, name)],
            tables.part_path(accepted.parent / facts.SET_ASIDE / name, 1),
        )
    hidden = [
        facts.of_cases(KZ, WANTED, accepted, part, CASES["application_id"], DAY)[1]["offences"].tolist()
        for part in (0, 1)
    ]
    assert hidden == [[False, False, False], [True, False, True]]
