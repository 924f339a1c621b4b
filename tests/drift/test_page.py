"""The page: a plain sentence first, self-contained, the same bytes again, three languages, narrow screens."""

import re
import shutil
from dataclasses import replace

import numpy as np
import pytest
from playwright.sync_api import sync_playwright

from pipeline.core.messages import Words
from pipeline.drift import pictures
from pipeline.drift.page import render
from pipeline.drift.watch import watch
from pipeline.rank.reasons import YES_NO

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture
def found(draw, knobs):
    intake = draw(1)
    features = intake.current.features.assign(age=intake.current.features["age"] + 10)
    return watch(replace(intake, current=replace(intake.current, features=features)), knobs)


def test_it_says_first_what_rings_and_loads_nothing(found):
    text, pictures = render(found, Words("en"))
    assert "1 of " in text and text.index("checks ring") < text.index("<table")
    assert set(pictures) == {"stability.png", "score.png", "calibration.png", "volume.png", "feature_age.png"}
    assert "SYNTHETIC" in text and "<script" not in text
    assert not re.search(r'(?:src|href|srcset)="(?!data:|#)', text)
    assert render(found, Words("en")) == (text, pictures)


@pytest.mark.parametrize(("lang", "letters"), [("kk", "ДАБЫЛ"), ("ru", "СРАБОТАЛА")])
def test_it_speaks_three_languages(found, lang, letters):
    text, _ = render(found, Words(lang))
    assert letters in text and "RINGS" not in text and f'lang="{lang}"' in text


def test_an_answer_of_yes_or_no_is_drawn_in_words(draw, knobs, monkeypatch):
    seen = []
    monkeypatch.setattr(pictures, "distribution", lambda names, *rest: seen.append(names) or b"")
    intake = draw(3)
    before, now = (
        replace(side, features=side.features.assign(family_size=share(len(side.score))))
        for side, share in ((intake.reference, lambda n: np.arange(n) % 2.0), (intake.current, np.ones))
    )
    described = [
        each.model_copy(update={"unit": YES_NO}) if each.name == "family_size" else each for each in intake.described
    ]
    render(watch(replace(intake, reference=before, current=now, described=described), knobs), Words("ru"))
    assert ["нет", "да"] in [list(names[:2]) for names in seen]


def test_an_empty_intake_has_a_page(draw, knobs):
    text, pictures = render(watch(draw(2, now=0), knobs), Words("en"))
    assert "No case of this window can be checked." in text and "volume.png" in pictures


@pytest.mark.skipif(CHROMIUM is None, reason="no browser on this machine")
def test_it_fits_a_telephone(found, tmp_path):
    path = tmp_path / "index.html"
    path.write_text(render(found, Words("kk"))[0], encoding="utf-8")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 800})
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        browser.close()
