import pytest

from pipeline.audit import labels
from pipeline.core import programme
from pipeline.core.messages import Words


@pytest.fixture(scope="module")
def kz() -> programme.Programme:
    return programme.load("kz_2026")


def test_numbers_in_three_languages():
    english, russian = labels.Numbers(Words("en")), labels.Numbers(Words("ru"))
    assert english.value(0.12345, "share") == "12.3%"
    assert english.gap(-0.0312, "share") == "\u22123.1 points"
    assert english.gap(0.05, "share", signed=False) == "5.0 points"
    assert english.value(31.24, "days") == "31.2 days"
    assert english.value(0.4312, "score") == "0.431"
    assert english.whole(1234567) == "1,234,567"
    assert english.decimal(-0.00001, 1) == "0.0"
    assert russian.value(0.12345, "share") == "12,3\u00a0%"
    assert russian.whole(12345) == "12\u00a0345"


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.95, "95%"), (0.2, "20%"), (0.9916666, "99.16%"), (0.999737, "99.97%"), (0.99999, "99.999%"), (0.05, "5%")],
)
def test_levels_have_the_digits_they_need(share, text):
    assert labels.Numbers(Words("en")).percent(share) == text


def test_groups_have_names(kz):
    words = Words("en")
    assert labels.group_names(kz, "age", ["<18", "18-24", "60+", "not stated"], words) == {
        "<18": "under 18", "18-24": "18\u201324", "60+": "60 and over", "not stated": "not stated",
    }  # fmt: skip
    assert labels.group_names(kz, "office", ["71"], words) == {"71": "Astana"}
    assert labels.group_names(kz, "region", ["71", "not stated"], words) == {"71": "Astana", "not stated": "not stated"}
    assert labels.group_names(kz, "citizenship", ["UZB", "XXA", "QQQ"], words) == {
        "UZB": "Uzbekistan (UZB)", "XXA": "stateless", "QQQ": "QQQ",
    }  # fmt: skip
    assert labels.group_names(kz, "sex", ["f", "m"], words) == {"f": "women", "m": "men"}
    assert labels.group_names(kz, "form_language", ["kk", "en"], words) == {"kk": "Kazakh", "en": "English"}
    assert labels.group_names(kz, "route", ["in_demand_profession"], words) == {
        "in_demand_profession": "in-demand profession"
    }


def test_two_codes_never_share_a_name(kz):
    for lang in ("kk", "ru", "en"):
        names = labels.group_names(kz, "office", list(kz.offices.list_), Words(lang))
        assert len(set(names.values())) == len(names)


def test_bands_stand_in_order_and_not_stated_last(kz):
    assert labels.in_order(kz, "age", ["60+", "not stated", "18-24", "<18"]) == ["<18", "18-24", "60+", "not stated"]
    assert labels.in_order(kz, "sex", ["not stated", "m", "f"]) == ["f", "m", "not stated"]
