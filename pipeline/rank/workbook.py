"""The ranked list as an Excel workbook: what officers open, sort, filter, print and write their decisions into."""

from collections.abc import Mapping
from datetime import datetime, time
from pathlib import Path

import numpy as np
import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipeline.core.messages import Words
from pipeline.rank import fields
from pipeline.rank.fields import Field
from pipeline.rank.listing import Head, day
from pipeline.rank.order import HELD, INCOMPLETE, RANKED
from pipeline.rank.readme import paragraphs

LARGEST = 1_048_000  # Excel has 1,048,576 rows; longer lists end here and the CSV holds the rest
NATIONAL_UP_TO = 100_000  # a longer national list is left to the CSV
FLAT_FROM = 20_000  # rows from which the workbook is written row by row, with flat memory
LINE = 15.0  # points a line of text is high
FILLED = 0.9  # share of a line's width that wrapped words fill
HEADER = 2  # row of the column titles: above it stand the title and the status
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
DATE_FORMATS = {"kk": "dd.mm.yyyy", "ru": "dd.mm.yyyy", "en": "yyyy-mm-dd"}


def write(
    path: Path, rows: pd.DataFrame, head: Head, words: Words, people: Mapping[str, str] | None = None
) -> list[str]:
    """Writes the workbook to `path`; gives the names of its sheets.

    `rows` as from `listing.assemble`; `people` maps case_id to the person's name and is shown on the sheets of the
    offices only. Same input, same bytes: the workbook is dated by the as-of date.
    """
    book = xlsxwriter.Workbook(
        str(path), {"constant_memory": len(rows) > FLAT_FROM, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties(
        {
            "title": head.title,
            "subject": head.status,
            "created": datetime.combine(head.as_of, time()),
            "comments": head.status,
        }
    )
    writer = _Writer(book, head, words)
    ranked = rows[rows["list"] == RANKED]
    national = len(ranked) <= NATIONAL_UP_TO
    writer.readme(national)
    if national:
        writer.table(words("National list"), ranked, fields.national(rows, words))
    for office, name in head.offices.items():
        part = ranked[ranked["office"] == office]
        if people is not None:
            part = part.assign(name=part["case_id"].map(people))
        writer.table(name, part, fields.office(rows, words, people is not None))
    writer.table(words("Held for an officer"), rows[rows["list"] == HELD], fields.held(words))
    writer.table(words("Incomplete"), rows[rows["list"] == INCOMPLETE], fields.incomplete(words))
    book.close()
    return writer.names


def sheet_name(wanted: str, taken: list[str]) -> str:
    """`wanted` as Excel allows it: at most 31 characters, none of []:*?/\\, not taken yet (case does not count)."""
    base = " ".join(wanted.translate(FORBIDDEN).split()).strip("'")[:31].rstrip() or "-"
    name, number = base, 1
    while name.casefold() in {other.casefold() for other in taken} or name.casefold() == "history":
        number += 1
        name = f"{base[: 31 - len(str(number)) - 1].rstrip()} {number}"
    return name


class _Writer:
    """Writes one sheet after the other, each from top to bottom (as flat memory demands)."""

    def __init__(self, book: xlsxwriter.Workbook, head: Head, words: Words) -> None:
        self.book, self.head, self.words = book, head, words
        self.names: list[str] = []
        font = {"font_name": "Calibri", "font_size": 11, "valign": "top"}
        frame = {"border": 1, "border_color": "#D9E0E4"}
        self.title = book.add_format({**font, "bold": True, "font_size": 14, "font_color": "#0B6E78"})
        self.status = book.add_format({**font, "bold": True, "bg_color": "#FFF6DF", "font_color": "#7A5200"})
        self.header = book.add_format(
            {**font, **frame, "bold": True, "bg_color": "#EAEFF1", "text_wrap": True, "valign": "vcenter"}
        )
        self.plain = book.add_format({**font, "text_wrap": True})
        self.formats: dict[str, Format] = {
            "text": book.add_format({**font, **frame}),
            "wrapped": book.add_format({**font, **frame, "text_wrap": True}),
            "integer": book.add_format({**font, **frame, "num_format": "0", "align": "center"}),
            "date": book.add_format({**font, **frame, "num_format": DATE_FORMATS[words.lang], "align": "center"}),
            "score": book.add_format({**font, **frame, "num_format": "0.0000", "align": "center"}),
            "bound": book.add_format({**font, **frame, "num_format": "0.00", "align": "center"}),
            "blank": book.add_format({**font, **frame, "bg_color": "#FBFCFC", "text_wrap": True}),
        }

    def _sheet(self, name: str) -> Worksheet:
        self.names.append(sheet_name(name, self.names))
        sheet = self.book.add_worksheet(self.names[-1])
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer("&L" + self.head.status.replace("&", "&&")[:150] + "&R&P / &N")
        sheet.hide_gridlines(2)
        return sheet

    def readme(self, national: bool) -> None:
        """What the workbook is and is not."""
        sheet = self._sheet(self.words("Read me"))
        sheet.set_portrait()
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, 96)
        sheet.set_row(0, 22)
        sheet.set_row(1, 18)
        sheet.write_string(0, 0, self.head.title, self.title)
        sheet.write_string(1, 0, self.head.status, self.status)
        sheet.write_blank(1, 1, None, self.status)
        bold = self.book.add_format(
            {"font_name": "Calibri", "font_size": 11, "bold": True, "valign": "top", "text_wrap": True}
        )
        lines = paragraphs(self.head, self.words)
        if not national:
            text = self.words(
                "The national list is longer than {rows} files and stands in ranked_list.csv only.", rows=NATIONAL_UP_TO
            )
            lines.append((self.words("National list"), text))
        for row, (heading, text) in enumerate(lines, start=3):
            sheet.set_row(row, LINE * max(-(-len(text) // 85), 1) + 4)
            sheet.write_string(row, 0, heading, bold)
            sheet.write_string(row, 1, text, self.plain)

    def table(self, name: str, rows: pd.DataFrame, columns: list[Field]) -> None:
        """One list on one sheet."""
        sheet = self._sheet(name)
        for column, field in enumerate(columns):
            sheet.set_column(column, column, field.width)
        shown = rows.iloc[:LARGEST]
        more = len(rows) - len(shown)
        title = f"{name} \u00b7 {self.head.title} \u00b7 {day(self.head.as_of, self.words.lang)}"
        if more:
            title += " \u00b7 " + self.words("{more} more files stand in ranked_list.csv", more=more)
        sheet.set_row(0, 22)
        sheet.set_row(1, 18)
        sheet.write_string(0, 0, title, self.title)
        for column in range(len(columns)):
            sheet.write_blank(1, column, None, self.status) if column else sheet.write_string(
                1, 0, self.head.status, self.status
            )
        sheet.set_row(HEADER, 32)
        for column, field in enumerate(columns):
            sheet.write_string(HEADER, column, field.title, self.header)
        cells = [_values(shown, field) for field in columns]
        heights = _heights(shown, columns)
        for row, values in enumerate(zip(*cells, strict=True), start=HEADER + 1):
            sheet.set_row(row, heights[row - HEADER - 1])
            for column, (field, value) in enumerate(zip(columns, values, strict=True)):
                _put(sheet, row, column, value, kind=field.kind, look=self.formats[field.kind])
        last = HEADER + max(len(shown), 1)
        sheet.freeze_panes(HEADER + 1, 0)
        sheet.autofilter(HEADER, 0, last, len(columns) - 1)
        sheet.repeat_rows(0, HEADER)
        for column, field in enumerate(columns):
            if field.kind == "score":
                bar = {"type": "data_bar", "min_type": "num", "max_type": "num", "min_value": 0, "max_value": 1}
                sheet.conditional_format(
                    HEADER + 1, column, last, column, {**bar, "bar_color": "#CFE6E8", "bar_solid": True}
                )


def _heights(rows: pd.DataFrame, columns: list[Field]) -> list[float]:
    """Row heights in points that show the longest wrapped text: spreadsheets do not all find them by themselves."""
    lines = np.ones(len(rows))
    for field in columns:
        if field.kind == "wrapped":
            lengths = rows[field.column].fillna("").astype("str").str.len().to_numpy(dtype="float64")
            lines = np.maximum(lines, np.ceil(lengths / (FILLED * field.width)))
    return [float(height) for height in np.minimum(LINE * lines + 2, 409)]  # Excel's highest row


def _values(rows: pd.DataFrame, field: Field) -> list[object]:
    """The values of one column as plain Python values, None where there is nothing to write."""
    if field.kind == "blank":
        return [None] * len(rows)
    values = rows[field.column]
    if field.kind == "score":
        values = values.round(4)
    plain = values.astype(object)
    return plain.where(values.notna(), None).tolist()


def _put(sheet: Worksheet, row: int, column: int, value: object, *, kind: str, look: Format) -> None:
    if value is None or value == "":
        sheet.write_blank(row, column, None, look)
    elif kind == "date":
        sheet.write_datetime(row, column, value, look)  # type: ignore[arg-type]
    elif kind in ("integer", "score", "bound"):
        sheet.write_number(row, column, value, look)  # type: ignore[arg-type]
    else:
        sheet.write_string(row, column, str(value), look)
