"""What is written: whole or not at all, the same bytes each time."""

import json

import numpy as np
import pandas as pd
import pytest

from pipeline.core import params
from pipeline.core import programme as programmes
from pipeline.core.errors import Problem
from pipeline.core.stage import execute
from pipeline.gates.records import UNKNOWN
from pipeline.policy import diff_page
from pipeline.policy.diff_report import FLIPS, PAGE, RECORD, write
from pipeline.stages import features, ingest

pytest_plugins = ["tests.policy.dry_run"]


@pytest.fixture
def laid(fresh):
    return fresh.lay(fresh.register(600))


class Silent:
    """Progress that says nothing."""

    def say(self, text):
        pass

    def step(self, done, text):
        pass


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_page_the_record_the_list_and_the_pictures(laid):
    found = laid.compare(laid.folder, laid.law("strict", laid.stricter))
    folder = write(found, laid.root, "en")
    assert folder == laid.root / "data/out/mini/policy/diff"
    assert set(files(folder)) == {PAGE, RECORD, FLIPS, "flows.png", "groups.png", "interviews.png", "reviews.png"}
    record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    flips = pd.read_csv(folder / FLIPS, dtype=str)
    assert list(flips.columns) == ["case_id", "old", "new", "gates"] and len(flips) == record["flipped"] > 0
    assert flips["case_id"].is_monotonic_increasing and flips["gates"].notna().all()
    assert not any("PC0" in text.decode("utf-8", "ignore") for text in files(folder).values())  # nobody's person number
    assert [path.name for path in folder.parent.iterdir()] == ["diff"]


def test_the_same_bytes_each_time_and_after_another_law(laid):
    strict = laid.law("strict", laid.stricter)
    first = files(write(laid.compare(laid.folder, strict), laid.root, "ru"))
    write(laid.compare(laid.folder, laid.folder), laid.root, "ru")
    assert files(write(laid.compare(laid.folder, strict), laid.root, "ru")) == first


def test_the_record_speaks_english_whatever_the_page_speaks(laid):
    found = laid.compare(laid.folder, laid.law("strict", laid.stricter))
    one, two = (files(write(found, laid.root, lang)) for lang in ("en", "kk"))
    assert one[RECORD] == two[RECORD] and one[FLIPS] == two[FLIPS] and one[PAGE] != two[PAGE]


def test_a_failure_leaves_the_earlier_one_whole(laid, monkeypatch):
    found = laid.compare(laid.folder, laid.law("strict", laid.stricter))
    folder = write(found, laid.root, "en")
    before = files(folder)
    monkeypatch.setattr(diff_page, "render", lambda *_: ("a page", {"no/such/folder.png": b""}))
    with pytest.raises(Problem, match="cannot be written"):
        write(found, laid.root, "en")
    assert files(folder) == before and [path.name for path in folder.parent.iterdir()] == ["diff"]


@pytest.mark.slow
def test_what_ingest_and_features_leave_can_be_compared(fresh, tmp_path):
    """The real stages read the exports: unreadable rows are set aside, and leave facts unknown under both laws."""
    frames = fresh.register(300)
    files = frames["files"].assign(person_no=lambda found: found["case_no"].str.replace("C", "P"))
    past = np.arange(300) < 200
    files.loc[past, "lodged_on"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(200), unit="D")
    files["decided_on"] = (files["lodged_on"] + pd.Timedelta(days=30)).where(past)
    files["outcome"] = np.where(past, np.where(np.arange(300) % 3 == 0, "lost", "kept"), None)
    raw = fresh.root / "data/raw/mini"
    raw.mkdir(parents=True)
    for name, frame in (frames | {"files": files}).items():
        text = frame.astype(object).map(lambda value: value.date() if isinstance(value, pd.Timestamp) else value)
        text.to_csv(raw / f"{name}.csv", index=False)
    with (raw / "checks.csv").open("a", encoding="utf-8") as stream:
        stream.write("K999999,C000299,2026-06-20,perhaps\n")  # no such answer: set aside
    programme = programmes.load(str(fresh.folder))
    for stage in (ingest.STAGE, features.STAGE):
        execute(stage, programme, fresh.root, params.load(fresh.root), programme.as_of, "en", Silent())
    found = fresh.compare(fresh.folder, fresh.law("strict", fresh.stricter))
    assert found.files == 100 and found.flipped > 0
    gates = dict(zip(found.counts.codes, found.counts.gates, strict=True))
    waiting = files.loc[~past, "case_no"].isin(frames["checks"].query("answer == 'pending'")["case_no"])
    assert gates["G02"][UNKNOWN].sum() == (waiting | (files.loc[~past, "case_no"] == "C000299")).sum()
    assert (write(found, fresh.root, "en") / PAGE).exists()
