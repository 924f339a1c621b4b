"""The clocks of some files of the ingested registers, as the registers were known on a day."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from features.asof import CASE, known_by
from pipeline.clocks.book import EVENT, HOLDS, Book
from pipeline.clocks.holds import REASON, Spans, spans
from pipeline.clocks.state import Standing, stand
from pipeline.core import facts, tables
from pipeline.core.programme import Programme


def of_cases(programme: Programme, book: Book, accepted: Path, part: int, case_id: pd.Series, day: date) -> Standing:
    """Where the files `case_id`, all of them in part `part` of the accepted tables, stand on `day`."""
    wanted = book.wanted(programme)
    found, hidden = facts.of_cases(programme, wanted, accepted, part, case_id, day)
    return stand(book, found, hidden, _held(programme, book, accepted, part, case_id, hidden, day), day)


def _held(
    programme: Programme, book: Book, accepted: Path, part: int, case_id: pd.Series, hidden: pd.DataFrame, day: date
) -> Spans:
    """The held days of the files. A file with an unreadable event counts as never held: the earliest last day it can have."""
    last = np.datetime64(day, "D")
    if not book.held:
        return spans(pd.DataFrame({CASE: [], EVENT: [], "on": np.array([], dtype="datetime64[D]")}), "on", last)
    source, link = programme.tables[HOLDS], facts.link(programme, HOLDS)
    folder = accepted / HOLDS
    needed = {source.key, link, EVENT, REASON, source.happened_on, source.known_on}
    columns = [name for name in source.columns if name in needed]
    rows = tables.read_part(folder, part if tables.count_parts(folder) > 1 else 0, columns)
    keys = list(dict.fromkeys([programme.case_id, programme.person_id]))
    cases = tables.read_part(accepted / programme.cases.source, part, keys)
    cases = cases.set_index(programme.case_id, drop=False).loc[case_id].reset_index(drop=True)
    events = known_by(cases, rows, link, np.full(len(cases), last), source.known_on)
    readable = ~hidden[HOLDS].to_numpy(dtype=bool)[events[CASE].to_numpy()]
    return spans(events[readable], str(source.happened_on), last)
