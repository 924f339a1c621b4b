"""A register described by a folder alone: big, messy, with values nobody has met before. It is MADE UP (SYNTHETIC)."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.scorer import Scorer
from pipeline.core import tables

from . import register_of_permits as register  # type: ignore[import-not-found]
from .conftest import TOP, Command  # type: ignore[import-not-found]

STEPS = ("ingest", "features", "train", "score", "evaluate")


def project(root: Path, table: pd.DataFrame, **texts: str) -> Path:
    root.mkdir(exist_ok=True)
    knobs = (TOP / "params.yaml").read_text(encoding="utf-8").replace("replicates: 1000", "replicates: 100")
    knobs = knobs.replace("cases_per_part: 100000", "cases_per_part: 2000")  # some parts, as a big register has
    (root / "params.yaml").write_text(knobs, encoding="utf-8")
    register.describe(root / "permits", **texts)
    register.export(root, table)
    return root


def step(qonys: Command, root: Path, name: str) -> tuple[int, str, str]:
    return qonys(name, "--programme", root / "permits", "--raw", root / "exports", "--root", root)


def walked(qonys: Command, root: Path, upto: str = "evaluate") -> tuple[int, str, str, str]:
    """Runs the steps until one cannot: (exit code, what was printed in all, the error stream of the last, its name)."""
    printed = ""
    for name in STEPS[: STEPS.index(upto) + 1]:
        code, out, said = step(qonys, root, name)
        printed += out
        if code == 2:
            break
    return code, printed, said, name


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return register.rows(5000)


@pytest.mark.slow
def test_it_walks_the_whole_road(qonys: Command, tmp_path: Path, table: pd.DataFrame):
    root = project(tmp_path / "whole", table)
    code, out, said = qonys("run", "--programme", root / "permits", "--raw", root / "exports", "--root", root)
    assert code in (0, 1), said
    assert "SYNTHETIC register" in out
    interim, results = root / "data/interim/permits", root / "data/out/permits"
    told = json.loads((results / "run.json").read_text(encoding="utf-8"))["stages"]
    cases = tables.read_table(interim / "cases")
    features = tables.read_table(interim / "features")
    assert tables.count_parts(interim / "cases") > 1

    # Lines that stand twice are quarantined, once each; matters lodged again straddle no window.
    twice = table["case_number"].duplicated()
    assert twice.sum() > 20
    quarantine = pd.read_csv(results / "quarantine.csv", dtype="str")
    assert (quarantine["reason"] == "duplicate_key").sum() == twice.sum()
    assert cases[cases["split"] != "none"].groupby("same")["split"].nunique().max() == 1
    assert told["features"]["same_matter_earlier"] > 0
    assert cases.groupby("same")["case_id"].count().max() == 2

    # All spellings of a status are understood, all spellings of an employer are one.
    assert set(cases["status"]) == {"observed", "excluded:WITHDRAWN", "excluded:Withdrawn"}
    assert features["employer"].dropna().str.fullmatch(r"COMPANY \d+").all()
    assert set(features["state"].dropna()) == {"CA", "TX", "NY", "WA", "NJ"}
    assert set(features["unit"]) == {"YEAR", "MONTH", "WEEK", "HOUR"}
    late = (features["class"] == "E-3").to_numpy()
    train = (cases["split"] == "train").to_numpy()
    assert late.any() and not late[train].any()

    # What no training case had is told, and a person looks first; a new employer is read as a rare one.
    scorer = Scorer(root / "data/artifacts/permits")
    scores = tables.read_table(interim / "scores").set_index("case_id")
    unknown = set(features.loc[late, "case_id"]) & set(scores.index)
    assert (scores.loc[sorted(unknown), "why_doubt"] == "cannot_say").all()
    assert told["score"]["cannot_say"] == (scores["why_doubt"] == "cannot_say").sum() >= len(unknown) > 0
    employer = next(one for one in scorer.schema.features if one.name == "employer")
    new = ~features["employer"].isin(features.loc[train, "employer"]) & features["employer"].notna()
    queued = new & features["case_id"].isin(scores.index)
    assert queued.sum() > 50
    codes = scorer.encode(features[queued].drop(columns="case_id"))[:, scorer.schema.names.index("employer")]
    assert (codes == employer.other).all() and employer.rare > 0

    # Earlier cases: counted by hand on a few employers.
    seen = cases.merge(features, on="case_id")
    for name in seen["employer"].value_counts().index[:3]:
        mine = seen[seen["employer"] == name]
        counted = [(mine["lodged_on"] < day).sum() for day in mine["lodged_on"]]
        assert mine["employer_cases"].tolist() == counted
        known = [
            (other["label"].sum() + 20 * everybody["label"].mean()) / (len(other) + 20) if len(everybody) else np.nan
            for day in mine["decision_day"]
            for everybody in [seen[(seen["known_on"] < day) & seen["label"].notna()]]
            for other in [everybody[everybody["employer"] == name]]
        ]
        np.testing.assert_allclose(mine["employer_share"].astype(float), np.array(known, dtype=float), rtol=1e-6)
    figures = json.loads((results / "metrics.json").read_text(encoding="utf-8"))
    assert figures["auc_low"] > 0.55


def only(status: str, table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(case_status=status)


BAD = {
    "one class only": (
        lambda table: only("Certified", table), {}, "train",
        r"Only positive outcomes among the [\d,]+ cases of the train window",
    ),
    "no outcome yet": (
        lambda table: table.assign(decision_on=None, case_status=None), {}, "features",
        "No case has a matured outcome yet, so there is nothing to learn from",
    ),
    "no matured outcome": (
        lambda table: table, {"programme": register.PROGRAMME.replace("  meaning: Which", "  maturity_months: 240\n  meaning: Which")},
        "features", "No case has a matured outcome yet, so there is nothing to learn from",
    ),
    "a status nobody named": (
        lambda table: table, {"programme": register.PROGRAMME.replace("DENIED, Denied", "DENIED")}, "features",
        "Outcome code Denied is neither positive, negative, excluded nor pending",
    ),
    "past outcomes by citizenship": (
        lambda table: table, {"programme": register.PROGRAMME.replace("earlier_share, column: employer_name", "earlier_share, column: worker_country")},
        "ingest", "counts earlier cases by `worker_country`, which is protected",
    ),
    "spellings that contradict": (
        lambda table: table, {"programme": register.PROGRAMME.replace("YR: Year, YEARLY", "YR: Year, yr: Hour, YEARLY")}, "ingest",
        "`yr` stands for `YEAR` and for `HOUR`",
    ),
    "everybody on one day": (
        lambda table: table.assign(received_on="2021-02-01"), {}, "features",
        "window would be empty: .* too few lodging days",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_work_stops_with_one_sentence(qonys: Command, tmp_path: Path, name: str):
    edit, texts, where, words = BAD[name]
    root = project(tmp_path / "bad", edit(register.rows(800)), **texts)
    code, _, said, last = walked(qonys, root)
    assert (code, last) == (2, where), said
    assert re.search(words, said), said
    assert said.strip().count("\n") == 0, said


def test_columns_without_a_single_value_say_nothing_and_break_nothing(qonys: Command, tmp_path: Path):
    table = register.rows(1500)
    empty = table.assign(wage=None, wage_unit=None, begin_on=None, employer_name=None)
    root = project(tmp_path / "empty", empty)
    code, printed, said, last = walked(qonys, root)
    assert (code, last) == (0, "evaluate"), (printed, said)
    scorer = Scorer(root / "data/artifacts/permits")
    features = tables.read_table(root / "data/interim/permits/features").drop(columns="case_id")
    effects, _ = scorer.contributions(scorer.encode(features))
    for name in ("wage", "unit", "length", "employer", "employer_cases", "employer_share"):
        assert features[name].isna().all()
        assert not effects[:, scorer.schema.names.index(name)].any()
    # A wage, where no training case had one, is what the model never learnt to read: its effect is none either.
    effects, _ = scorer.contributions(scorer.encode(features.assign(wage=np.float32(11.0))))
    assert not effects[:, scorer.schema.names.index("wage")].any()


def test_nothing_at_all_is_known_of_anybody(qonys: Command, tmp_path: Path):
    kept = ("case_number", "received_on", "decision_on", "case_status", "worker_number", "worksite_city")
    table = register.rows(1500)
    bare = table.assign(**{name: None for name in table.columns if name not in kept})
    months = "    month: {recipe: month, column: received_on, meaning: Month}\n"
    root = project(tmp_path / "bare", bare, programme=register.PROGRAMME.replace(months, ""))
    code, _, said, _ = walked(qonys, root)
    assert code in (0, 1), said
    scores = tables.read_table(root / "data/interim/permits/scores")
    assert (scores["why_doubt"] == "cannot_say").all()
    assert scores["raw"].nunique() == 1


@pytest.mark.slow
def test_a_group_without_positives_cannot_be_measured(qonys: Command, tmp_path: Path):
    table = register.rows(3000)
    few = table["worker_country"].eq("Syldavia")
    table.loc[few & table["case_status"].str.upper().str.startswith("CERT"), "case_status"] = "Denied"
    root = project(tmp_path / "group", table)
    code, _, said = qonys("run", "--programme", root / "permits", "--raw", root / "exports", "--root", root)
    assert code in (0, 1), said
    readings = json.loads((root / "data/out/permits/audit/readings.json").read_text(encoding="utf-8"))
    assert "NaN" not in json.dumps(readings)
    theirs = {
        reading["metric"]: reading for reading in readings["readings"]
        if reading["attribute"] == "country" and reading["group"] == "Syldavia"
    }  # fmt: skip
    assert theirs["recall"]["value"] is None  # a share of the positive outcomes, of which they have none
    assert theirs["recall"]["verdict"] == "NOT ENOUGH DATA"
