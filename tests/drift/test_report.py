import json
import math

from pipeline.drift import report
from pipeline.drift.watch import watch


def test_it_is_written_whole_and_the_same_again(draw, knobs, tmp_path):
    found = watch(draw(1), knobs)
    target = report.write(found, tmp_path, "ru")
    first = {path.name: path.read_bytes() for path in target.iterdir()}
    assert target == tmp_path / "data/out/kz_2026/drift" and {"index.html", "drift.json", "score.png"} <= set(first)
    assert {path.name: path.read_bytes() for path in report.write(found, tmp_path, "ru").iterdir()} == first
    assert [path.name for path in target.parent.iterdir()] == ["drift"]


def test_the_record_holds_every_check_and_no_nan(draw, knobs):
    made = report.document(watch(draw(2, now=30), knobs))
    assert sum(made["verdicts"].values()) == len(made["checks"]) and made["limits"] == knobs.model_dump()
    json.dumps(made, allow_nan=False)
    assert all(check["p"] is None or math.isfinite(check["p"]) for check in made["checks"])
