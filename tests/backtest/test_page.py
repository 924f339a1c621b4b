"""The page: self-contained, in three languages, and every figure that the pictures show stands in a table."""

import re
from dataclasses import replace

import pytest

from models.rolling import EXPANDING
from pipeline.backtest import page
from pipeline.backtest.told import Teller
from pipeline.core.messages import LANGUAGES, Words


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_stands_alone(walked, verdicts, lang):
    text, pictures = page.render(walked, verdicts, Words(lang))
    assert f'<html lang="{lang}">' in text and "<script" not in text
    assert not re.search(r'(?:src|href|srcset)="(?!data:|#)', text)
    assert set(pictures) == {"auc.png", "cost.png", "precision.png"}
    teller = Teller(walked, Words(lang))
    assert "SYNTHETIC" in text and teller.rung("additive_pairs") in text
    for split in walked.splits:
        for figures in split.rungs.values():
            assert teller.auc(figures["auc"]) in text


def test_the_first_thing_said_is_the_cost(walked, verdicts):
    text, _ = page.render(walked, verdicts, Words("en"))
    told = Teller(walked, Words("en")).cost(verdicts[EXPANDING])
    assert text.index(told.split("(")[0]) < text.index("<figure")
    assert text.count('class="picked"') == 2  # one a window


def test_without_truth_no_regret_is_shown(walked, verdicts):
    real = replace(walked, register=replace(walked.register, truth=None))
    assert "Regret" in page.render(walked, verdicts, Words("en"))[0]
    assert "Regret" not in page.render(real, verdicts, Words("en"))[0]
