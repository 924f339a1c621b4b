"""The page: the verdict, every figure, text to paste, in three languages; whole in itself and the same bytes each time."""

import re
from dataclasses import replace

import pytest

from pipeline.core.messages import LANGUAGES, Words
from pipeline.tuning import page
from tests.tuning.test_result import lifted


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_whole_in_itself_and_repeatable(result, tmp_path, lang):
    for name in ("first", "second"):
        page.write(result, tmp_path / name, lang)
    files = sorted(path.name for path in (tmp_path / "first").iterdir())
    assert files == ["best.yaml", "history.png", "index.html", "slices.png", "trials.csv"]
    for name in files:
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()
    text = (tmp_path / "first" / "index.html").read_text(encoding="utf-8")
    assert f'<html lang="{lang}">' in text and "<script" not in text
    assert not re.search(r'(src|href|srcset)="(?!data:|#)', text)
    assert Words(lang)(result.programme.status) in text
    assert result.command in text and "train:\n" in text


def test_every_figure_stands_on_the_page(result, tmp_path):
    page.write(result, tmp_path / "out", "en")
    text = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    for measure in ("log_loss", "auc"):
        assert f"{result.best.mean(measure):.4f}" in text and f"{result.present.mean(measure):.4f}" in text
    for fold, best in zip(result.folds, result.best.folds["log_loss"], strict=True):
        assert f"{best:.4f}" in text and f"{len(fold.check.y):,}" in text and str(fold.since)[:10] in text
    for name, value in result.best.settings.items():
        assert f"train.{name}" in text and f"<strong>{value:g}</strong>" in text


@pytest.mark.parametrize(
    ("by", "auc", "said"),
    [
        (0.01, 0, "worth a try"),
        (0, 0, "no trial beats them by more than noise"),
        (0.01, -0.01, "what is won by one measure is lost by the other"),
    ],
)
def test_the_headline_follows_the_intervals(result, tmp_path, by, auc, said):
    page.write(lifted(result, by, auc), tmp_path / "out", "en")
    text = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert said in text.split('class="headline">')[1].split("</p>")[0]


def test_a_name_with_marks_of_html_stays_text(result, tmp_path):
    titles = dict.fromkeys(("kk", "ru", "en"), "<b>Permits & more</b>")
    page.write(replace(result, programme=result.programme.model_copy(update={"title": titles})), tmp_path / "out", "en")
    text = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "<b>Permits" not in text and "&lt;b&gt;Permits &amp; more" in text
