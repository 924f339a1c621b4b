"""How many interviews each office can hold in a week: its officers' shifts and its rooms, as the interview plan counts them."""

from datetime import date
from pathlib import Path

import numpy as np

from pipeline.clocks import book
from pipeline.core import stage, tables
from pipeline.core.programme import Programme


def a_week(programme: Programme, root: Path, as_of: date, weeks: int) -> np.ndarray | None:
    """Interviews a week (offices,), in the order of the programme's list; None for a programme without interviews.

    At each time of the plan's grid an office holds as many as it has officers free, or rooms if these are fewer. The
    mean over the `weeks` of the plan made on `as_of`.
    """
    from pipeline.schedule import openings, rules

    terms = book.load(programme) if programme.interviews else None
    if terms is None:
        return None
    law = rules.load(programme)
    when = openings.horizon(as_of, weeks, law, terms.calendar)
    folder = stage.place(root, programme, "interim/tables")
    offices, officers, shifts = (tables.read_table(folder / name) for name in ("offices", "officers", "shifts"))
    free, _ = openings.openings(officers, shifts, when, law)
    at_once = free.groupby(["office", "day", "minute"], as_index=False, observed=True).size()
    rooms = at_once["office"].map(offices.set_index("office")["rooms"]).fillna(0)
    held = at_once["size"].clip(upper=rooms).groupby(at_once["office"], observed=True).sum()
    return held.reindex(list(programme.offices.list_), fill_value=0).to_numpy(dtype=np.float64) / weeks


def seats(slots: np.ndarray | None, lodged: np.ndarray, tested: np.ndarray, weeks: float, share: float) -> np.ndarray:
    """How many of its tested cases each office can see (offices,).

    `lodged` and `tested` count by office all cases lodged in the test period and those whose outcome is known: an office
    that can interview a third of all its files sees a third of the tested ones. Without slots, `share` of the cases.
    """
    if slots is None:
        reach = np.full(len(lodged), share)
    else:
        reach = np.minimum(1.0, np.divide(slots * weeks, lodged, out=np.ones(len(lodged)), where=lodged > 0))
    return np.floor(reach * tested + 0.5).astype(np.int64)
