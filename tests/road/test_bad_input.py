"""Bad input: one clear sentence and exit 2, or a quarantined row; earlier outputs stay whole."""

import gzip
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from .conftest import Command, tree, write  # type: ignore[import-not-found]

Edit = Callable[[str], str | bytes]
FILE = "perm_2016.csv.gz"


def arguments(root: Path, stage: str = "ingest") -> list[object]:
    return [stage, "--programme", root / "mini", "--raw", root / "exports", "--root", root]


def text_of(root: Path) -> str:
    return gzip.decompress((root / "exports" / FILE).read_bytes()).decode("utf-8")


def edit_line(number: int, old: str, new: str) -> Edit:
    def edit(text: str) -> str:
        lines = text.split("\n")
        assert old in lines[number - 1], lines[number - 1]
        lines[number - 1] = lines[number - 1].replace(old, new, 1)
        return "\n".join(lines)

    return edit


FATAL: dict[str, tuple[Edit, str]] = {
    "another encoding": (lambda text: text.replace("Los Angeles", "Алматы").encode("cp1251"), "line 2 is not UTF-8"),
    "an empty file": (lambda text: "", "is empty"),
    "a header and nothing else": (lambda text: text.split("\n")[0] + "\n", "has 0 rows where 1 to 5,000 are expected"),
    "a missing column": (lambda text: text.replace("case_status", "status", 1), "lacks the column case_status"),
    "an extra column": (lambda text: text.replace("wages,", "wages,bonus,", 1), "has the column bonus"),
    "far too many rows": (
        lambda text: text + "".join(text.split("\n", 1)[1] for _ in range(2)),
        "has 9,000 rows where",
    ),
    "nothing usable": (lambda text: text.replace("A-", "B-"), "none of its 3,000 rows is usable"),
}


@pytest.mark.parametrize("name", FATAL)
def test_a_bad_file_stops_the_run_with_one_sentence_and_leaves_earlier_outputs(mini: Path, qonys: Command, name: str):
    assert qonys(*arguments(mini))[0] == 0
    before = tree(mini / "data")
    edit, sentence = FATAL[name]
    write(mini / "exports" / FILE, edit(text_of(mini)))
    code, _, said = qonys(*arguments(mini))
    assert code == 2
    assert sentence in said
    assert said.strip().count("\n") == 0, said
    assert tree(mini / "data") == before


def test_a_cut_off_and_a_missing_file(mini: Path, qonys: Command):
    path = mini / "exports" / FILE
    path.write_bytes(path.read_bytes()[:-2000])
    code, _, said = qonys(*arguments(mini))
    assert code == 2 and "cut off after line" in said
    path.unlink()
    code, _, said = qonys(*arguments(mini))
    assert code == 2 and "no such file" in said
    shutil.rmtree(mini / "exports")
    code, _, said = qonys(*arguments(mini))
    assert code == 2 and "missing" in said


ROWS: dict[str, tuple[Edit, int, str]] = {
    "31 February": (edit_line(5, "9/9/2016", "2/31/2016"), 5, "not_a_date"),
    "a negative wage": (edit_line(2, "40144", "-40144"), 2, "out_of_range"),
    "a text in a number column": (edit_line(2, "40144", "forty"), 2, "not_a_number"),
    "an unknown code": (edit_line(2, "Denied", "Perhaps"), 2, "unknown_code"),
    "a second header line": (lambda text: "\n".join([*text.split("\n")[:3], text.split("\n")[0], *text.split("\n")[3:]]), 4, "second_header"),
    "a duplicate id": (lambda text: text + text.split("\n")[1] + "\n", 3002, "duplicate_key"),
    "a line with too few fields": (edit_line(2, "Los Angeles,CA,", ""), 2, "unreadable"),
    "a stray quote": (edit_line(2, "Los Angeles", '"Los Angeles'), 2, "unreadable"),
    "a last line that is cut": (lambda text: text[:-40], 3001, "cut_off"),
    "a decision before the receipt": (edit_line(5, "9/9/2016", "1/9/2016"), 5, "rule:decided_after_received"),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_a_bad_row_is_quarantined_and_counted(mini: Path, qonys: Command, name: str):
    edit, line, reason = ROWS[name]
    changed = edit(text_of(mini))
    write(mini / "exports" / FILE, changed)
    code, printed, _ = qonys(*arguments(mini))
    assert code == 0
    quarantine = pd.read_csv(mini / "data/out/mini/quarantine.csv")
    found = {(int(row.line), part) for row in quarantine.itertuples() for part in row.reason.split("; ")}
    assert any(at == line and what == reason for at, what in found)
    assert len(quarantine) == 1
    rows = len(changed.rstrip("\n").split("\n")) - 1
    assert f"{rows:,} read = {rows - 1:,} accepted + 1 quarantined" in printed


def test_too_many_bad_rows_are_a_finding(mini: Path, qonys: Command):
    write(mini / "exports" / FILE, text_of(mini).replace("/2016,Certified", "/2016,Perhaps", 300))
    assert qonys(*arguments(mini))[0] == 1
    code, printed, _ = qonys(*arguments(mini), "--findings-ok")
    assert code == 0 and "finding: decisions: 300 of 3,000 rows are quarantined" in printed


def test_an_unknown_programme_language_day_or_stage(mini: Path, qonys: Command):
    for words, sentence in [
        (["ingest", "--programme", "kz_2062"], "There is no programme `kz_2062`"),
        ([*arguments(mini), "--lang", "fr"], "no such language"),
        ([*arguments(mini), "--as-of", "31.02.2026"], "write it as 2026-06-30"),
        (["synthesize", "--programme", "perm_2016", "--root", mini], "does not apply"),
        ([*arguments(mini, "rank")], "run the stages before `rank` first"),
        (["summary", "--programme", mini / "mini", "--root", mini], "no run yet"),
    ]:
        code, _, said = qonys(*words)
        assert code == 2 and sentence in said, said
    assert qonys("ingets")[0] == 2


def test_a_disk_that_may_not_be_written(mini: Path, qonys: Command):
    if os.geteuid() == 0:  # rights do not stop root, but the kernel's own folders do
        (mini / "data").symlink_to("/sys/kernel")
        code, _, said = qonys(*arguments(mini))
    else:
        mini.chmod(0o555)
        try:
            code, _, said = qonys(*arguments(mini))
        finally:
            mini.chmod(0o755)
    assert code == 2 and "cannot be written" in said, said
    assert said.strip().count("\n") == 0, said


def test_a_full_disk_leaves_earlier_outputs(mini: Path, qonys: Command, monkeypatch: pytest.MonkeyPatch):
    assert qonys(*arguments(mini))[0] == 0
    before = tree(mini / "data")
    import pyarrow.parquet

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "part-0000.parquet")

    monkeypatch.setattr(pyarrow.parquet, "ParquetWriter", full)
    code, _, said = qonys(*arguments(mini))
    assert code == 2 and "no space left" in said
    assert tree(mini / "data") == before


def test_a_mistake_of_the_program_itself_is_never_exit_0_or_1(
    mini: Path, qonys: Command, monkeypatch: pytest.MonkeyPatch
):
    from pipeline.validate import validator

    monkeypatch.setattr(validator.Validator, "block", lambda *_: 1 / 0)
    code, _, said = qonys(*arguments(mini))
    assert code == 2 and "ZeroDivisionError" in said


def test_the_same_exports_give_the_same_bytes(mini: Path, qonys: Command):
    assert qonys(*arguments(mini))[0] == 0
    first = tree(mini / "data")
    params = mini / "params.yaml"
    params.write_text(params.read_text().replace("block_bytes: 8388608", "block_bytes: 20000"))
    assert qonys(*arguments(mini))[0] == 0
    second = tree(mini / "data")
    assert {name for name in first if first[name] != second.get(name)} == {"out/mini/run.json"}  # it holds seconds
