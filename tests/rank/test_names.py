"""Names are found by the description of the programme alone, and only where it has them."""

import pandas as pd

from pipeline.core import programme
from pipeline.rank import names


def test_only_a_programme_with_named_persons_has_names():
    assert names.source(programme.load("kz_2026")) == "persons"
    assert names.source(programme.load("perm_2016")) is None
    assert names.columns(programme.load("kz_2026"), "persons") == ["person_id", "surname", "given_name", "latin_name"]


def test_a_name_in_another_script_is_followed_by_its_latin_form():
    persons = pd.DataFrame(
        {
            "person_id": ["P1", "P2", "P3", "P4"],
            "surname": ["Ахметов", "王", "Li", None],
            "given_name": ["Асел", "伟", "Wei", "Нұрғиса"],
            "latin_name": ["AKHMETOV ASSEL", "WANG WEI", "LI WEI", None],
        }
    )
    assert names.full(persons, "person_id").to_dict() == {
        "P1": "Ахметов Асел",
        "P2": "王 伟 (WANG WEI)",
        "P3": "Li Wei",
        "P4": "Нұрғиса",
    }
