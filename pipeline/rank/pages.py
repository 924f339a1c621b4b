"""The lists as plain HTML pages: a front page, one page an office, and the files held or incomplete. No script, no network."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd
from markupsafe import Markup

from pipeline.core.messages import Words
from pipeline.rank import gaps
from pipeline.rank.gaps import GateText
from pipeline.rank.listing import Head, day
from pipeline.rank.order import HELD, INCOMPLETE, LISTS, RANKED
from pipeline.rank.readme import paragraphs
from pipeline.rank.reasons import number

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
SHOWN = 1_000  # files of a list on one page; the CSV holds all


@dataclass(frozen=True)
class Part:
    """The part of a list that one page shows."""

    rows: list[dict[str, Any]]
    total: int
    held: bool = False

    @property
    def more(self) -> int:
        """How many files the page leaves to the CSV."""
        return self.total - len(self.rows)


def write(
    folder: Path, rows: pd.DataFrame, head: Head, words: Words, *, texts: Mapping[str, GateText],
    people: Mapping[str, str] | None = None,
) -> list[str]:  # fmt: skip
    """Writes index.html, one page an office, held.html and incomplete.html into `folder`; gives their names.

    `rows` as from `listing.assemble`; `people` maps case_id to the person's name and is shown on the pages of the
    offices only. A list shows its first `SHOWN` files and says how many more stand in the CSV.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pages = _Pages(folder, head, words, texts)
    counts = rows.groupby(["office", "list"]).size()
    oldest = rows.groupby("office")["lodged_on"].min()
    offices = []
    for code, name in head.offices.items():
        page = page_name(code)
        first = pages.day(oldest[code]) if code in oldest.index else ""
        offices.append(
            {
                "name": name,
                "page": page,
                "oldest": first,
                **{which: int(counts.get((code, which), 0)) for which in LISTS},
            }
        )
        mine = rows[rows["office"] == code]
        parts = {which: pages.part(mine[mine["list"] == which], which, people) for which in LISTS}
        pages.put(page, "list_office.html", heading=name, named=people is not None, **parts)
    totals = {which: int((rows["list"] == which).sum()) for which in LISTS}
    notes = paragraphs(head, words)
    pages.put(
        "index.html",
        "list_index.html",
        heading=words("Lists of files"),
        front=True,
        totals=totals,
        offices=offices,
        notes=notes,
    )
    said = dict(notes)
    for page, which, title in (
        ("held.html", HELD, words("Held for an officer")),
        ("incomplete.html", INCOMPLETE, words("Incomplete")),
    ):
        part = pages.part(rows[rows["list"] == which], which, None)
        pages.put(page, "list_gate.html", heading=title, explanation=said[title], part=part)
    return pages.names


def page_name(office: str) -> str:
    """The file name of an office's page."""
    return f"office-{re.sub(r'[^A-Za-z0-9_-]', '_', office)}.html"


class _Pages:
    def __init__(self, folder: Path, head: Head, words: Words, texts: Mapping[str, GateText]) -> None:
        self.folder, self.head, self.words, self.texts = folder, head, words, texts
        self.names: list[str] = []
        self.environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined,
            trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
        )  # fmt: skip
        style = Markup((TEMPLATES / "base.css").read_text(encoding="utf-8"))  # our own file, not a reader's text
        self.environment.globals.update(
            words=words, head=head, style=style, day=self.day, count=self.count, front=False
        )

    def put(self, page: str, template: str, **values: Any) -> None:
        """Renders one page."""
        text = self.environment.get_template(template).render(**values)
        (self.folder / page).write_text(text, encoding="utf-8", newline="\n")
        self.names.append(page)

    def day(self, value: date) -> str:
        """A date as the reader writes it."""
        return day(value, self.words.lang)

    def count(self, value: int) -> str:
        """A whole number as the reader writes it."""
        return number(value, self.words.lang)

    def part(self, rows: pd.DataFrame, which: str, people: Mapping[str, str] | None) -> Part:
        """The first `SHOWN` rows of one list, as the template needs them."""
        named = [name for name in rows.columns if name.startswith("reason_")]
        ways = [name.replace("reason_", "way_") for name in named]
        shown = []
        for row in rows.iloc[:SHOWN].to_dict("records"):
            one = {
                "case_id": row["case_id"],
                "name": people.get(row["case_id"], "") if people is not None else "",
                "office": row["office_name"],
                "lodged": self.day(row["lodged_on"]),
            }
            if which == RANKED:
                one |= {
                    "rank": row["rank"],
                    "office_rank": row["office_rank"],
                    "score": self._score(row["score"]),
                    "width": f"{100 * min(max(row['score'], 0.0), 1.0):.1f}",
                    "reasons": [(row[text], row[way]) for text, way in zip(named, ways, strict=True) if row[text]],
                }
            else:
                one |= {
                    "failed": [self.texts[code] for code in row["failed"]],
                    "ask": gaps.ask_for(row["unknown"], self.texts),
                }
            shown.append(one)
        return Part(shown, len(rows), held=which == HELD)

    def _score(self, score: float) -> str:
        return f"{score:.4f}" if self.words.lang == "en" else f"{score:.4f}".replace(".", ",")
