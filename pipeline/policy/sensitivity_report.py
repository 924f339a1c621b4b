"""The sensitivity report as files: a page for people, a document for programs, and the list of flips; and a few lines."""

import json
from pathlib import Path
from typing import Any

from pipeline.core import files, stage, versions
from pipeline.core.messages import Words
from pipeline.gates.records import ANSWERS
from pipeline.policy import sensitivity_page
from pipeline.policy.sensitivity import MOVES, Sensitivity
from pipeline.policy.sensitivity_page import SMALLEST, TILES, Page, after, base, covered, number

PLACE = "out/policy/sensitivity"
PAGE, RECORD, FLIPS = "index.html", "sensitivity.json", "flips.csv"
MOST = 3  # numbers of the law that the lines name


def write(found: Sensitivity, root: Path, lang: str) -> Path:
    """Writes `data/out/<programme>/policy/sensitivity/` under `root`, whole or not at all; gives that folder.

    Small counts are covered on the page and in the record. `flips.csv` names files by their id and nobody by name:
    case_id, change, before, after; it is for the office alone.
    """
    target = stage.place(root, found.programme, PLACE)
    text = sensitivity_page.render(found, Words(lang))
    record = json.dumps(document(found), ensure_ascii=False, indent=1)
    with files.folder(target) as staged:
        (staged / PAGE).write_text(text, encoding="utf-8")
        (staged / RECORD).write_text(record + "\n", encoding="utf-8")
        found.flips.to_csv(staged / FLIPS, index=False, lineterminator="\n")
    return target


def document(found: Sensitivity) -> dict[str, Any]:
    """The content of sensitivity.json; a covered count is null."""
    table = found.table
    return {
        "programme": found.programme.programme,
        "status": found.programme.status,
        "provisional_rows": table.provisional,
        "as_of": found.as_of.isoformat(),
        "law": versions.law(found.programme),
        "share": str(found.share),
        "rounding": table.rounding,
        "smallest_cell": SMALLEST,
        "gates": [gate.code for gate in found.gates],
        "files": int(found.base.sum()),
        "now": {name: _plain(n) for name, n in zip(ANSWERS, base(found), strict=True)},
        "changes": [
            {"change": change.name(found.share), "kind": change.kind, "from": number(found, change),
             "to": after(found, change), **{name: _plain(n) for name, n in zip(MOVES, row, strict=True)}}
            for change, row in zip(found.changes, covered(found), strict=True)
        ],
    }  # fmt: skip


def _plain(count: int) -> int | None:
    return None if count < 0 else int(count)


def lines(found: Sensitivity, words: Words) -> list[str]:
    """What a person wants to know first: the numbers that move most, and what each move does."""
    page = Page(found, words)
    reach, below, undecided, outside = (page.count(base(found)[place]) for place in TILES.values())
    said = [
        words(
            "Now {reach} files reach the threshold, {below} stay below it, {undecided} are undecided, {outside} are not asked.",
            reach=reach, below=below, undecided=undecided, outside=outside,
        )
    ]  # fmt: skip
    if found.table.provisional:
        said.append(words("Points are PROVISIONAL: the official weights are not public."))
    for pair in page.order[:MOST]:
        for place in pair:
            row = page.row(place)
            if row["idle"]:
                said.append(words("{number} {move}: no file flips", number=row["name"], move=row["move"]))
                continue
            reach, below, *others = row["counts"]
            said.append(
                words(
                    "{number} {move}: {reach} files now reach the threshold, {below} fall below it, {undecided} become undecided",
                    number=row["name"], move=row["move"], reach=reach, below=below, undecided=" + ".join(n for n in others if n != "0") or "0",
                )
            )  # fmt: skip
    return said
