"""Features from the tests of Kazakh (KAZTEST)."""

import pandas as pd

from features.asof import days_since, take
from features.registry import feature

TOPIC = "language"


@feature(
    reads={"language_tests": "listening_points stopped"},
    unit="of 20 items",
    monotone=+1,
    theme="language",
    change="more",
    advice="Taking the Kazakh test",
)
def best_listening(cases: pd.DataFrame, language_tests: pd.DataFrame) -> pd.Series:
    """Best listening result among valid attempts at the Kazakh test.

    An attempt counts as valid only where the register says that it was not stopped.
    """
    return take(_valid(language_tests), "listening_points", "largest", len(cases))


@feature(
    reads={"language_tests": "reading_points stopped"},
    unit="of 40 items",
    monotone=+1,
    theme="language",
    change="more",
    advice="Taking the Kazakh test",
)
def best_reading(cases: pd.DataFrame, language_tests: pd.DataFrame) -> pd.Series:
    """Best reading result among valid attempts at the Kazakh test.

    An attempt counts as valid only where the register says that it was not stopped.
    """
    return take(_valid(language_tests), "reading_points", "largest", len(cases))


@feature(unit="attempts", theme="language")
def language_attempts(cases: pd.DataFrame, language_tests: pd.DataFrame) -> pd.Series:
    """Number of attempts at the Kazakh test."""
    return take(language_tests, "case", "count", len(cases))


@feature(reads={"language_tests": "taken_on"}, unit="days", theme="language")
def days_since_language_test(cases: pd.DataFrame, language_tests: pd.DataFrame) -> pd.Series:
    """Days since the latest attempt at the Kazakh test."""
    return days_since(cases, take(language_tests, "taken_on", "largest", len(cases)))


@feature(unit="1 yes, 0 no", theme="language", change="less", advice="Taking the Kazakh test", gap=True)
def language_tests_missing(cases: pd.DataFrame, language_tests: pd.DataFrame) -> pd.Series:
    """No result of a Kazakh test was known."""
    return take(language_tests, "case", "count", len(cases)) == 0


def _valid(attempts: pd.DataFrame) -> pd.DataFrame:
    return attempts[(~attempts["stopped"]).to_numpy(dtype=bool, na_value=False)]
