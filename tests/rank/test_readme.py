"""What the lists say about themselves, in three languages: status, salt, order, and what a score does not mean."""

from dataclasses import replace

import pytest

from pipeline.core.messages import Words
from pipeline.rank import readme


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_every_list_says_what_it_is(head, lang):
    words = Words(lang)
    said = readme.paragraphs(head(words), words)
    assert len({heading for heading, _ in said}) == len(said) and all(heading and text for heading, text in said)
    whole = " ".join(text for _, text in said)
    for part in ("SYNTHETIC", "PROVISIONAL", "qonys-salt", "SHA-256", "Who still lived here", "0a1b2c"):
        assert part in whole
    assert "{" not in whole


def test_the_pages_find_their_explanation_by_its_heading(head):
    words = Words("en")
    said = dict(readme.paragraphs(head(words), words))
    for heading in ("Held for an officer", "Incomplete"):
        assert "not by score" in said[heading]
    assert "no ground for a refusal" in said["What a score does not mean"]
    assert "no promise" in said["What would change a reason"] and "person" in said["Not sure: a person first"]


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_the_random_review_is_told_where_there_is_one(head, lang):
    words = Words(lang)
    plain = head(words)
    heading = words("Random review")
    assert heading not in dict(readme.paragraphs(plain, words))
    told = dict(readme.paragraphs(replace(plain, review="drawn by a seed"), words))
    assert told[heading] == "drawn by a seed"
