"""What docs/clocks.md says is what clocks.yaml says, and the clock it tells a newcomer to write is read as it stands."""

import re
from pathlib import Path

from pipeline.clocks import book as books

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "clocks.md").read_text(encoding="utf-8")


def row(book, name):
    clock, lengths = book.clocks[name], book.lengths[name]
    told = "; ".join(
        "UNKNOWN" if each.value == "UNKNOWN" else f"{each.value} {each.unit.replace('_', ' ')}" for each in lengths
    )
    start = f"`{clock.starts.from_}`" if clock.starts else "a person's word"
    return f"| `{name}` | {clock.title['en']} | {told} | {start} | {clock.kind} of the {clock.duty_of} | {lengths[-1].status} |"


def test_the_table_is_that_of_the_law(book):
    shown = PAGE.split("## What ships")[1].split("## ")[0]
    assert [line for line in shown.splitlines() if line.startswith("| `")] == [row(book, name) for name in book.clocks]


def test_every_conflict_and_every_unknown_length_is_told(book):
    told = PAGE.split("## Conflicts")[1].split("## ")[0]
    for name, clock in book.clocks.items():
        if clock.conflict is not None:
            assert f"`{name}`" in told and all(
                str(r.value) in told for r in clock.conflict.readings if r.value != "UNKNOWN"
            )


def test_the_example_of_a_new_clock_is_read_as_it_stands(spoil):
    _, clock = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    found = books.load(spoil(("clocks:\n", f"clocks:\n{clock.replace('...', 'words')}")))
    assert "second_interview" in found.registered and found.clocks["second_interview"].ends_when is not None


def test_the_example_of_a_new_length_is_read_as_it_stands(kz, spoil):
    length, _ = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    law = (kz.folder / "clocks.yaml").read_text(encoding="utf-8")
    old = re.search(r"    length:\n      - \{from: 2026-02-13, to: 2026-12-31, value: 29.*\n", law)[0]
    changed = books.load(spoil((old, "".join(f"    {line}\n" for line in length.splitlines()))))
    assert [each.value for each in changed.lengths["whole_procedure"]] == [29, 30]
