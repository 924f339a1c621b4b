"""Which day each file of one office gets, and how many interviews of each language each time holds: one min-cost flow.

File -> (language, day) -> officers of one set of languages at one time -> rooms at that time -> done. A file that finds
no time goes straight to the end at a price no other can reach. Costs are whole numbers and every capacity is too, so
the optimum found is exact (Ahuja, Magnanti, Orlin: Network Flows, 1993, chapters 9 to 11; solver: OR-Tools
`SimpleMinCostFlow`, cost scaling, the same result at every run).
"""

from dataclasses import dataclass

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
    position, the weight falling evenly with rank. Files of one language and one deadline then stand in order of rank.
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

    at_language = count
    at_group = at_language + len(speaks) * days
    at_time = at_group + len(times)
    slot, time_of = np.unique(times["day"].to_numpy() * 10_000 + times["minute"].to_numpy(), return_inverse=True)
    end = at_time + len(slot)
    spoken, group = np.nonzero(speaks[:, times["languages"].to_numpy()])
    officers, group_day = times["officers"].to_numpy(dtype="int64"), times["day"].to_numpy()
    files = np.arange(count)

    flow = min_cost_flow.SimpleMinCostFlow()
    ones = np.ones(len(file), dtype="int64")
    cost = weight[file] * day + late_price * (day >= deadline[file])
    to_day = flow.add_arcs_with_capacity_and_unit_cost(file, at_language + language[file] * days + day, ones, cost)
    to_group = flow.add_arcs_with_capacity_and_unit_cost(
        at_language + spoken * days + group_day[group],
        at_group + group,
        officers[group],
        np.zeros(len(group), dtype="int64"),
    )
    flow.add_arcs_with_capacity_and_unit_cost(
        at_group + np.arange(len(times)), at_time + time_of, officers, 0 * officers
    )
    seats = np.full(len(slot), rooms, dtype="int64")
    flow.add_arcs_with_capacity_and_unit_cost(at_time + np.arange(len(slot)), np.full(len(slot), end), seats, 0 * seats)
    flow.add_arcs_with_capacity_and_unit_cost(
        files, np.full(count, end), np.ones(count, dtype="int64"), out_price + weight * days
    )
    flow.set_nodes_supplies(np.append(files, end), np.append(np.ones(count, dtype="int64"), -count))
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise RuntimeError(f"the min-cost flow of an office with {count} files ended as {status}")

    given = np.full(count, days)
    used = flow.flows(to_day) > 0
    given[file[used]] = day[used]
    amounts = flow.flows(to_group)
    taken = np.repeat(np.arange(len(group)), amounts)
    seat = times.iloc[group[taken]][["day", "minute", "languages"]].reset_index(drop=True)
    seat.insert(0, "language", spoken[taken])
    return Placement(_by_rank(language, deadline, given), seat)


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
