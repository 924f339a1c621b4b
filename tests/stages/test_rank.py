"""The stage as it is run: tables in, lists out, the same bytes again, names where the office needs them and nowhere else."""

import shutil
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from features import language, registry, sets
from features.columns import Recipe
from features.registry import feature
from pipeline.core import params, programme, tables
from pipeline.core.errors import Problem
from pipeline.core.messages import Words
from pipeline.core.stage import execute
from pipeline.stages import rank

PROJECT = Path(rank.__file__).resolve().parents[2]
pytestmark = pytest.mark.filterwarnings("ignore:.*xtension is not supported:UserWarning")  # openpyxl on data bars


class Silent:
    def say(self, text):
        pass

    def step(self, done, text):
        pass


def lay(root, described, count=40, seed=3):
    """The tables that the stages before would have written, for made-up persons in two parts."""
    rng = np.random.default_rng(seed)
    interim = root / "data" / "interim" / described.programme
    model = root / "data" / "artifacts" / described.programme
    model.mkdir(parents=True)
    (model / "model.txt").write_text("tree")
    names = [record["name"] for record in sets.describe(described.features)][:3]
    codes = sorted(path.stem.partition("_")[0] for path in (described.folder / "gates").glob("*.yaml"))
    for part in (0, 1):
        ids = [f"A{part}{number:07d}" for number in range(count)]
        persons = [f"P{part}{number:07d}" for number in range(count)]
        cases = pd.DataFrame(
            {
                "case_id": ids,
                "person_id": persons,
                "office": rng.choice(list(described.offices.list_), count),
                "lodged_on": np.datetime64("2026-05-01", "s") + rng.integers(0, 3, count).astype("timedelta64[D]"),
                "arm": (np.arange(count) % 5 == 0) & (described.review_arm is not None),
                "queue": [True] * (count - 1) + [False],
            }
        )
        kept = ids[:-1]
        scores = pd.DataFrame({"case_id": kept, "score": rng.random(len(kept)).round(1), "raw": 0.0, "rest": 0.1})
        scores["doubt"] = rng.random(len(kept)) < 0.2
        scores = scores.assign(low=0.0, high=1.0, why_doubt=np.where(scores["doubt"], "wide", ""))
        for place in (1, 2, 3):
            scores[f"reason_{place}"] = names[place - 1]
            scores[f"effect_{place}"] = rng.normal(size=len(kept))
            scores[f"value_{place}"] = "1"
            scores[f"code_{place}"] = names[place - 1].upper() + "+"
            scores = scores.assign(
                **{f"change_{place}": "", f"from_{place}": "", f"to_{place}": "", f"gain_{place}": np.nan}
            )
        gates = pd.DataFrame({"case_id": kept, "points": np.nan})
        for code in codes:
            gates[code] = rng.choice(["PASS", "FAIL", "UNKNOWN"], len(kept), p=[0.96, 0.02, 0.02])
        failed, unknown = (gates[codes].eq(answer).any(axis=1) for answer in ("FAIL", "UNKNOWN"))
        gates["verdict"] = np.select([failed, unknown], ["FAIL", "UNKNOWN"], "PASS")
        gates["waiting"] = [
            " ".join(code for code in codes if row[code] == "UNKNOWN") for row in gates.to_dict("records")
        ]
        gates["set_aside"] = ""
        table = pd.DataFrame(
            {"person_id": persons, "surname": "Surnamova", "given_name": persons, "latin_name": None}, dtype="str"
        )
        for name, frame in {"cases": cases, "scores": scores, "gates": gates, "tables/persons": table}.items():
            tables.write_frame(frame, tables.part_path(interim / name, part))


def run(root, described, lang="en"):
    knobs = params.load(PROJECT)
    execute(rank.STAGE, described, root, knobs, described.as_of, lang, Silent())
    out = root / "data" / "out" / described.programme
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name != "run.json"
    }


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_a_rerun_gives_the_same_bytes(tmp_path, lang):
    described = programme.load("kz_2026")
    lay(tmp_path, described)
    first = run(tmp_path, described, lang)
    assert first == run(tmp_path, described, lang)
    assert {
        "ranked_list.csv",
        "ranked_list.xlsx",
        "lists/index.html",
        "lists/held.html",
        "lists/incomplete.html",
    } < set(first)
    assert len(first) == 3 + 3 + len(described.offices.list_)
    ranking = pd.read_parquet(tmp_path / "data" / "interim" / "kz_2026" / "ranking.parquet")
    assert len(ranking) == 78 and set(ranking["list"]) == {"ranked", "held", "incomplete"}


def test_names_stand_on_the_pages_and_sheets_of_offices_only(tmp_path):
    described = programme.load("kz_2026")
    lay(tmp_path, described)
    written = run(tmp_path, described)
    named = {name for name, content in written.items() if b"Surnamova" in content}
    assert named and all(name.startswith("lists/office-") for name in named)
    assert b"P00000" not in written["ranked_list.csv"]
    book = openpyxl.load_workbook(tmp_path / "data" / "out" / "kz_2026" / "ranked_list.xlsx")
    offices = {office.name["en"] for office in described.offices.list_.values()}
    for sheet in book.worksheets:
        assert any("Surnamova" in str(cell) for row in sheet.values for cell in row) <= (sheet.title in offices)


def test_a_programme_without_gates_and_names_is_only_ranked(tmp_path):
    described = programme.load("perm_2016")
    lay(tmp_path, described)
    written = run(tmp_path, described)
    assert all(b"Surnamova" not in content for content in written.values())
    assert set(pd.read_csv(tmp_path / "data" / "out" / "perm_2016" / "ranked_list.csv")["list"]) == {"ranked"}


def test_row_order_and_parts_do_not_matter(tmp_path):
    described = programme.load("kz_2026")
    lay(tmp_path / "one", described)
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    interim = tmp_path / "two" / "data" / "interim" / "kz_2026"
    for name in ("cases", "scores", "gates"):
        frame = tables.read_table(interim / name).sample(frac=1, random_state=5, ignore_index=True)
        shutil.rmtree(interim / name)
        tables.write_frame(frame, tables.part_path(interim / name, 0))
    assert run(tmp_path / "one", described) == run(tmp_path / "two", described)


def test_another_number_of_reasons_is_not_taken_silently(tmp_path):
    described = programme.load("perm_2016")
    lay(tmp_path, described)
    folder = tmp_path / "data" / "interim" / "perm_2016" / "scores"
    for part in (0, 1):
        tables.write_frame(tables.read_part(folder, part).drop(columns="reason_3"), tables.part_path(folder, part))
    with pytest.raises(Problem, match="another number of reasons"):
        run(tmp_path, described)
    assert not (tmp_path / "data" / "out" / "perm_2016" / "ranked_list.csv").exists()


def test_no_shipped_feature_rests_on_a_protected_column_and_a_planted_one_is_found():
    for described in filter(programme.learns, map(programme.load, programme.names())):
        told, closed = rank.features(described)
        assert closed == frozenset() and all(one.theme for one in told.values())
    described = programme.load("perm_2016")
    planted = Recipe(recipe="category", column="applicant_citizenship", meaning="Citizenship")
    choice = described.features.model_copy(update={"declare": {**described.features.declare, "planted": planted}})
    assert rank.features(described.model_copy(update={"features": choice}))[1] == {"planted"}


@feature()
def counted(cases, findings):
    """Counts the rows of a secret list."""


@feature(reads={"agency_checks": "answered_on"})
def answered(cases, agency_checks):
    """When a security body answered."""


@feature()
def behind(cases, counted):
    """Rests on it one step away."""


def test_a_feature_on_a_secret_list_is_no_reason(monkeypatch):
    made = {one.feature.name: one.feature for one in (counted, answered, behind, language.best_reading)}
    monkeypatch.setattr(registry, "scan", lambda: made)
    monkeypatch.setattr(sets, "SETS", {"kz_2026_v1": tuple(made)})
    assert rank.features(programme.load("kz_2026"))[1] == {"counted", "answered", "behind"}


def test_officers_see_no_score_of_a_file_drawn_for_the_random_review(tmp_path):
    described = programme.load("kz_2026")
    lay(tmp_path, described)
    written = run(tmp_path, described)
    listed = pd.read_csv(tmp_path / "data" / "out" / "kz_2026" / "ranked_list.csv", dtype=str, keep_default_na=False)
    drawn = listed[listed["arm"] == "true"]
    told = [name for name in listed if name.startswith(("code", "reason", "change"))]
    assert len(drawn) > 0 and (drawn[["score", "low", "high", "why_doubt", "rest", *told]] == "").all(axis=None)
    ranking = pd.read_parquet(tmp_path / "data" / "interim" / "kz_2026" / "ranking.parquet")
    assert ranking.loc[ranking["arm"], "score"].notna().all()  # the audit needs it
    assert described.review_arm.seed.encode() in written["lists/index.html"]
    assert b"BEST_LISTENING+" in written["reasons.csv"]


@pytest.mark.parametrize(("lang", "part"), [("kk", "бап: 49(4)"), ("ru", "статья 49(4)"), ("en", "article 49(4)")])
def test_gates_speak_every_language(lang, part):
    texts = rank.gate_texts(programme.load("kz_2026"), Words(lang))
    assert part in texts["G02"].law
    gates = {code: text for code, text in texts.items() if not code.startswith("set aside: ")}
    assert all(text.title and text.law and text.on_fail and text.ask_for for text in gates.values())
    assert "offences.csv" in texts["set aside: offences"].ask_for
    assert not any("UNKNOWN" in text.law for text in texts.values())
    assert len({text.title for text in texts.values()}) == len(texts) >= 8
