"""Writes the dry run: the page, the same as JSON, the list of flipped files, and the pictures."""

import json
from pathlib import Path

from pipeline.core import files, stage
from pipeline.core.messages import Words
from pipeline.policy import diff_document, diff_page
from pipeline.policy.diff import Diff

PLACE = "out/policy/diff"
PAGE, RECORD, FLIPS = "index.html", "diff.json", "flips.csv"


def write(diff: Diff, root: Path, lang: str) -> Path:
    """Writes `data/out/<programme>/policy/diff/` under `root`, whole or not at all; gives that folder.

    `flips.csv` names files by their id and the gates that moved them, and nobody by name: case_id, old, new, gates.
    """
    target = stage.place(root, diff.old.law.programme, PLACE)
    text, pictures = diff_page.render(diff, Words(lang))
    record = json.dumps(diff_document.document(diff), ensure_ascii=False, indent=1, sort_keys=True)
    with files.folder(target) as staged:
        (staged / PAGE).write_text(text, encoding="utf-8")
        (staged / RECORD).write_text(record + "\n", encoding="utf-8")
        diff.counts.flips.to_csv(staged / FLIPS, index=False, lineterminator="\n")
        for name, png in pictures.items():
            (staged / name).write_bytes(png)
    return target
