"""A stored model: its reasons add up to its score, and an edited file is refused."""

import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models import calibrate, compile, reasons, scorer, train
from models.encode import encode
from models.scorer import Scorer


def test_scores_are_increasing_in_the_margin_and_the_same_alone(trained, invented):
    frame, _ = invented(300, seed=3)
    scorer = Scorer(trained)
    raw, probability = scorer.score(frame)
    order = np.argsort(raw)
    assert (np.diff(probability[order]) >= 0).all() and ((probability > 0) & (probability < 1)).all()
    halves = [scorer.score(frame.iloc[:117]), scorer.score(frame.iloc[117:])]
    np.testing.assert_array_equal(np.concatenate([half[0] for half in halves]), raw)
    np.testing.assert_array_equal(scorer.score(frame[["trade", "wage", "points", "offences"]])[0], raw)


def test_effects_and_bias_add_up_to_the_raw_score(trained, invented):
    frame, _ = invented(400, seed=4)
    frame.loc[:9] = frame.loc[:9].assign(points=np.nan, offences=np.float32(1e30), wage=np.float32(-1e30), trade=None)
    scorer = Scorer(trained)
    x = scorer.encode(frame)
    effects, bias = scorer.contributions(x)
    np.testing.assert_allclose(effects.sum(axis=1) + bias, scorer.margin(x), rtol=0, atol=1e-9)
    assert len(np.unique(bias)) == 1


def test_reasons_are_the_largest_effects_with_the_persons_own_values(trained, invented):
    frame, _ = invented(45_000, seed=5)
    scorer = Scorer(trained)
    told = []
    found = scorer.reasons(frame, 3, told.append)
    assert list(found.columns) == [*(f"{name}_{i}" for i in (1, 2, 3) for name in reasons.PARTS), "rest"]
    assert told[-1] == 1.0 and len(told) == 3
    effects, _ = scorer.contributions(scorer.encode(frame))
    np.testing.assert_array_equal(found["effect_1"].abs(), np.abs(effects).max(axis=1))
    assert (found["effect_1"].abs() >= found["effect_2"].abs()).all()
    assert (found["effect_2"].abs() >= found["effect_3"].abs()).all()
    assert ((found["reason_1"] != found["reason_2"]) & (found["reason_2"] != found["reason_3"])).all()
    points = found.index[(found["reason_1"] == "points") & frame["points"].notna()]
    assert found.loc[points, "value_1"].tolist() == [str(int(value)) for value in frame.loc[points, "points"]]
    trade = found.index[(found["reason_2"] == "trade")]
    assert found.loc[trade, "value_2"].tolist() == frame.loc[trade, "trade"].fillna("").tolist()


def test_equal_effects_go_by_name_and_no_effect_is_no_reason(trained, invented, monkeypatch):
    frame, _ = invented(2, seed=6)
    scorer = Scorer(trained)
    effects = np.array([[0.5, -0.5, 0.0, 0.5], [0.0, 0.0, 0.0, 0.0]])  # points, offences, wage, trade
    monkeypatch.setattr(scorer, "contributions", lambda x: (effects, np.zeros(2)))
    found = scorer.reasons(frame, 6)
    assert found.loc[0, [f"reason_{i}" for i in range(1, 7)]].tolist() == ["offences", "points", "trade", "", "", ""]
    assert found.loc[1, "reason_1"] == "" and found.loc[1, "effect_1"] == 0 and found.loc[1, "value_1"] == ""


def test_nobody_to_score(trained, invented):
    nobody = invented(5)[0].iloc[:0]
    scorer = Scorer(trained)
    assert [len(found) for found in scorer.score(nobody)] == [0, 0]
    found = scorer.reasons(nobody, 2)
    assert len(found) == 0
    kinds = {name: str(kind) for name, kind in found.dtypes.items()}
    assert all(
        kind == ("float64" if name.startswith(("effect", "gain", "rest")) else "str") for name, kind in kinds.items()
    )


def test_a_missing_feature_is_named(trained, invented):
    frame, _ = invented(5)
    with pytest.raises(ValueError, match="`wage` is missing"):
        Scorer(trained).score(frame.drop(columns="wage"))


@pytest.fixture
def copy(trained, tmp_path):
    return shutil.copytree(trained, tmp_path / "model")


@pytest.mark.parametrize("name", ["model.txt", "schema.json", "calibration.json", "tables.json", "doubt.json"])
def test_an_edited_file_is_refused(copy, name):
    path = copy / name
    path.write_text(path.read_text().replace("1", "2", 1))
    with pytest.raises(ValueError, match=f"{name} of the model in model was edited after training"):
        Scorer(copy)


def mend(folder, name, **more):
    """Changes a record of the model and its digest with it."""
    path = folder / name
    path.write_text(json.dumps({**json.loads(path.read_text()), **more}))
    training = json.loads((folder / "training.json").read_text())
    training["sha256"][name] = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "training.json").write_text(json.dumps(training))


@pytest.mark.parametrize("name", ["schema.json", "calibration.json", "tables.json", "doubt.json"])
def test_files_of_two_models_do_not_mix_even_with_mended_digests(copy, name):
    mend(copy, name, model="0" * 64)
    with pytest.raises(ValueError, match="edited after training"):
        Scorer(copy)


@pytest.mark.parametrize("more", [{"features": ["wage"]}, {"constant": None}, {"note": "by hand"}])
def test_tables_that_do_not_fit_are_refused_even_with_a_mended_digest(copy, more):
    mend(copy, "tables.json", **more)
    with pytest.raises(ValueError, match="edited after training"):
        Scorer(copy)


@pytest.mark.parametrize("more", [{"members": []}, {"width": 2.0}, {"level": None}, {"note": "by hand"}])
def test_a_doubt_that_does_not_fit_is_refused_even_with_a_mended_digest(copy, more):
    mend(copy, "doubt.json", **more)
    with pytest.raises(ValueError, match="doubt.json of the model in model was edited after training"):
        Scorer(copy)


def test_members_of_another_models_features_are_refused(copy):
    members = json.loads((copy / "doubt.json").read_text())["members"]
    mend(copy, "doubt.json", members=[member | {"features": member["features"][::-1]} for member in members])
    with pytest.raises(ValueError, match="doubt.json of the model in model was edited"):
        Scorer(copy)


def test_a_folder_of_an_unknown_version_is_refused(copy):
    training = json.loads((copy / "training.json").read_text())
    (copy / "training.json").write_text(json.dumps({**training, "format": 9}))
    with pytest.raises(ValueError, match="is of version 9, this program reads version 1; use the program that made it"):
        Scorer(copy)


def test_a_schema_that_differs_is_named(trained, invented):
    frame, _ = invented(5)
    with pytest.raises(ValueError, match="does not know the feature age"):
        Scorer(trained).score(frame.assign(age=1.0))
    with pytest.raises(ValueError, match="`trade` should hold text but holds numbers"):
        Scorer(trained).score(frame.assign(trade=1.0))
    with pytest.raises(ValueError, match="`wage` should hold numbers but holds text"):
        Scorer(trained).score(frame.assign(wage="much"))


@pytest.mark.parametrize("name", ["tables.json", "doubt.json"])
def test_tables_put_beside_a_model_that_has_none_are_refused(copy, name):
    training = json.loads((copy / "training.json").read_text())
    del training["sha256"][name]
    (copy / "training.json").write_text(json.dumps(training))
    with pytest.raises(ValueError, match="edited after training"):
        Scorer(copy)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"sha256": 3}'])
def test_a_broken_record_is_refused(copy, text):
    (copy / "training.json").write_text(text)
    with pytest.raises(ValueError, match="of the model in model was edited"):
        Scorer(copy)


@pytest.mark.parametrize("name", ["calibration.json", "tables.json", "doubt.json"])
def test_a_missing_file_is_named(copy, name):
    (copy / name).unlink()
    with pytest.raises(ValueError, match=rf"lacks {name}"):
        Scorer(copy)


def test_values_first_seen_later_still_score(trained, invented):
    frame, _ = invented(4)
    raw, _ = Scorer(trained).score(
        frame.assign(trade=pd.Series(["glazier"] * 4, dtype="str"), points=np.float32(np.nan))
    )
    assert np.isfinite(raw).all()


def test_the_tables_are_the_trees(trained, invented):
    frame, _ = invented(2000, seed=9)
    found = Scorer(trained)
    x = found.encode(frame)
    np.testing.assert_allclose(found.margin(x), found.booster.predict(x, raw_score=True), rtol=0, atol=1e-9)
    shap = found.booster.predict(x, pred_contrib=True)
    np.testing.assert_allclose(np.column_stack(found.contributions(x)), shap, rtol=0, atol=1e-9)


def test_scoring_and_explaining_need_no_lightgbm(trained, invented, tmp_path):
    invented(50)[0].to_parquet(tmp_path / "frame.parquet")
    code = """
import sys
import pandas as pd
from pathlib import Path
from models.scorer import Scorer
scorer, frame = Scorer(Path(sys.argv[1])), pd.read_parquet(sys.argv[2])
assert len(scorer.score(frame)[1]) == len(scorer.reasons(frame, 3)) == len(scorer.cannot_say(frame)) == 50
assert "lightgbm" not in sys.modules
scorer.booster
assert "lightgbm" in sys.modules
"""
    command = [sys.executable, "-c", code, str(trained), str(tmp_path / "frame.parquet")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def other(invented, knobs, schema_for, tmp_path_factory):
    """The maker of a model with other knobs: `(**knobs) -> folder`."""

    def make(**more):
        frame, y = invented(3000)
        schema = schema_for(frame)
        turned = replace(knobs, **more)
        x = encode(frame, schema)
        booster = train.fit(x, y, schema, turned)
        tables = compile.compile_booster(booster, turned.pairs) if turned.additive else None
        folder = tmp_path_factory.mktemp("other") / "model"
        scorer.save(folder, booster, schema, calibrate.fit(booster.predict(x, raw_score=True), y), {}, tables)
        return folder

    return make


def test_the_unconstrained_form_scores_and_explains_through_its_trees(other, invented):
    folder = other(additive=False)
    assert not (folder / "tables.json").exists()
    found, frame = Scorer(folder), invented(300, seed=10)[0]
    assert found.tables is None
    x = found.encode(frame)
    np.testing.assert_array_equal(found.margin(x), found.booster.predict(x, raw_score=True))
    effects, bias = found.contributions(x)
    np.testing.assert_allclose(effects.sum(axis=1) + bias, found.margin(x), rtol=0, atol=1e-9)
    assert (found.reasons(frame, 2)["reason_1"] != "").all()
    assert [len(part) for part in (found.margin(x[:0]), *found.contributions(x[:0]))] == [0, 0, 0]
    assert found.cannot_say(frame.assign(wage=np.nan)).all()


def test_reasons_of_a_model_with_a_pair_name_features(other, invented):
    found = Scorer(other(pairs=[["points", "trade"]], trees=100))
    assert found.tables.tables[-1].features == ["points", "trade"]
    frame, _ = invented(300, seed=11)
    told = found.reasons(frame, 4)
    assert set(told["reason_1"]) <= set(found.schema.names)
    x = found.encode(frame)
    effects, bias = found.contributions(x)
    np.testing.assert_allclose(effects.sum(axis=1) + bias, found.booster.predict(x, raw_score=True), rtol=0, atol=1e-9)


def test_where_too_little_is_known_the_model_says_so(trained, invented):
    frame, _ = invented(6, seed=12)
    frame = frame.assign(points=np.float32(20), trade="smith")
    frame.loc[1, "points"] = np.nan  # learnt: training cases had that gap
    frame.loc[2, "wage"] = np.nan  # no training case had it
    frame.loc[3, "trade"] = None  # a missing category has a code of its own
    frame.loc[4] = [np.nan, np.nan, np.nan, None]
    found = Scorer(trained)
    assert found.cannot_say(frame).tolist() == [False, False, True, False, True, False]
    assert found.cannot_say(frame.iloc[:0]).shape == (0,)


def test_what_the_model_says_of_a_case(trained, invented):
    found, (frame, _) = Scorer(trained), invented(2000, seed=13)
    x = found.encode(frame)
    said = found.assess(x)
    assert list(said.columns) == ["score", "raw", "low", "high", "doubt", "why_doubt"]
    raw, probability = found.score(frame)
    np.testing.assert_array_equal(said["raw"], raw)
    np.testing.assert_array_equal(said["score"], probability)
    assert (said["low"] <= said["score"]).all() and (said["score"] <= said["high"]).all()
    assert said["doubt"].equals(said["why_doubt"] != "") and set(said["why_doubt"]) == {"", "wide"}
    np.testing.assert_array_equal(said["doubt"], said["high"] - said["low"] > found.doubt.width)
    assert 0.05 < said["doubt"].mean() < 0.15
    halves = [found.assess(x[:700]), found.assess(x[700:])]
    pd.testing.assert_frame_equal(pd.concat(halves, ignore_index=True), said, check_exact=True)
    nobody = found.assess(x[:0])
    assert len(nobody) == 0 and nobody.dtypes.equals(said.dtypes)


def test_nothing_known_at_all_is_flagged_and_has_no_interval(trained, invented):
    frame, _ = invented(3, seed=14)
    frame = frame.assign(points=np.nan, offences=np.nan, wage=np.nan, trade=None)
    said = Scorer(trained).assess(Scorer(trained).encode(frame))
    assert said["doubt"].all() and set(said["why_doubt"]) == {"cannot_say"}
    assert said[["low", "high"]].isna().all(axis=None) and np.isfinite(said["score"]).all()


def test_a_model_without_members_gives_no_interval_and_still_says_what_it_cannot(other, invented):
    frame, _ = invented(20, seed=15)
    frame.loc[3, "wage"] = np.nan  # no training case lacked it
    for folder in (other(additive=False), other()):
        found = Scorer(folder)
        assert found.doubt is None and not (folder / "doubt.json").exists()
        said = found.assess(found.encode(frame))
        assert said[["low", "high"]].isna().all(axis=None)
        assert said["why_doubt"].tolist() == ["cannot_say" if row == 3 else "" for row in range(20)]
        assert said["doubt"].tolist() == [row == 3 for row in range(20)]
