"""Features do not depend on what was not known yet, on the order of rows, or on how persons are dealt out."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features import sets
from features.asof import as_days
from features.build import Table, build
from features.columns import Recipe
from features.registry import feature

KNOWN_ON = {
    "persons": "registered_on", "language_tests": "published_on", "questionnaires": "submitted_on",
    "documents": "received_on", "border_crossings": "recorded_on", "offences": "decided_on",
    "employment": "recorded_on", "labour_demand": "published_on",
}  # fmt: skip
FEW = settings(deadline=None, max_examples=12)
SEEDS = st.integers(0, 10_000)


@dataclass
class Choice:
    use: str | None = "kz_2026_v1"
    declare: dict = field(default_factory=dict)


def bits(frame):
    """Every value as bytes, so that 0.0 and -0.0, or two kinds of NaN, would differ."""
    return {
        name: frame[name].to_numpy().tobytes() if frame[name].dtype == "float32" else frame[name].fillna("-").tolist()
        for name in frame
    }


def later(register, day, change):
    """The register with the rows of every source that became known after `day` changed by `change`."""
    altered = dict(register)
    for name, known_on in KNOWN_ON.items():
        rows = register[name]
        after = as_days(rows[known_on]) > day
        altered[name] = pd.concat([rows[~after], change(rows[after], known_on)], ignore_index=True)
    return altered


def delete(rows, known_on):
    return rows.head(0)


def shift(rows, known_on):
    return rows.assign(**{known_on: rows[known_on] + pd.Timedelta(days=40)})


def invent(rows, known_on):
    """The same days, but every other value from another row."""
    others = rows.sample(frac=1, random_state=3).reset_index(drop=True)
    return pd.concat([rows, others.assign(**{known_on: rows[known_on].to_numpy()})])


@FEW
@given(SEEDS, st.sampled_from([delete, shift, invent]), st.integers(0, 600))
def test_rows_known_later_change_no_feature(make_register, as_tables, seed, change, after):
    register = make_register(seed, 60)
    day = np.datetime64("2023-02-01") + after
    register["cases"] = register["cases"][as_days(register["cases"]["decision_day"]) <= day]
    altered = later(register, day, change)
    one = build(Choice(), register["cases"], as_tables(register))
    other = build(Choice(), register["cases"], as_tables(altered))
    assert bits(one) == bits(other)


@pytest.mark.parametrize("change", [delete, invent])
def test_time_travel_would_be_caught(make_register, as_tables, change):
    register = make_register(1, 200)
    day = np.datetime64("2023-09-01")
    register["cases"] = register["cases"][as_days(register["cases"]["decision_day"]) <= day]
    altered = later(register, day, change)

    def leaky(tables):  # a source without its knowledge date
        return tables | {"border_crossings": Table("person_id", None, tables["border_crossings"].read)}

    one = build(Choice(), register["cases"], leaky(as_tables(register)))
    other = build(Choice(), register["cases"], leaky(as_tables(altered)))
    assert bits(one)["crossings_24_months"] != bits(other)["crossings_24_months"]
    assert bits(one)["best_listening"] == bits(other)["best_listening"]


@FEW
@given(SEEDS)
def test_the_end_of_a_contract_that_lies_ahead_is_not_looked_at(make_register, as_tables, seed):
    register = make_register(seed, 60)
    jobs = register["employment"]
    last = as_days(register["cases"]["decision_day"]).max()
    ahead = (as_days(jobs["ended_on"]) > last) | jobs["ended_on"].isna().to_numpy()
    assert ahead.any()
    moved = pd.Series(np.where(np.arange(len(jobs)) % 2, last + 5, np.datetime64("NaT")).astype("datetime64[s]"))
    altered = register | {"employment": jobs.assign(ended_on=jobs["ended_on"].mask(ahead, moved))}
    one, other = (build(Choice(), register["cases"], as_tables(each)) for each in (register, altered))
    assert bits(one) == bits(other)


@FEW
@given(SEEDS)
def test_the_order_of_rows_changes_no_bit(make_register, as_tables, seed):
    register = make_register(seed, 60)
    shuffled = {name: rows.sample(frac=1, random_state=seed) for name, rows in register.items() if name != "cases"}
    shuffled["cases"] = register["cases"]
    one, other = (build(Choice(), register["cases"], as_tables(each)) for each in (register, shuffled))
    assert bits(one) == bits(other)


@FEW
@given(SEEDS, st.integers(2, 5))
def test_how_persons_are_dealt_out_changes_no_bit(make_register, as_tables, seed, parts):
    register = make_register(seed, 60)
    whole = build(Choice(), register["cases"], as_tables(register)).set_axis(register["cases"]["application_id"])
    number = {person: place % parts for place, person in enumerate(register["persons"]["person_id"])}
    case_part = dict(zip(register["cases"]["application_id"], register["cases"]["person_id"].map(number), strict=True))
    pieces = []
    for part in range(parts):
        piece = {}
        for name, rows in register.items():
            of = (
                rows["person_id"].map(number)
                if "person_id" in rows
                else rows.get("application_id", pd.Series()).map(case_part)
            )
            piece[name] = rows if name == "labour_demand" else rows[(of == part).to_numpy(dtype=bool)]
        built = build(Choice(), piece["cases"], as_tables(piece))
        pieces.append(built.set_axis(piece["cases"]["application_id"]))
    assert bits(pd.concat(pieces).loc[whole.index]) == bits(whole)


def test_numbers_are_float32_categories_text_and_missing_stays_missing(make_register, as_tables):
    register = make_register(5, 80)
    built = build(Choice(), register["cases"], as_tables(register))
    assert list(built.columns) == list(sets.SETS["kz_2026_v1"])
    for record in sets.describe(Choice()):
        assert str(built[record["name"]].dtype) == ("float32" if record["kind"] == "number" else "str")
    for name in ("best_listening", "education_level", "present_share", "housing", "vacancies_per_seeker"):
        assert 0 < built[name].isna().mean() < 1
    silent = built["questionnaire_missing"] == 1
    assert built.loc[silent, ["education_level", "declared_income", "housing"]].isna().all(axis=None)


def test_no_cases_and_no_events_give_the_same_columns(make_register, as_tables):
    register = make_register(5, 30)
    full = build(Choice(), register["cases"], as_tables(register))
    nobody = build(Choice(), register["cases"].head(0), as_tables(register))
    silence = build(Choice(), register["cases"], as_tables({name: rows.head(0) for name, rows in register.items()}))
    assert list(nobody.dtypes) == list(silence.dtypes) == list(full.dtypes)
    assert len(nobody) == 0
    assert len(silence) == len(full)
    assert silence["offence_count"].eq(0).all()
    assert silence["present_share"].isna().all()


def test_recipes_and_functions_stand_side_by_side(make_register, as_tables):
    register = make_register(5, 30)
    job = Recipe(recipe="category", column="occupation", meaning="Occupation")
    built = build(Choice("kz_2026_v1", {"job": job}), register["cases"], as_tables(register))
    assert list(built.columns) == [*sets.SETS["kz_2026_v1"], "job"]
    assert set(built["job"].dropna()) == {"2221", "7231", "9333"}


def test_an_infinite_number_is_refused(monkeypatch):
    @feature(reads={"cases": "size"})
    def endless(cases):
        """Divides by nothing."""
        return 1 / cases["size"]

    monkeypatch.setattr(sets, "SETS", {"planted": ("endless",)})
    cases = pd.DataFrame({"decision_day": pd.to_datetime(["2024-01-01"]), "size": [0.0]})
    with pytest.raises(ValueError, match="`endless` gave an infinite number"):
        build(Choice("planted"), cases, {}, {"endless": endless.feature})
