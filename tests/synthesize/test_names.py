"""Invented names."""

import re

import numpy as np

from pipeline.synthesize import names

SCRIPTS = {"CYRILLIC", "LATIN", "CJK", "GEORGIAN", "ARABIC"}


def test_every_name_fits_into_a_line_of_csv():
    for words in (*names.WORDS.values(), names.PATRONYMICS):
        assert all(re.fullmatch(r"[^,\"\n\r]+", word) for word in words.to_pylist())


def test_latin_forms_are_capitals_of_the_passport():
    for words in ("surname_latin", "given_latin"):
        assert all(re.fullmatch(r"[A-Z]+", word) for word in names.WORDS[words].to_pylist())
    assert len(names.WORDS["surname"]) == len(names.WORDS["surname_latin"])
    assert len(names.WORDS["given"]) == len(names.WORDS["given_latin"])


def test_several_scripts_are_there():
    import unicodedata

    letters = {unicodedata.name(word[0]).split()[0] for word in names.WORDS["surname"].to_pylist()}
    assert letters == SCRIPTS


def test_fold_collapses_the_letters_only_kazakh_has():
    assert names.fold("Қиялұлы Өрнекгүл") == "Киялулы Орнекгул"
    assert names.latin("Үлгібаев") == "ULGIBAEV"


def test_each_person_gets_names_of_the_own_script_and_sex():
    script = np.repeat(np.arange(10), 40)
    female = np.tile([False, True], 200)
    drawn = names.draw(np.random.default_rng(0), script, female)
    surname = names.WORDS["surname"].take(drawn["surname"]).to_pylist()
    kazakh_women = [
        name for name, kind, woman in zip(surname, script, female, strict=True) if kind == names.KAZAKH and woman
    ]
    assert all(name.endswith(("ева", "ова", "қызы")) for name in kazakh_women)
    assert set(np.flatnonzero(drawn["patronymic"] >= 0)) <= set(np.flatnonzero(script <= names.RUSSIAN))
    assert (drawn["given"] >= 0).all()
