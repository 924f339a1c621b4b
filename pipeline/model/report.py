"""Writes the published table: the page, both CSVs and the same as JSON."""

import json
from pathlib import Path

from pipeline.core import files, stage
from pipeline.core.messages import Words
from pipeline.model import document, page
from pipeline.model.sheet import Sheet

PLACE = "out/model"
PAGE, EXACT, POINTS, RECORD = "index.html", "table.csv", "points.csv", "table.json"


def write(sheet: Sheet, root: Path, lang: str) -> Path:
    """Writes `data/out/<programme>/model/` under `root`, whole or not at all; gives that folder."""
    words = Words(lang)
    record = json.dumps(document.document(sheet), ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
    texts = {
        PAGE: page.render(sheet, words), EXACT: document.exact_csv(sheet, words), POINTS: document.points_csv(sheet, words),
        RECORD: record + "\n",
    }  # fmt: skip
    target = stage.place(root, sheet.programme, PLACE)
    with files.folder(target) as staged:
        for name, text in texts.items():
            (staged / name).write_text(text, encoding="utf-8")
    return target
