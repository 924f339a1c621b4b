import pytest

from pipeline.core.errors import Problem
from pipeline.core.programme import load as programme
from pipeline.schedule import rules

HOME = programme("kz_2026")


def test_what_was_chosen_by_us_is_provisional(law):
    for stated in (law.duration_minutes, law.notice_working_days, law.first_start, law.lunch):
        assert stated.status == "PROVISIONAL"
    assert (law.duration_minutes.value, law.notice_working_days.value) == (40, 5)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("value: 40", "value: -40", "duration_minutes.value"),
        ('value: "09:00"', 'value: "9 o\'clock"', "write it as"),
        ('to: "14:00"', 'to: "12:00"', "end after it starts"),
        ("applications.form_language", "applications.language", "`applications.language`, which no source has"),
        ("status: CONFIRMED", "status: SURE", "status"),
        ("timezone:", "clocks: {}\ntimezone:", "clocks"),  # they stand in clocks.yaml
        ("duration_minutes:", "duration:", "interviews.yaml"),
    ],
)
def test_mistakes_are_one_sentence(tmp_path, old, new, said):
    text = (HOME.folder / "interviews.yaml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "interviews.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Problem, match=said):
        rules.load(HOME.model_copy(update={"folder": tmp_path}))


def test_the_registers_of_resources_are_needed():
    tables = {name: table for name, table in HOME.tables.items() if name != "shifts"}
    with pytest.raises(Problem, match="the source `shifts`"):
        rules.load(HOME.model_copy(update={"tables": tables}))
