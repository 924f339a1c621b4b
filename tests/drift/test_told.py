from dataclasses import replace

import numpy as np
import pytest

from pipeline.core.messages import Words
from pipeline.drift.told import Teller
from pipeline.drift.watch import watch


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
@pytest.mark.parametrize("now", [0, 20, 500])
def test_every_check_has_words_in_every_language(draw, knobs, lang, now):
    found = watch(draw(1, now=now), knobs)
    teller = Teller(found, Words(lang))
    for check in found.checks:
        said = [teller.sentence(check), teller.kind(check.name), teller.subject(check), teller.verdict(check.verdict)]
        assert all(said) and not any("{" in text for text in said)


def test_it_names_the_office_and_says_how_long_to_wait(draw, knobs):
    intake = draw(2)
    young = replace(intake, current=replace(intake.current, label=np.full(500, np.nan)))
    found = watch(replace(young, as_of=intake.current.last), knobs)
    teller = Teller(found, Words("en"))
    said = {check.name: teller.sentence(check) for check in found.checks}
    assert "No outcome of these cases has matured. The first can on 30 January 2026, in about 23 months" in said["calibration"]  # fmt: skip
    offices = [teller.subject(check) for check in found.checks if check.name == "volume"]
    assert offices[0] == "All offices" and "Astana" in offices


def test_a_large_change_that_may_be_chance_says_so(draw, knobs):
    found = watch(draw(3), knobs)
    check = replace(found.checks[0], beyond=True, verdict="quiet")
    assert "may be chance" in Teller(found, Words("en")).sentence(check)
    assert "may be chance" not in Teller(found, Words("en")).sentence(found.checks[0])
