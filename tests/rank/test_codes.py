"""The code book: one line a code, in three languages, nothing twice."""

import csv

from pipeline.rank import codes


def test_every_feature_has_a_code_each_way_in_three_languages(features, tmp_path):
    codes.write(tmp_path / "reasons.csv", features)
    with (tmp_path / "reasons.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    found = {row["code"]: row for row in rows}
    assert len(found) == len(rows) == 2 * len(features)
    assert list(found) == [f"{name.upper()}{way}" for name in sorted(features) for way in "+-"]
    one = found["BEST_LISTENING-"]
    assert (one["feature"], one["way"], one["theme"], one["change"]) == ("best_listening", "-", "language", "more")
    assert one["meaning_en"] == features["best_listening"].meaning and "аудированию" in one["meaning_ru"]
    assert one["advice_kk"] == "Қазақ тілі тестін тапсыру"
    assert found["DAYS_SINCE_OFFENCE+"]["advice_en"] == ""


def test_the_same_features_give_the_same_bytes_whatever_their_order(features, tmp_path):
    codes.write(tmp_path / "one.csv", features)
    codes.write(tmp_path / "two.csv", dict(reversed(features.items())))
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
