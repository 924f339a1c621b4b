"""Features from the digital questionnaire: what applicants say of themselves. A question left open stays missing."""

import pandas as pd

from features.asof import take
from features.registry import feature

TOPIC = "questionnaire"

EDUCATION = {"none": 0, "secondary": 1, "vocational": 2, "higher": 3, "postgraduate": 4}
LEVEL = {"none": 0, "A": 1, "B": 2, "C": 3}


@feature(
    reads={"questionnaires": "education"},
    unit="0 none to 4 postgraduate",
    monotone=+1,
    theme="learning",
    change="state",
    advice="Stating the education in the questionnaire",
)
def education_level(cases: pd.DataFrame, questionnaires: pd.DataFrame) -> pd.Series:
    """Highest education."""
    return take(questionnaires, "education", "latest", len(cases)).map(EDUCATION)


@feature(
    reads={"questionnaires": "years_experience"},
    unit="years",
    monotone=+1,
    theme="work",
    change="state",
    advice="Stating the years of work in the questionnaire",
)
def years_experience(cases: pd.DataFrame, questionnaires: pd.DataFrame) -> pd.Series:
    """Years of work in the occupation."""
    return take(questionnaires, "years_experience", "latest", len(cases))


@feature(
    reads={"questionnaires": "russian_level"},
    unit="0 none to 3 level C",
    monotone=+1,
    theme="other_languages",
    change="state",
    advice="Stating the level of Russian in the questionnaire",
)
def russian_level(cases: pd.DataFrame, questionnaires: pd.DataFrame) -> pd.Series:
    """Declared level of Russian."""
    return take(questionnaires, "russian_level", "latest", len(cases)).map(LEVEL)


@feature(
    reads={"questionnaires": "english_level"},
    unit="0 none to 3 level C",
    monotone=+1,
    theme="other_languages",
    change="state",
    advice="Stating the level of English in the questionnaire",
)
def english_level(cases: pd.DataFrame, questionnaires: pd.DataFrame) -> pd.Series:
    """Declared level of English."""
    return take(questionnaires, "english_level", "latest", len(cases)).map(LEVEL)


@feature(
    reads={"questionnaires": "job_offer"},
    unit="1 yes, 0 no",
    monotone=+1,
    theme="work",
    change="more",
    advice="Finding an offer of work and stating it in the questionnaire",
)
def job_offer(cases: pd.DataFrame, questionnaires: pd.DataFrame) -> pd.Series:
    """Has an offer of work in Kazakhstan."""
    return take(questionnaires, "job_offer", "latest", len(cases))


@feature(
    reads={"questionnaires": "studied_in_kz_years"},
    unit="years",
    monotone=+1,
    theme="learning",
    change="state",
    advice="Stating the years of study in the questionnaire",
)
def studied_in_kz_years(cases: pd.DataFrame, questionnaires: pd.DataFrame) -> pd.Series:
    """Years of study in Kazakhstan."""
    return take(questionnaires, "studied_in_kz_years", "latest", len(cases))


@feature(unit="1 yes, 0 no", theme="questionnaire", change="less", advice="Handing in the questionnaire", gap=True)
def questionnaire_missing(cases: pd.DataFrame, questionnaires: pd.DataFrame) -> pd.Series:
    """No questionnaire was handed in."""
    return take(questionnaires, "case", "count", len(cases)) == 0
