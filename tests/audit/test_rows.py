import pytest

from pipeline.audit import labels, queue, readings
from pipeline.audit.rows import Speaker
from pipeline.core.messages import Words

SELECTION = queue.metrics()["selection"][0]
ROW = {
    "n": 214, "numerator": 23, "denominator": 214, "value": 0.107476, "low": 0.0727, "high": 0.156, "rest_value": 0.0767,
    "rest_low": 0.0651, "rest_high": 0.0902, "gap": 0.0308, "gap_low": -0.0159, "gap_high": 0.0989, "gap_confidence": 0.99,
    "tolerance": 0.05, "minimum_detectable_gap": 0.11, "verdict": "NOT ENOUGH DATA", "reason": readings.OPEN, "suppressed": False,
}  # fmt: skip
COVERED = {name: None for name in ROW} | {"verdict": "NOT ENOUGH DATA", "reason": readings.TOO_FEW, "suppressed": True}


@pytest.fixture(params=["en", "ru", "kk"])
def speaker(request: pytest.FixtureRequest) -> Speaker:
    words = Words(request.param)
    return Speaker(words, labels.Numbers(words), 0.95)


def test_the_counts_behind_a_verdict():
    words = Words("en")
    said = Speaker(words, labels.Numbers(words), 0.95).sentences(ROW, SELECTION)
    assert said == [
        readings.OPEN,
        "214 cases of the queue are in this group.",
        "This group: 10.7%, between 7.3% and 15.6% (95% confidence).",
        "All others: 7.7%, between 6.5% and 9.0% (95% confidence).",
        "Gap: +3.1 points, between \u22121.6 points and +9.9 points (at 99%, as many groups are compared).",
        "Tolerated is a gap of up to 5.0 points.",
        "With this many cases, a true gap of 11.0 points would be called FAIL 4 times out of 5.",
    ]


def test_a_covered_row_says_no_number(speaker):
    said = " ".join(speaker.sentences(COVERED, SELECTION)) + speaker.headline(COVERED, SELECTION)
    assert not any(letter.isdigit() for letter in said)


def test_every_language_has_all_verdicts(speaker):
    words = [speaker.word(verdict) for verdict in readings.VERDICTS]
    assert len(set(words)) == 4
    assert all(speaker.means(verdict) for verdict in readings.VERDICTS)
    assert all(speaker.better(metric) for metric, _ in queue.metrics().values())
    assert speaker.of(ROW, SELECTION)
    assert speaker.between(ROW, SELECTION)
