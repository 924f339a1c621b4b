"""The page in three languages, the record, and the lines."""

import json
import re

import pytest

from models import tracking
from pipeline.core import params
from pipeline.life import compare, report
from pipeline.stages.evaluate import BOOK


@pytest.fixture(scope="module")
def found(home, kz):
    one, two = tracking.versions(home / BOOK, "kz_2026")
    return compare.run(kz, home, params.load(home), two, one)


def test_the_page_says_it_in_three_languages_and_loads_nothing(found, kz, tmp_path):
    pages = {}
    for lang in ("kk", "ru", "en"):
        target = report.write(kz, found, tmp_path, lang)
        pages[lang] = (target / report.PAGE).read_text()
        assert json.loads((target / report.RECORD).read_text()) == found.figures
        assert (target / report.PICTURE).read_bytes().startswith(b"\x89PNG")
        assert f'lang="{lang}"' in pages[lang] and not re.search(r'(src|href|srcset)="(?!data:|#)', pages[lang])
        assert "<script" not in pages[lang]
    assert len({re.search(r"headline\">([^<]+)", page)[1].split(":")[0] for page in pages.values()}) == 3
    assert "SYNTHETIC" in pages["en"]


def test_the_same_comparison_is_the_same_bytes(found, kz, tmp_path):
    one, other = (report.write(kz, found, tmp_path / each, "en") for each in ("a", "b"))
    assert all(
        (one / name).read_bytes() == (other / name).read_bytes()
        for name in (report.PAGE, report.RECORD, report.PICTURE)
    )


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.01, 0.03, "orders later cases better"),
        (-0.03, -0.01, "worse"),
        (-0.01, 0.01, "No difference"),
        (None, None, "cannot be said"),
    ],
)
def test_the_headline_follows_the_interval(found, kz, tmp_path, low, high, said):
    from dataclasses import replace

    figures = {**found.figures, "auc_difference_low": low, "auc_difference_high": high}
    page = (report.write(kz, replace(found, figures=figures), tmp_path, "en") / report.PAGE).read_text()
    assert said in re.search(r"headline\">([^<]+)", page)[1]
    assert any(("cannot be said" in line) == (low is None) for line in report.lines(figures) if line.startswith("AUC"))


def test_a_model_without_tables_is_said(found, kz, tmp_path):
    from dataclasses import replace

    figures = {**found.figures, "questions_changed": None}
    page = (report.write(kz, replace(found, figures=figures), tmp_path, "en") / report.PAGE).read_text()
    assert "so they cannot be compared" in page
    assert any("a model has none" in line for line in report.lines(figures))
