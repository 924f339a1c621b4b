import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core import facts
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
