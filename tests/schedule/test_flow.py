"""The flow against two independent solvers: an assignment on single seats, and CP-SAT where rooms are short."""

import numpy as np
import pandas as pd
import pytest

from pipeline.schedule import flow

DAYS = 4
MASKS = np.array([[1, 0, 1, 1], [0, 1, 1, 1], [0, 0, 0, 1]], dtype=bool)  # languages x sets of an officer


def world(seed, files=30):
    draw = np.random.default_rng(seed)
    language, deadline = draw.integers(0, 3, files), draw.integers(0, DAYS + 1, files)
    times = pd.DataFrame(
        [(d, m, s) for d in range(DAYS) for m in (540, 580) for s in range(4)], columns=["day", "minute", "languages"]
    )
    times["officers"] = draw.integers(0, 3, len(times))
    return language, deadline, times[times["officers"] > 0].reset_index(drop=True)


def tally(day, deadline):
    placed = day < DAYS
    return int(placed.sum()), int((day[placed] >= deadline[placed]).sum())


def weighted(day):
    return int(((len(day) - np.arange(len(day))) * day).sum())


@pytest.mark.parametrize("seed", range(6))
def test_equals_an_assignment_of_single_seats(seed):
    from scipy.optimize import linear_sum_assignment

    language, deadline, times = world(seed)
    found = flow.place(language, deadline, times, MASKS, rooms=99, days=DAYS)
    seats = times.loc[times.index.repeat(times["officers"])]
    day, count = seats["day"].to_numpy(), len(language)
    weight = count - np.arange(count)
    cost = weight[:, None] * day[None, :] + 1e5 * (day[None, :] >= deadline[:, None])
    cost = np.where(MASKS[language][:, seats["languages"].to_numpy()], cost, 1e9)
    cost = np.hstack([cost, np.repeat((1e7 + weight * DAYS)[:, None], count, axis=1)])
    rows, columns = linear_sum_assignment(cost)
    best = np.append(day, np.full(count, DAYS))[columns[np.argsort(rows)]]
    assert tally(found.day, deadline) == tally(best, deadline)
    assert weighted(found.day) == weighted(best)


@pytest.mark.parametrize("seed", range(3))
def test_equals_cp_sat_where_rooms_are_short(seed):
    from ortools.sat.python import cp_model

    language, deadline, times = world(seed, files=14)
    found = flow.place(language, deadline, times, MASKS, rooms=1, days=DAYS)
    model, count = cp_model.CpModel(), len(language)
    x = {
        (f, t): model.new_bool_var("")
        for f in range(count)
        for t in times.index
        if MASKS[language[f], times["languages"][t]]
    }
    for f in range(count):
        model.add_at_most_one(v for (g, _), v in x.items() if g == f)
    for t in times.index:
        model.add(sum(v for (_, u), v in x.items() if u == t) <= int(times["officers"][t]))
    for _, same in times.groupby(["day", "minute"]):
        model.add(sum(v for (_, u), v in x.items() if u in same.index) <= 1)
    day = times["day"].to_numpy()
    gain = {(f, t): 10**6 - 10**4 * int(day[t] >= deadline[f]) + (count - f) * (DAYS - int(day[t])) for f, t in x}
    model.maximize(sum(gain[key] * v for key, v in x.items()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(model) == cp_model.OPTIMAL
    best = np.full(count, DAYS)
    for (f, t), v in x.items():
        if solver.value(v):
            best[f] = day[t]
    assert tally(found.day, deadline) == tally(best, deadline)
    assert weighted(found.day) == weighted(best)


def test_prices_keep_the_goals_apart_and_inside_64_bits():
    for count, days in [(1, 1), (30, 40), (5_000, 40), (100_000, 250)]:
        weight, late, out = flow._prices(count, days)
        assert weight.min() >= 1
        assert (np.diff(weight) <= 0).all()
        assert late > int(weight.sum()) * days
        assert out >= late * count + late
        assert (out + int(weight[0]) * days) * (2 * count + 20_000) < 2**63


def test_nothing_to_place_and_nowhere_to_place_it():
    _, _, times = world(0)
    nobody = np.array([], dtype="int64")
    assert len(flow.place(nobody, nobody, times, MASKS, rooms=1, days=DAYS).day) == 0
    found = flow.place(np.array([0]), np.array([4]), times.iloc[:0], MASKS, rooms=1, days=DAYS)
    assert found.day.tolist() == [DAYS]
    assert list(found.seats.columns) == ["language", "day", "minute", "languages"]


def test_interviews_stand_at_the_earliest_times_of_their_day():
    times = pd.DataFrame({"day": 0, "minute": [540, 580, 620, 660], "languages": 3, "officers": 2})
    found = flow.place(np.array([0, 1, 2]), np.array([4, 4, 4]), times, MASKS, rooms=2, days=DAYS)
    assert sorted(found.seats["minute"]) == [540, 540, 580]
