"""The page: first a plain sentence, every picture inside it, nothing loaded from elsewhere, three languages."""

import re
import shutil

import pytest
from playwright.sync_api import sync_playwright

from pipeline.core.messages import Words
from pipeline.policy.diff_page import render
from pipeline.policy.flips import towards

pytest_plugins = ["tests.policy.dry_run"]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def page(compared):
    return render(compared, Words("en"))


def test_the_first_thing_is_a_plain_sentence(page, compared):
    text, ways = page[0], {name: int(n) for name, n in towards(compared.counts.matrix).items()}
    said = (
        f"Of 600 files, {ways['held']} would newly be held for an officer, {ways['ask']} would newly wait for a paper or an "
        f"answer, and {ways['proceed']} would newly go on. {600 - compared.flipped} would stay as they are."
    )
    assert said in text and text.index(said) < text.index("<table")


def test_it_is_self_contained(page):
    text, pictures = page
    assert set(pictures) == {"flows.png", "groups.png", "interviews.png", "reviews.png"}
    assert text.count("data:image/png;base64,") == 2 * len(pictures) and "<script" not in text
    assert not re.search(r'(?:src|href|srcset)="(?!data:|#)', text)
    assert "http" not in re.sub(r"data:image/png;base64,[A-Za-z0-9+/=]+", "", text)


def test_status_laws_and_concerns_are_shown(page, compared):
    text = page[0]
    assert "SYNTHETIC; points are PROVISIONAL" in text
    for side in (compared.old, compared.new):
        assert side.law.label in text and side.law.version in text
    assert "A person must accept this before the law is released:" in text and "change their verdict" in text


def test_every_table_has_a_caption_and_headers(page):
    tables = re.findall(r"<table.*?</table>", page[0], flags=re.S)
    assert len(tables) > 10
    for table in tables:
        assert "<caption" in table and 'scope="col"' in table and 'scope="row"' in table
    assert all('alt=""' not in image for image in re.findall(r"<img[^>]*>", page[0]))


def test_no_flip_says_so(whole):
    text, pictures = render(whole.compare(whole.folder, whole.folder), Words("en"))
    assert "Of 600 files, none would change." in text and "No file changes its verdict." in text
    assert "The two folders say the same." in text and "groups.png" not in pictures


def test_an_empty_intake_and_no_interviews(fresh):
    quiet = fresh.law("quiet", lambda documents: documents["programme"].update(interviews=False))
    text, pictures = render(fresh.lay(fresh.register(0)).compare(fresh.folder, quiet), Words("en"))
    assert (
        "The intake is empty." in text
        and "No interviews are held in this programme." in text
        and set(pictures) == {"flows.png"}
    )


def test_unknown_capacity_is_said(fresh):
    frames = fresh.register(100)
    frames["shifts"] = frames["shifts"].iloc[:0]
    text, _ = render(fresh.lay(frames).compare(fresh.folder, fresh.law("strict", fresh.higher)), Words("en"))
    assert "Cannot tell how long people wait" in text


def test_a_change_of_points_is_told_in_steps(fresh):
    def edit(documents):
        documents["points"]["criteria"]["years"]["bands"][1]["points"] = 20

    text, _ = render(fresh.lay(fresh.register(100)).compare(fresh.folder, fresh.law("other", edit)), Words("en"))
    assert (
        "1\u201349 points fewer" in text
        and "as many points as before" in text
        and "cannot tell: a fact is missing" in text
    )


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_other_languages(compared, page, lang):
    text, _ = render(compared, Words(lang))
    bare = re.sub(
        r"<style>.*?</style>|data:image/png;base64,[A-Za-z0-9+/=]+|<code>.*?</code>|<[^>]*>", " ", text, flags=re.S
    )
    assert f'<html lang="{lang}">' in text and "SYNTHETIC" in bare
    for english in (" files ", " before ", " after ", "officer", "withheld", " points fewer"):
        assert english not in bare


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: install it to look at the page")
@pytest.mark.slow
def test_it_fits_a_telephone_and_a_screen(compared, tmp_path):
    for lang in ("en", "ru", "kk"):
        (tmp_path / f"{lang}.html").write_text(render(compared, Words(lang))[0], encoding="utf-8")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        try:
            for lang in ("en", "ru", "kk"):
                for width in (390, 1280):
                    shown = browser.new_page(viewport={"width": width, "height": 900})
                    shown.goto((tmp_path / f"{lang}.html").as_uri())
                    assert shown.evaluate("document.documentElement.scrollWidth") <= width, (lang, width)
                    shown.close()
        finally:
            browser.close()
