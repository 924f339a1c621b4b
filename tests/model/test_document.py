"""The CSV files are the model: whoever reads them gets the same score and the same points."""

import csv
import json
from io import StringIO

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.encode import encode
from pipeline.core import programme as programmes
from pipeline.core.messages import Words
from pipeline.model import document, points
from pipeline.model.published import publish
from pipeline.model.sheet import Sheet


def sheet_of(model, frame):
    card = points.card(model.tables, model.calibration, 20)
    published = publish(model, card, encode(frame, model.schema), 30)
    return Sheet(programmes.load("kz_2026"), "0" * 12, model, published, None, None, "", 30)


def read(text):
    return list(csv.DictReader(StringIO(text)))


def lies(line, end, value, known):
    """Whether the value lies in the line; `end` is `` or `_2`. Only the file is asked."""
    kinds = line[f"kind{end}"].split(" | ")
    if value is None:
        return "missing" in kinds
    if kinds == ["number"]:
        above, up_to = line[f"above{end}"], line[f"up_to{end}"]
        return (not above or value > float(above)) and (not up_to or value <= float(up_to))
    values = (line.get(f"value{end}") or line.get(f"values{end}") or "").split(" | ")
    return value in values if value in known else "other" in kinds


def total(lines, column, number, person):
    """`constant` and one row of each table, added in their order."""
    known = {part for line in lines for key in ("value", "values") for part in (line.get(key) or "").split(" | ")}
    [start] = [line for line in lines if line["kind"] == "constant"]
    found = number(start[column])
    for table in sorted({int(line["table"]) for line in lines} - {0}):
        rows = [line for line in lines if int(line["table"]) == table]
        [row] = [
            line for line in rows
            if lies(line, "", person[line["feature"]], known)
            and (not line["feature_2"] or lies(line, "_2", person[line["feature_2"]], known))
        ]  # fmt: skip
        found += number(row[column])
    return found


wide = st.one_of(st.none(), st.floats(-1e6, 1e6, width=32), st.integers(-3, 60).map(float))
people = st.fixed_dictionaries({
    "points": wide, "offences": st.integers(0, 9).map(float), "wage": st.floats(0, 30, width=32),
    "trade": st.sampled_from([None, "smith", "baker", "miller", "weaver", "a trade never seen"]),
})  # fmt: skip


@pytest.fixture(scope="module", params=["plain", "paired"])
def written(request):
    from tests.models.conftest import invent

    made = sheet_of(request.getfixturevalue(request.param), invent(2000, 0)[0])
    en = Words("en")
    return made, read(document.exact_csv(made, en)), read(document.points_csv(made, en))


@given(person=people)
@settings(max_examples=60, deadline=None)
def test_the_files_are_the_score(written, person):
    made, exact, whole = written
    frame = pd.DataFrame({
        name: pd.Series([value], dtype="str" if name == "trade" else "float32") for name, value in person.items()
    })  # fmt: skip
    x = encode(frame, made.scorer.schema)
    assert total(exact, "effect", float, person) == made.scorer.margin(x)[0]
    assert total(whole, "points", int, person) == made.published.card.points(x)[0]


def test_shares_add_up_and_few_people_are_not_told(written):
    _, exact, _ = written
    shares = [float(line["share"]) for line in exact if line["table"] == "1" and line["share"]]
    assert sum(shares) == pytest.approx(1, abs=0.1)
    assert all(
        share == 0 or share >= 30 / 2000 - 0.0005 for line in exact if line["share"] for share in [float(line["share"])]
    )


def test_answers_are_in_words(written):
    _, exact, whole = written
    assert {"smith", "any other value", "not stated"} <= {line["answer"] for line in exact}
    assert all(line["answer"] and line["question"] for line in exact + whole if line["table"] != "0")


def test_the_record_holds_everything_and_no_nan(made):
    found = document.document(made)
    text = json.dumps(found, allow_nan=False)
    assert found["programme"] == "perm_2016" and found["model"] in text and found["loss"]["n"] > 0
    assert found["against"]["changes"] == [] and found["points"]["to_double_odds"] == 20
    rows = [row for question in found["questions"] for row in question["rows"]]
    assert len(rows) == sum(len(question.rows) for question in made.published.questions)
    assert all(isinstance(row["points"], int) and np.isfinite(row["effect"]) for row in rows)


def test_the_record_tells_a_change(plain, paired, cases):
    from dataclasses import replace

    from pipeline.model.compare import diff

    made = replace(sheet_of(paired, cases[0]), diff=diff(plain, paired, cases[0], 20), before="f" * 12)
    paired.training.update({"as_of": "2026-06-30", "train_until": "2025-01-01", "cases": {"train": 2000}})
    found = document.document(made)["against"]
    assert found["model"] == "f" * 12 and found["changes"][0]["mean_change_in_points"] > 0
    assert {"old", "new", "answers"} <= set(found["changes"][0]["widest"])
