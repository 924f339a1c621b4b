"""Days that nothing covers, in gates, points and clocks. That each bites on its line: test_check."""

from datetime import date
from pathlib import Path

from pipeline.clocks import book as clock_book
from pipeline.core import yaml
from pipeline.core.programme import HOME, load
from pipeline.gates import rulebook
from pipeline.gates.rulebook import File
from pipeline.policy import dates

pytest_plugins = ["tests.policy.small"]


def told(folder: Path, horizon: date | None = None) -> list[tuple[str, str]]:
    found = rulebook.survey(load(str(folder)))
    assert not found.problems
    return [(each.kind, each.sentence) for each in dates.findings(found.book, found.files, horizon)]


def test_several_gaps_of_one_value_are_told_one_by_one(spoil):
    folder = spoil(
        "gates/G01_income",
        ("from: 2024-01-01, to: 2025-12-31, value: 100", "from: 2024-02-01, to: 2024-02-29, value: 100"),
        ("value: 120", "to: 2026-01-31, value: 120"),
    )
    spoil("gates/G01_income", ("{from: 2026-01-01, to", "{from: 2026-01-02, to"))
    assert [kind for kind, _ in told(folder)] == ["gap", "gap", "open end"]
    said = [sentence for _, sentence in told(folder)]
    assert "nothing from 2024-01-01 to 2024-01-31, while G01 is in force" in said[0]
    assert "nothing from 2024-03-01 to 2026-01-01" in said[1] and "from 2026-02-01 there is none" in said[2]
    assert [kind for kind, _ in told(folder, date(2025, 6, 30))] == ["gap", "gap"]


def test_an_unknown_value_closes_a_gap(spoil):
    row = "    - {from: 2023-06-01, to: 2023-12-31, value: UNKNOWN, source: nobody could tell}\n"
    folder = spoil(
        "gates/G01_income",
        ("effective: {from: 2024-01-01}", "effective: {from: 2023-06-01}"),
        ("  least:\n", f"  least:\n{row}"),
    )
    assert told(folder) == [("unknown value", "`least` is UNKNOWN from 2023-06-01 to 2023-12-31.")]


def test_the_table_is_in_force_on_days_without_a_band(spoil):
    folder = spoil("points", ("effective: {from: 2024-01-01}", "effective: {from: 2023-12-01}"))
    said = [sentence.partition(" has nothing")[0] for _, sentence in told(folder)]
    assert said == ["the threshold", "criterion level", "criterion size"]


def test_the_lengths_of_clocks_are_looked_at_like_values(tmp_path):
    programme = load("kz_2026")
    book = clock_book.load(programme)
    path = HOME / "kz_2026" / clock_book.NAME
    found = list(dates.clocks(book, File(path, yaml.read(path)), None))
    lengths = {name: clock.length for name, clock in book.clocks.items() if clock.length}
    unknown = sum(length.value == "UNKNOWN" for each in lengths.values() for length in each)
    assert sum(each.kind == "unknown value" for each in found) == unknown > 0
    ended = [name for name, each in lengths.items() if all(length.to is not None for length in each)]
    assert {each.sentence.split("`")[1] for each in found if each.kind == "open end"} == set(ended)
    assert not any(
        each.kind == "open end" for each in dates.clocks(book, File(path, yaml.read(path)), date(2026, 12, 31))
    )
