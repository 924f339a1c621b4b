"""One intake under two laws, on a small programme of the tests' own."""

import json
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.core.errors import Problem
from pipeline.core.messages import Words
from pipeline.gates.records import FAIL, PASS, UNKNOWN
from pipeline.policy.diff import concerns
from pipeline.policy.diff_document import document
from pipeline.policy.flips import ABSENT

few = settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SEEDS = st.integers(0, 10_000)
pytest_plugins = ["tests.policy.dry_run"]


def by_hand(frames, least_fee, threshold, checked, newer):
    """The verdict of every file, written out a second time in another way."""
    files = frames["files"].set_index("case_no")
    known = frames["checks"][frames["checks"]["recorded_on"] <= "2026-06-30"].set_index("case_no")["answer"]
    points = {1.0: 0, 3.0: 50, 8.0: 100}
    found = {}
    for case, file in files.iterrows():
        answers = []
        if file["route"] != "family":
            answers.append("?" if np.isnan(file["fee"]) else file["fee"] >= least_fee)
        if checked:
            answers.append({"clear": True, "found": False, "pending": "?"}[known[case]])
        least, most = (0, 100) if np.isnan(file["years"]) else (points[file["years"]],) * 2
        answers.append(True if least >= threshold else False if most < threshold else "?")
        if newer:
            answers.append("?" if np.isnan(file["years"]) else file["years"] >= 2)
        found[case] = FAIL if False in answers else UNKNOWN if "?" in answers else PASS
    return pd.Series(found)


def test_flips_are_those_counted_by_hand(whole, compared):
    frames = whole.register(600)
    old, new = by_hand(frames, 100, 40, True, False), by_hand(frames, 150, 60, False, True)
    expected = np.zeros((3, 3), dtype=int)
    np.add.at(expected, (old.to_numpy(), new.to_numpy()), 1)
    assert compared.counts.matrix.tolist() == expected.tolist()
    flipped = compared.counts.flips
    assert list(flipped["case_id"]) == list(old.index[(old != new).to_numpy()])
    assert compared.files == 600 and compared.flipped == len(flipped) > 50


def test_what_is_new_or_gone_is_counted_as_absent(compared):
    gates = dict(zip(compared.counts.codes, compared.counts.gates, strict=True))
    assert sorted(gates) == ["G01", "G02", "G03", "G04"]
    assert gates["G02"][:, ABSENT].sum() == 600 and gates["G04"][ABSENT].sum() == 600
    assert gates["G01"][ABSENT].sum() == gates["G01"][:, ABSENT].sum() == 0


def test_one_law_against_itself_flips_nothing(whole):
    found = whole.compare(whole.folder, whole.folder)
    assert found.flipped == 0 and found.counts.flips.empty and found.in_force == [] and found.written == []
    assert concerns(found) == []
    assert all(row.gap in (0, None) for rows in found.groups.values() for row in rows)


def test_the_other_way_round_is_the_mirror(whole, compared):
    back = whole.compare(whole.root / "strict", whole.folder)
    assert (back.counts.matrix == compared.counts.matrix.T).all()
    for name in ("gates", "moved", "alone"):
        assert (getattr(back.counts, name) == getattr(compared.counts, name).transpose(0, 2, 1)).all()
    mirrored = compared.counts.flips.rename(columns={"old": "new", "new": "old"})[["case_id", "old", "new", "gates"]]
    pd.testing.assert_frame_equal(back.counts.flips, mirrored)
    for name, rows in compared.groups.items():
        for row, other in zip(rows, back.groups[name], strict=True):
            assert (row.group, row.n) == (other.group, other.n)
            if row.gap is not None and other.gap is not None:
                assert [other.gap, other.low, other.high] == pytest.approx([-row.gap, -row.high, -row.low])


def told(found):
    """Everything that a reader sees, as plain text."""
    return json.dumps(document(found), sort_keys=True)


@few
@given(seed=SEEDS, parts=st.integers(2, 4))
def test_neither_order_nor_chunks_matter(fresh, seed, parts):
    frames = fresh.register(120, seed)
    strict = fresh.law("strict", fresh.higher)
    one = fresh.lay(frames).compare(fresh.folder, strict)
    mixed = {name: frame.sample(frac=1, random_state=seed) for name, frame in frames.items()}
    split = fresh.lay(mixed, parts).compare(fresh.folder, strict)
    assert told(one) == told(split)
    pd.testing.assert_frame_equal(one.counts.flips, split.counts.flips)


@few
@given(seed=SEEDS, n=st.integers(0, 80))
def test_numbers_add_up(fresh, seed, n):
    strict = fresh.law("strict", fresh.higher)
    found = fresh.lay(fresh.register(n, seed)).compare(fresh.folder, strict)
    assert found.files == n and found.flipped == len(found.counts.flips) == n - np.trace(found.counts.matrix)
    for groups in found.counts.groups.values():
        assert sum(groups.values(), np.zeros((3, 3), dtype=int)).tolist() == found.counts.matrix.tolist()
    assert (found.counts.gates.sum(axis=(1, 2)) == n).all()
    assert (found.counts.alone <= found.counts.moved).all() and (found.counts.moved <= found.counts.matrix).all()
    assert found.counts.points is not None
    assert found.counts.points.changes.total() + found.counts.points.cannot_tell == n


def test_a_value_of_a_later_day_is_asked_on_that_day(whole):
    found = whole.compare(whole.folder, f"{whole.folder}@2027-01-01")
    assert (found.old.today, found.new.today, found.as_of) == (date(2026, 6, 30), date(2027, 1, 1), date(2026, 6, 30))
    assert [(each.where, each.what, each.old, each.new) for each in found.in_force] == [
        ("G01", "values.least_fee", 100, 150)
    ]
    assert found.written == [] and set(found.counts.flips["gates"]) == {"G01"}


def test_facts_are_those_known_on_the_day_of_the_intake(whole):
    found = whole.compare(whole.folder, f"{whole.folder}@2026-12-31")  # late checks are recorded on 5 July
    assert found.flipped == 0


def test_a_law_that_does_not_read_stops_before_any_data(fresh):
    broken = fresh.law("broken", lambda documents: documents["gates/G01_gate"].update(pass_when="fees >= least_fee"))
    with pytest.raises(Problem, match=r"broken/gates/G01_gate.yaml:\d+"):
        fresh.compare(fresh.folder, broken)


def raised(fresh, edit, n=200):
    return concerns(fresh.lay(fresh.register(n)).compare(fresh.folder, fresh.law("other", edit)))


def test_a_gate_that_nobody_can_answer_is_a_concern(fresh):
    def unknown(documents):
        documents["gates/G01_gate"]["values"]["least_fee"][0]["value"] = "UNKNOWN"

    found = raised(fresh, unknown)
    assert "G01 cannot be answered for any file it applies to." in found
    assert any(sentence.startswith("The law does not say: G01: `least_fee` is unknown") for sentence in found)


def test_a_gap_that_both_laws_have_is_no_concern(fresh):
    silent = fresh.law(
        "silent", lambda documents: documents["gates/G02_gate"].update(effective={"from": date(2030, 1, 1)})
    )
    fresh.lay(fresh.register(60))
    assert any("G02 is not in force" in sentence for sentence in concerns(fresh.compare(fresh.folder, silent)))
    later = concerns(fresh.compare(silent, f"{silent}@2026-12-31"))
    assert not any("not in force" in sentence for sentence in later)


def test_many_flips_and_falling_groups_are_concerns(fresh):
    found = raised(fresh, fresh.higher)
    assert any("change their verdict" in sentence for sentence in found)
    assert (
        "Sex: in this intake the share that goes on falls by more than the tolerated 5.0 points among women, men."
        in found
    )
    assert any(sentence.startswith("The files that an officer must review grow from") for sentence in found)


def test_a_fall_in_a_group_too_small_to_show_is_no_concern(fresh):
    found = raised(fresh, fresh.higher, n=25)
    assert not any("falls by more" in sentence for sentence in found)


def test_a_longer_wait_is_a_concern(fresh):
    found = raised(fresh, lambda documents: documents.pop("gates/G02_gate"))
    assert any(sentence.startswith("The longest wait for an interview grows from") for sentence in found)


def test_an_empty_intake_is_a_concern(fresh):
    assert raised(fresh, lambda documents: None, n=0) == [
        "The intake is empty: the dry run says nothing about this law."
    ]


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_concerns_are_translated(fresh, lang):
    strict = fresh.law("strict", fresh.higher)
    found = fresh.lay(fresh.register(200)).compare(fresh.folder, strict)
    assert not set(concerns(found)) & set(concerns(found, Words(lang)))


def test_a_programme_without_interviews_has_no_load(fresh):
    quiet = fresh.law("quiet", lambda documents: documents["programme"].update(interviews=False))
    assert fresh.lay(fresh.register(40)).compare(fresh.folder, quiet).load is None
