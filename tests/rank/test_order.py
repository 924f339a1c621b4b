"""The order of work: score, then lodging, then a published salted hash; FAIL and UNKNOWN never in it."""

import hashlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.arm import chance
from pipeline.core.errors import Problem
from pipeline.rank import order

row = st.tuples(
    st.sampled_from([0.0, -0.0, 0.25, 0.5, 0.5000000001, 1.0]),
    st.integers(0, 3),
    st.sampled_from(["71", "75"]),
    st.sampled_from(["PASS", "PASS", "FAIL", "UNKNOWN"]),
)


def joined(rows):
    days = np.array([day for _, day, _, _ in rows], dtype="timedelta64[D]")
    return pd.DataFrame(
        {
            "case_id": pd.Series([f"A{place:04d}" for place in range(len(rows))], dtype="str"),
            "office": pd.Series([office for _, _, office, _ in rows], dtype="str"),
            "lodged_on": (np.datetime64("2026-05-01") + days).astype("datetime64[s]"),
            "score": [score for score, _, _, _ in rows],
            "low": 0.0,
            "high": 1.0,
            "why_doubt": "",
            "arm": False,
            "verdict": pd.Series([verdict for _, _, _, verdict in rows], dtype="str"),
        }
    )


def key(case, salt):
    digest = hashlib.sha256((salt + case.case_id).encode()).hexdigest()
    return (-case.score, case.lodged_on, digest)


@given(st.lists(row, max_size=40), st.text(max_size=8), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_order_is_score_then_lodging_then_hash_whatever_the_row_order(rows, salt, random):
    frame = joined(rows)
    out = order.rank(frame, salt)
    shuffled = list(range(len(frame)))
    random.shuffle(shuffled)
    pd.testing.assert_frame_equal(out, order.rank(frame.iloc[shuffled].reset_index(drop=True), salt))
    ranked = out[out["list"] == "ranked"]
    expected = sorted(frame[frame["verdict"] == "PASS"].itertuples(), key=lambda case: key(case, salt))
    assert ranked["case_id"].tolist() == [case.case_id for case in expected]
    assert ranked["rank"].tolist() == list(range(1, len(ranked) + 1))
    for _, office in ranked.groupby("office"):
        assert office["office_rank"].tolist() == list(range(1, len(office) + 1))
    assert set(out["case_id"]) == set(frame["case_id"])


@given(st.lists(row, max_size=40), st.sets(st.integers(0, 39)), st.text(max_size=8), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_arm_stands_where_the_seed_puts_it_and_moves_nobody_else(rows, drawn, seed, random):
    frame = joined(rows)
    frame["arm"] = frame.index.isin(drawn)
    out = order.rank(frame, "salt", seed)
    shuffled = list(range(len(frame)))
    random.shuffle(shuffled)
    pd.testing.assert_frame_equal(out, order.rank(frame.iloc[shuffled].reset_index(drop=True), "salt", seed))
    ranked = out[out["list"] == "ranked"]
    assert ranked["rank"].tolist() == list(range(1, len(ranked) + 1))
    # the others stand in the order they would have without the arm
    without = order.rank(frame[~frame["arm"]].reset_index(drop=True), "salt")
    for which in order.LISTS:
        kept = out[(out["list"] == which) & ~out["arm"]]
        assert kept["case_id"].tolist() == without.loc[without["list"] == which, "case_id"].tolist()
    # in its office no score moves a file of the arm, its own or another's
    other = order.rank(frame.assign(score=frame["score"].sample(frac=1, random_state=1).to_numpy()), "salt", seed)
    places = [
        found[found["arm"] & (found["list"] == "ranked")].set_index("case_id")["office_rank"].sort_index()
        for found in (out, other)
    ]
    pd.testing.assert_series_equal(*places)
    for _, office in ranked.groupby("office"):
        u = chance(office.loc[office["arm"], "case_id"], f"{seed}|place")
        before = (~office["arm"]).cumsum()[office["arm"]]
        scored = int((~office["arm"]).sum())
        assert all(abs(stands - share * scored) <= 0.5 for stands, share in zip(before, u, strict=True))
    # elsewhere the law orders the work: a file of the arm stands there by its day
    for which in order.LISTS[1:]:
        held = out[out["list"] == which]
        assert held["lodged_on"].is_monotonic_increasing and held["rank"].isna().all()


def test_the_arm_is_spread_over_the_whole_list():
    frame = joined([(number / 4000, 0, "71", "PASS") for number in range(4000)])
    frame["arm"] = frame.index % 4 == 0
    places = order.rank(frame, "salt", "seed").query("arm")["rank"].to_numpy(dtype=float) / 4000
    assert np.abs(np.histogram(places, bins=10, range=(0, 1))[0] - 100).max() < 40
    merged = order.rank(frame, "salt", "seed").query("arm")
    assert abs(np.corrcoef(merged["rank"].to_numpy(dtype=float), merged["score"])[0, 1]) < 0.1


def test_an_arm_without_a_seed_is_refused():
    frame = joined([(0.5, 0, "71", "PASS")]).assign(arm=True)
    with pytest.raises(Problem, match="review arm of a programme that has none"):
        order.rank(frame, "salt")
    everybody = joined([(0.5, day, "71", "PASS") for day in range(4)]).assign(arm=True)
    ranked = order.rank(everybody, "salt", "seed")
    assert ranked["rank"].tolist() == [1, 2, 3, 4]
    assert np.all(np.diff(chance(ranked["case_id"], "seed|place")) > 0)


@given(st.lists(row, min_size=1, max_size=40))
@settings(max_examples=40, deadline=None)
def test_fail_and_unknown_are_never_ranked_and_never_ordered_by_score(rows):
    frame = joined(rows)
    out = order.rank(frame, "salt").merge(frame[["case_id", "verdict"]], on="case_id")
    assert (out["list"] == out["verdict"].map({"PASS": "ranked", "FAIL": "held", "UNKNOWN": "incomplete"})).all()
    assert out.loc[out["list"] != "ranked", ["rank", "office_rank"]].isna().all(axis=None)
    other = order.rank(frame.assign(score=1 - frame["score"]), "salt")
    for which in ("held", "incomplete"):
        mine, theirs = (each.loc[each["list"] == which, "case_id"].tolist() for each in (out, other))
        assert mine == theirs
    assert (out["list"].map(order.LISTS.index).diff().dropna() >= 0).all()


def test_a_rerun_gives_the_same_order_and_another_salt_breaks_ties_otherwise(queue):
    pd.testing.assert_frame_equal(queue.ranked(), queue.ranked())
    first, second = queue.ranked("a"), queue.ranked("b")
    assert first["case_id"].tolist() != second["case_id"].tolist()
    assert first["score"].dropna().tolist() == second["score"].dropna().tolist() or len(first) == len(second)


def test_tie_hash_is_the_published_one():
    found = order.tie_hash(pd.Series(["A1", "A2"]), "salt")
    assert found.tolist() == [
        hashlib.sha256(b"saltA1").hexdigest().encode(),
        hashlib.sha256(b"saltA2").hexdigest().encode(),
    ]


def test_dtypes_are_the_agreed_ones(queue):
    out = queue.ranked()
    assert list(out.columns) == order.COLUMNS
    assert {name: str(kind) for name, kind in out.dtypes.items()} == {
        "case_id": "str", "office": "str", "list": "str", "rank": "Int64", "office_rank": "Int64",
        "score": "float64", "low": "float64", "high": "float64", "why_doubt": "str", "arm": "bool",
        "lodged_on": "datetime64[s]",
    }  # fmt: skip


def test_no_file_falls_off_the_list_in_silence(queue):
    with pytest.raises(Problem, match="interim/scores: does not hold the same cases"):
        order.queue(queue.cases, queue.scores.iloc[1:], queue.gates)
    with pytest.raises(Problem, match="interim/gates: does not hold the same cases"):
        order.queue(queue.cases, queue.scores, queue.gates.assign(case_id="A" + queue.gates["case_id"]))
    with pytest.raises(Problem, match="names a case twice"):
        order.queue(queue.cases, pd.concat([queue.scores, queue.scores.iloc[:1]]), queue.gates)
    with pytest.raises(Problem, match="no score"):
        order.queue(queue.cases, queue.scores.assign(score=float("nan")), queue.gates)
    with pytest.raises(Problem, match="none of PASS"):
        order.queue(queue.cases, queue.scores, queue.gates.assign(verdict="MAYBE"))


def test_an_empty_queue_gives_empty_lists(queue):
    empty = order.rank(order.queue(queue.cases.iloc[:0], queue.scores.iloc[:0], queue.gates.iloc[:0]), "salt")
    assert len(empty) == 0 and list(empty.columns) == order.COLUMNS
