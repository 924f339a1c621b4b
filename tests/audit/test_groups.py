import numpy as np
import pandas as pd
import pytest

from pipeline.audit import groups
from pipeline.core import programme
from pipeline.core.programme import Group

TITLE = {"kk": "а", "ru": "а", "en": "a"}


def group(**more: object) -> Group:
    return Group.model_validate({"from": "persons.x", "title": TITLE, **more})


def keys(values: pd.Series, **more: object) -> list[str]:
    return groups.keys(group(**more), values, np.full(len(values), np.datetime64("2026-06-30"))).tolist()


def test_ages_are_complete_years_on_the_day():
    births = pd.Series(pd.to_datetime(["2008-06-30", "2008-07-01", "1966-06-30", "1966-07-01", None])).astype(
        "datetime64[s]"
    )
    assert keys(births, bands=[18, 60]) == ["18-59", "<18", "60+", "18-59", "not stated"]


def test_a_birthday_of_29_february_is_reached_on_1_march():
    births = pd.Series(pd.to_datetime(["2008-02-29", "2008-02-29"])).astype("datetime64[s]")
    day = np.array(["2026-02-28", "2026-03-01"], dtype="datetime64[D]")
    assert groups.keys(group(bands=[18]), births, day).tolist() == ["<18", "18+"]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (pd.Series(["f", "m", None, " "], dtype="str"), ["f", "m", "not stated", "not stated"]),
        (pd.Series([True, False, None], dtype="boolean"), ["yes", "no", "not stated"]),
        (pd.Series([1, 2, None], dtype="Int64"), ["1", "2", "not stated"]),
        (pd.Series([1.5, np.nan]), ["1.5", "not stated"]),
        (pd.Series([None, None], dtype="object"), ["not stated", "not stated"]),
    ],
)
def test_missing_is_a_group_of_its_own(values, found):
    assert keys(values) == found


def test_bands_of_numbers():
    assert keys(pd.Series([0.2, 0.5, 1.0, np.nan]), bands=[0.5, 1]) == ["<0.5", "0.5-<1", "1+", "not stated"]
    assert groups.band_keys([18, 25, 60]) == ["<18", "18-24", "25-59", "60+"]


def test_declared_groups_exist_before_any_case():
    loaded = programme.load("kz_2026")
    assert groups.declared(loaded, loaded.groups["sex"]) == ["f", "m"]
    assert groups.declared(loaded, loaded.groups["disability"]) == ["yes", "no"]
    assert groups.declared(loaded, loaded.groups["age"])[0] == "<18"
    assert groups.declared(loaded, loaded.groups["citizenship"]) == []
    assert len(groups.declared(loaded, loaded.groups["office"])) == 20


def test_every_case_has_one_group_in_every_attribute():
    facts = pd.DataFrame({"a": pd.Series(["x", None], dtype="str"), "b": pd.Series([None, True], dtype="boolean")})
    found = groups.assign({"a": group(), "b": group()}, facts, np.full(2, np.datetime64("2026-06-30")))
    assert found.notna().all(axis=None)
    assert found.shape == (2, 2)
