"""The lists as plain HTML pages: a front page, one page an office, and the files held or incomplete. No script, no network."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from models.doubt import SURE
from pipeline.core.messages import Words
from pipeline.core.pages import render
from pipeline.rank import gaps
from pipeline.rank.gaps import GateText
from pipeline.rank.listing import Head, day
from pipeline.rank.order import HELD, INCOMPLETE, LISTS, RANKED
from pipeline.rank.readme import paragraphs
from pipeline.rank.reasons import count, number

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
        top = mine[mine["list"] == RANKED].iloc[:SHOWN]
        pages.put(page, "list_office.html", heading=name, named=people is not None, marked=_marked(top), **parts)
    totals = {which: int((rows["list"] == which).sum()) for which in LISTS}
    notes = paragraphs(head, words)
    pages.put(
        "index.html",
        "list_index.html",
        heading=words("Lists of files"),
        front=True,
        totals=totals,
        marked=_marked(rows),
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


def _marked(rows: pd.DataFrame) -> dict[str, int]:
    """How many files a person looks at first, and how many were drawn for the random review."""
    return {"doubt": int((rows["why_doubt"] != SURE).sum()), "drawn": int(rows["arm"].sum())}


def page_name(office: str) -> str:
    """The file name of an office's page."""
    return f"office-{re.sub(r'[^A-Za-z0-9_-]', '_', office)}.html"


class _Pages:
    def __init__(self, folder: Path, head: Head, words: Words, texts: Mapping[str, GateText]) -> None:
        self.folder, self.words, self.texts = folder, words, texts
        self.names: list[str] = []
        self.shared = {
            "words": words, "lang": words.lang, "title": head.title, "status": head.status, "head": head,
            "day": self.day, "count": self.count, "front": False,
        }  # fmt: skip

    def put(self, page: str, template: str, **values: Any) -> None:
        """Renders one page."""
        (self.folder / page).write_text(render(template, **self.shared | values), encoding="utf-8", newline="\n")
        self.names.append(page)

    def day(self, value: date) -> str:
        """A date as the reader writes it."""
        return day(value, self.words.lang)

    def count(self, value: int) -> str:
        """A whole number as the reader writes it."""
        return number(value, self.words.lang)

    def part(self, rows: pd.DataFrame, which: str, people: Mapping[str, str] | None) -> Part:
        """The first `SHOWN` rows of one list, as the template needs them."""
        numbers = range(1, count(rows) + 1)
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
                    "mark": row["mark"],
                    "kind": "drawn" if row["arm"] else "doubt" if row["why_doubt"] else "",
                    "rest": row["rest"],
                    "reasons": [
                        (row[f"reason_{i}"], row[f"way_{i}"], row[f"change_{i}"]) for i in numbers if row[f"reason_{i}"]
                    ],
                } | self._scored(row)
            else:
                one |= {
                    "failed": [self.texts[code] for code in row["failed"]],
                    "ask": gaps.ask_for(row["unknown"], self.texts),
                }
            shown.append(one)
        return Part(shown, len(rows), held=which == HELD)

    def _scored(self, row: Mapping[Any, Any]) -> dict[str, str]:
        """Score, its bar and its interval as text; empty where they are not shown."""
        if pd.isna(row["score"]):
            return {"score": "", "width": "", "interval": ""}
        interval = ""
        if pd.notna(row["low"]):
            interval = self.words(
                "{low} to {high}", low=self._decimal(row["low"], 2), high=self._decimal(row["high"], 2)
            )
        width = f"{100 * min(max(row['score'], 0.0), 1.0):.1f}"
        return {"score": self._decimal(row["score"], 4), "width": width, "interval": interval}

    def _decimal(self, value: float, decimals: int) -> str:
        text = f"{value:.{decimals}f}"
        return text if self.words.lang == "en" else text.replace(".", ",")
