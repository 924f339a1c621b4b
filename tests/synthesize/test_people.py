"""Persons: papers that agree with the person, margins as published, latent traits independent of who one is."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from pipeline.core.checkdigits import iin_valid, mrz_td3_valid
from pipeline.synthesize import figures, people

DAY = 20_634  # 2026-06-30


def test_iin_agrees_with_birth_and_sex(past: SimpleNamespace):
    rows = past.persons.dropna(subset="iin")
    birth = pd.to_datetime(rows["birth_date"])
    assert iin_valid(rows["iin"]).all()
    assert (rows["iin"].str[:6] == birth.dt.strftime("%y%m%d")).all()
    digit = np.where(birth.dt.year < 2000, 3, 5) + (rows["sex"] == "f")
    assert (rows["iin"].str[6].astype(int) == digit).all()
    assert past.persons["iin"].isna().mean() == pytest.approx(figures.NO_IIN.value, abs=0.03)


def test_the_zone_agrees_with_the_passport(past: SimpleNamespace):
    rows = past.persons.dropna(subset="mrz_line2")
    assert mrz_td3_valid(rows["mrz_line2"]).all()
    assert (rows["mrz_line2"].str[:9] == rows["passport_no"]).all()
    assert (rows["mrz_line2"].str[13:19] == pd.to_datetime(rows["birth_date"]).dt.strftime("%y%m%d")).all()
    assert (rows["mrz_line2"].str[20] == rows["sex"].str.upper()).all()
    assert (rows["mrz_line2"].str[21:27] == pd.to_datetime(rows["passport_expires_on"]).dt.strftime("%y%m%d")).all()
    assert (rows["mrz_line2"].str[10:13].str.rstrip("<") == rows["citizenship"].replace("DEU", "D")).all()
    assert rows["mrz_line2"].isna().sum() == rows["passport_no"].isna().sum()


def test_numbers_are_unique_across_chunks(past: SimpleNamespace, waiting: SimpleNamespace):
    both = pd.concat([past.persons, waiting.persons])
    for column in ("person_id", "iin", "passport_no"):
        assert not both[column].dropna().duplicated().any()


def test_margins_are_the_published_ones():
    rng = np.random.default_rng(0)
    drawn = people.draw(rng, 1, *2 * [np.full(60_000, DAY - 400)])  # 2025
    origin = np.bincount(drawn.origin, minlength=len(people.CITIZENSHIPS)) / len(drawn)
    assert origin == pytest.approx(figures.origin_shares(2025), abs=0.01)
    region = np.bincount(drawn.region, minlength=20) / len(drawn)
    assert region == pytest.approx(figures.region_shares(), abs=0.01)
    china = drawn.origin == people.CITIZENSHIPS.index("CHN")
    assert drawn.ethnic[china].mean() == pytest.approx(0.985, abs=0.01)
    education = np.bincount(drawn.education[drawn.ethnic], minlength=5) / drawn.ethnic.sum()
    assert education == pytest.approx([figure.value for figure in figures.EDUCATION_KANDAS.values()], abs=0.01)
    age = drawn.age(np.full(len(drawn), DAY - 400))
    assert age.min() >= 18
    assert ((age >= 60).mean()) == pytest.approx(0.12, abs=0.01)


def test_latent_traits_do_not_depend_on_who_one_is():
    drawn = people.draw(np.random.default_rng(1), 1, *2 * [np.full(60_000, DAY - 400)])
    for group in (drawn.ethnic, drawn.female, drawn.disability, drawn.compatriot, drawn.origin == 1):
        for trait in (drawn.disposition, drawn.skill):
            gap = trait[group].mean() - trait[~group].mean()
            assert abs(gap) < 5 * np.sqrt(1 / group.sum() + 1 / (~group).sum())


def test_choose_follows_the_shares():
    assert people.choose(np.array([1.0, 3.0]), np.array([0.0, 0.24, 0.26, 0.99])).tolist() == [0, 0, 1, 1]
