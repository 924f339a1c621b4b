"""Which day each file of one office gets, and how many interviews of each language each time holds: one min-cost flow.

File -> (language, day) -> officers of one set of languages at one time -> rooms at that time -> done. A file that finds
no time goes straight to the end at a price no other can reach. Costs are whole numbers and every capacity is too, so
the optimum found is exact (Ahuja, Magnanti, Orlin: Network Flows, 1993, chapters 9 to 11; solver: OR-Tools
`SimpleMinCostFlow`, cost scaling, the same result at every run).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

WEIGHTS = 1000  # ranks of an office are told apart in the costs by at most this many steps
LARGEST = 2**61


@dataclass(frozen=True)
class Placement:
    """`day` is the position of each file's day, or the number of days where it has none; `seats` has one row an
    interview: language, day, minute, languages (the set of its officer)."""

    day: np.ndarray
    seats: pd.DataFrame


def place(
    language: np.ndarray, deadline: np.ndarray, times: pd.DataFrame, speaks: np.ndarray, *, rooms: int, days: int
) -> Placement:
    """Days for the files of one office, given in order of rank.

    `language` (files,) is a position in `speaks`' rows; `deadline` (files,) says on how many of the first days the file
    is in time (0..days); `times` has one row a (day position, minute, languages) with `officers`, how many are free;
    `languages` there is a position in `speaks`' columns; `speaks` (languages, sets) says who understands whom.

    Minimises, strictly in this order: files without a day; files after their deadline; the sum of weight x day
    position, the weight falling evenly with rank. Files of one language and one deadline then stand in order of rank,
    and within its day every interview is as early as officers and rooms allow.
    """
    from ortools.graph.python import min_cost_flow

    count = len(language)
    if count == 0 or len(times) == 0:
        return Placement(
            np.full(count, days), times.iloc[:0].assign(language=0)[["language", "day", "minute", "languages"]]
        )
    last = _last_useful_day(times, speaks, rooms, days, count)
    file, day = np.nonzero(np.arange(days)[None, :] < last[language][:, None])
    weight, late_price, out_price = _prices(count, days)
    files, ones = np.arange(count), np.ones(count, dtype="int64")

    flow = min_cost_flow.SimpleMinCostFlow()
    cost = weight[file] * day + late_price * (day >= deadline[file])
    to_day = flow.add_arcs_with_capacity_and_unit_cost(file, count + language[file] * days + day, ones[file], cost)
    lower = _lower(flow, count, times, speaks, rooms=rooms, days=days, priced=False)
    flow.add_arcs_with_capacity_and_unit_cost(files, 0 * files + lower.end, ones, out_price + weight * days)
    _solve(flow, files, ones, lower.end)
    given = np.full(count, days)
    used = flow.flows(to_day) > 0
    given[file[used]] = day[used]

    # The days are settled; the same network without files finds the earliest times of each day that can hold them.
    again = min_cost_flow.SimpleMinCostFlow()
    lower = _lower(again, 0, times, speaks, rooms=rooms, days=days, priced=True)
    held = given < days
    amount = np.bincount(language[held] * days + given[held], minlength=len(speaks) * days)
    _solve(again, np.arange(len(amount)), amount, lower.end)
    taken = np.repeat(np.arange(len(lower.group)), again.flows(lower.arcs))
    seats = times.iloc[lower.group[taken]][["day", "minute", "languages"]].reset_index(drop=True)
    seats.insert(0, "language", lower.language[taken])
    return Placement(_by_rank(language, deadline, given), seats)


@dataclass(frozen=True)
class _Lower:
    """The part from (language, day) to the rooms: its arcs into rows of `times` with their language, and the last node."""

    arcs: np.ndarray
    language: np.ndarray
    group: np.ndarray
    end: int


def _lower(
    flow: Any, first: int, times: pd.DataFrame, speaks: np.ndarray, *, rooms: int, days: int, priced: bool
) -> _Lower:
    """Adds to `flow` the arcs below (language, day), whose nodes stand from `first` on; `priced`: a time costs
    its place in the day."""
    at_group = first + len(speaks) * days
    at_time = at_group + len(times)
    slot, time_of = np.unique(times[["day", "minute"]].to_numpy(dtype="int64"), axis=0, return_inverse=True)
    end = at_time + len(slot)
    language, group = np.nonzero(speaks[:, times["languages"].to_numpy()])
    officers, day = times["officers"].to_numpy(dtype="int64"), times["day"].to_numpy(dtype="int64")
    groups, slots = np.arange(len(times)), np.arange(len(slot))
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        first + language * days + day[group], at_group + group, officers[group], 0 * group
    )
    flow.add_arcs_with_capacity_and_unit_cost(at_group + groups, at_time + time_of, officers, 0 * groups)
    order = np.unique(slot[:, 1], return_inverse=True)[1]
    price = order if priced else 0 * order
    flow.add_arcs_with_capacity_and_unit_cost(at_time + slots, 0 * slots + end, 0 * slots + rooms, price)
    return _Lower(arcs, language, group, end)


def _solve(flow: Any, nodes: np.ndarray, supply: np.ndarray, end: int) -> None:
    flow.set_nodes_supplies(np.append(nodes, end), np.append(supply, -supply.sum()))
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise RuntimeError(f"a min-cost flow of {int(supply.sum())} interviews ended as {status}")


def _prices(count: int, days: int) -> tuple[np.ndarray, int, int]:
    """The weight of each file in order of rank, the price of a missed deadline and of having no day.

    Each price is more than everything below it can add up to, which makes the goals strictly ordered. The solver
    multiplies prices by the number of nodes; weights are coarser where that would leave 64 bits.
    """
    steps = min(count, WEIGHTS)
    while steps > 1 and steps * count**3 * days > LARGEST:
        steps //= 2
    weight = steps - np.arange(count, dtype="int64") * steps // count
    below = int(weight.sum()) * days + 1
    return weight, below, below * (count + 1)


def _last_useful_day(times: pd.DataFrame, speaks: np.ndarray, rooms: int, days: int, count: int) -> np.ndarray:
    """For each language the number of days after which there is always an earlier free time, whatever the others take.

    `count` files can block at most `count - 1` of the times one of them could use, so days after the first `count`
    such times are never needed. Leaving them out changes no result and keeps the network small.
    """
    last = np.zeros(len(speaks), dtype="int64")
    for number, heard in enumerate(speaks):
        open_to = times[heard[times["languages"].to_numpy()]]
        free = open_to.groupby(["day", "minute"])["officers"].sum().clip(upper=rooms).groupby("day").sum()
        each = np.zeros(days, dtype="int64")
        each[free.index.to_numpy(dtype="int64")] = free.to_numpy(dtype="int64")
        last[number] = min(int(np.searchsorted(np.cumsum(each), count)) + 1, days)
    return last


def _by_rank(language: np.ndarray, deadline: np.ndarray, given: np.ndarray) -> np.ndarray:
    """The same days, handed out in order of rank among files of one language and one deadline (the solver may swap
    equal ones)."""
    files = np.arange(len(given))
    by_rank = np.lexsort((files, deadline, language))
    by_day = np.lexsort((given, deadline, language))
    out = np.empty_like(given)
    out[by_rank] = given[by_day]
    return out
