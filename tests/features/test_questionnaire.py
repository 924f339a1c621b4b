import pytest

from features import questionnaire


@pytest.fixture
def cases(frame):
    return frame(decision_day=["2024-06-30"] * 3)


@pytest.fixture
def answers(frame):
    return frame(
        case=[0, 1],
        education=["postgraduate", None],
        years_experience=[7, None],
        russian_level=["B", "none"],
        english_level=[None, "C"],
        job_offer=[True, None],
        studied_in_kz_years=[0, 4],
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("education_level", [4, -1, -1]),
        ("years_experience", [7, -1, -1]),
        ("russian_level", [2, 0, -1]),
        ("english_level", [-1, 3, -1]),
        ("job_offer", [1, -1, -1]),
        ("studied_in_kz_years", [0, 4, -1]),
        ("questionnaire_missing", [0, 0, 1]),
    ],
)
def test_answers_become_numbers_and_gaps_stay_gaps(cases, answers, name, expected):
    made = getattr(questionnaire, name)(cases, answers)
    assert made.astype("Float64").fillna(-1).tolist() == expected


def test_a_questionnaire_sent_twice_counts_as_it_was_known_last(cases, frame):
    rows = frame(case=[0, 0], education=["secondary", "higher"])
    assert questionnaire.education_level(cases, rows).fillna(-1).tolist() == [3, -1, -1]
