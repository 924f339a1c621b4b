"""The page: all questions, self-contained, the same bytes again, three languages, no protected attribute, narrow screens."""

import re
import shutil
from dataclasses import replace

import pytest
from playwright.sync_api import sync_playwright

from pipeline.core import programme as programmes
from pipeline.core.messages import LANGUAGES, Words
from pipeline.model import compare, points, published
from pipeline.model.page import render
from tests.models.conftest import invent

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def other(made, paired, plain):
    """A sheet with a pair, and with changes."""
    from models.encode import encode

    frame = invent(2000, 0)[0]
    paired.training.update({"as_of": "2026-06-30", "train_until": "2025-01-01", "cases": {"train": 2000}})
    card = points.card(paired.tables, paired.calibration, 20)
    rows = published.publish(paired, card, encode(frame, paired.schema), 30)
    return replace(
        made, programme=programmes.load("kz_2026"), scorer=paired, published=rows, diff=compare.diff(plain, paired, frame, 20)
    )  # fmt: skip


def test_every_question_has_one_chart_and_a_table(made):
    text = render(made, Words("en"))
    assert (
        text.count('<section class="question"') == len(made.published.questions) == text.count("data:image/png;base64,")
    )
    for question in made.published.questions:
        assert f'id="q-{"-".join(question.names)}"' in text
    assert "<script" not in text and not re.search(r'(?:src|href|srcset)="(?!data:|#)', text)
    assert "Nothing: both models are the same tables." in text
    assert render(made, Words("en")) == text


def test_the_status_is_shown_and_changes_with_both_curves(other):
    text = render(other, Words("en"))
    assert "SYNTHETIC register; points are PROVISIONAL" in text
    assert f"{len(other.diff.changes)} questions changed" in text and "points instead of" in text
    assert "On top of the points in each question" in text and "No training case lacked this answer" in text


def test_a_direction_is_not_claimed_for_a_table_beside_a_pair(other):
    text = render(other, Words("en"))
    card = text[text.index('id="q-points"') :].partition("</section>")[0]
    assert "Declared" not in card
    assert "Declared: more never raises" in text[text.index('id="q-offences"') :].partition("</section>")[0]


def test_without_later_cases_it_says_so(made):
    text = render(replace(made, loss=None, diff=None), Words("en"))
    assert "the loss could not be measured" in text and "What changed since" not in text
    one = {**made.loss, "auc_loss": None, "auc_loss_low": None, "auc_loss_high": None}
    assert "cannot be said" in render(replace(made, loss=one), Words("en"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_speaks_the_language(other, lang):
    text = render(other, Words(lang))
    assert f'<html lang="{lang}">' in text and ("How to read it." in text) == (lang == "en")


def test_every_table_has_a_caption(other):
    tables = re.findall(r"<table.*?</table>", render(other, Words("ru")), flags=re.S)
    assert len(tables) > 5 and all("<caption" in table and 'scope="col"' in table for table in tables)


@pytest.mark.skipif(CHROMIUM is None, reason="no browser")
def test_nothing_runs_off_a_narrow_screen(other, tmp_path):
    path = tmp_path / "index.html"
    path.write_text(render(other, Words("kk")), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for width in (1280, 390):
            page = browser.new_page(viewport={"width": width, "height": 900})
            page.goto(path.as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        browser.close()
