"""Earlier cases: equal to counting them by hand on each day, and blind to everything later."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features import recipes
from features.build import build
from features.columns import Recipe
from features.history import History
from features.sets import needed

DAY0 = np.datetime64("2025-01-01")
COUNT = Recipe(recipe="earlier_count", column="employer", meaning="Earlier cases")
SHARE = Recipe(recipe="earlier_share", column="employer", meaning="Earlier share", smoothing=3.0)
DECLARE = {"count": COUNT, "share": SHARE}

EMPLOYERS = st.sampled_from(["Acme", "ACME ", "Globex", "", None])
SPELL = st.tuples(st.integers(0, 30), st.one_of(st.none(), st.integers(1, 10)), st.booleans())
CASE = st.tuples(EMPLOYERS, st.integers(0, 20), st.integers(0, 20), st.lists(SPELL, max_size=2))


def days(numbers):
    return pd.Series([pd.NaT if n is None else DAY0 + n for n in numbers], dtype="datetime64[s]")


def tables(rows):
    """Cases (with the day as of which they are seen) and spells from rows of (employer, lodged, after, spells)."""
    cases = pd.DataFrame(
        {
            "employer": pd.Series([row[0] for row in rows], dtype="str"),
            "lodged_on": days([row[1] for row in rows]),
            "decision_day": days([row[1] + row[2] for row in rows]),
        }
    )
    found = [
        (n, since, None if long is None else since + long, good)
        for n, row in enumerate(rows)
        for since, long, good in row[3]
    ]
    spells = pd.DataFrame(
        {
            "case": np.array([spell[0] for spell in found], dtype="int64"),
            "since": days([spell[1] for spell in found]),
            "until": days([spell[2] for spell in found]),
            "positive": np.array([spell[3] for spell in found], dtype=bool),
        }
    )
    return cases, spells


def fed(parts, declare=DECLARE):
    history = History(declare, "lodged_on")
    for cases, spells in parts:
        history.add(cases, spells)
    history.close()
    return history


def by_hand(rows):
    """The reference: every case looks at every other one."""
    named = [(row[0] or "").strip().upper() for row in rows]
    counts, shares = [], []
    for n, (_, lodged, after, _) in enumerate(rows):
        day = lodged + after

        def known(others, day=day):
            return [
                good
                for other in others
                for since, long, good in rows[other][3]
                if since < day and not (long is not None and since + long < day)
            ]

        alike = [m for m in range(len(rows)) if named[m] == named[n]]
        everybody, mine = known(range(len(rows))), known(alike)
        counts.append(sum(rows[m][1] < lodged for m in alike) if named[n] else np.nan)
        overall = np.mean(everybody) if everybody else np.nan
        shares.append((sum(mine) + 3.0 * overall) / (len(mine) + 3.0) if named[n] else np.nan)
    return np.array(counts, dtype=float), np.array(shares, dtype=float)


@given(st.lists(CASE, max_size=12))
def test_it_equals_counting_by_hand(rows):
    cases, spells = tables(rows)
    history = fed([(cases, spells)])
    counts, shares = by_hand(rows)
    np.testing.assert_array_equal(history.count(COUNT, cases), counts)
    np.testing.assert_allclose(history.share(SHARE, cases), shares, rtol=1e-12)


@given(st.lists(CASE, min_size=1, max_size=12), st.data())
def test_neither_order_nor_parts_change_a_bit(rows, data):
    whole = tables(rows)
    order = data.draw(st.permutations(range(len(rows))))
    cut = data.draw(st.integers(0, len(rows)))
    shuffled = [rows[n] for n in order]
    history, other = fed([whole]), fed([tables(shuffled[:cut]), tables(shuffled[cut:])])
    for ask, recipe in ((History.count, COUNT), (History.share, SHARE)):
        wanted = ask(history, recipe, whole[0]).to_numpy()
        found = np.concatenate([ask(other, recipe, tables([row])[0]).to_numpy() for row in rows])
        np.testing.assert_array_equal(wanted, found)


@given(st.lists(CASE, min_size=1, max_size=10), st.lists(CASE, max_size=5), st.integers(0, 20))
def test_nothing_lodged_or_known_later_changes_an_earlier_case(rows, more, day):
    """Cases seen by `day` read the same whether what comes on or after that day is told or not."""
    early = [row for row in rows if row[1] + row[2] <= day]
    told = [(*row[:3], [spell for spell in row[3] if spell[0] < day]) for row in rows]
    told = [(*row[:3], [(since, None if long is not None and since + long >= day else long, good) for since, long, good in row[3]]) for row in told]  # fmt: skip
    later = [(employer, lodged + day, after, [(since + day, *rest) for since, *rest in spells]) for employer, lodged, after, spells in more]  # fmt: skip
    cases = tables(early)[0]
    short, long = fed([tables(told)]), fed([tables([*rows, *later])])
    for ask, recipe in ((History.count, COUNT), (History.share, SHARE)):
        np.testing.assert_array_equal(ask(short, recipe, cases), ask(long, recipe, cases))


def test_an_employer_is_counted_under_all_its_declared_spellings():
    folded = Recipe(
        recipe="earlier_count", column="employer", meaning="x",
        fold=["punctuation", "legal_forms"], same_as={"Acme Holding": "Acme"},
    )  # fmt: skip
    cases, spells = tables(
        [(name, n, 0, []) for n, name in enumerate(["Acme, Inc.", "ACME LLC", "acme holding", "Acm"])]
    )
    history = fed([(cases, spells)], {"n": folded, "plain": COUNT})
    assert history.count(folded, cases).tolist() == [0, 1, 2, 0]
    assert history.count(COUNT, cases).tolist() == [0, 0, 0, 0]


def test_a_value_never_met_has_no_earlier_case_and_the_share_of_all():
    cases, spells = tables([("Acme", 0, 0, [(1, None, True)]), ("Acme", 0, 0, [(1, None, False)])])
    history = fed([(cases, spells)])
    asked, _ = tables([("Initech", 5, 0, []), ("Initech", 1, 0, [])])
    assert history.count(COUNT, asked).tolist() == [0, 0]
    assert history.share(SHARE, asked).fillna(-1).tolist() == [0.5, -1]  # on day 1 nothing had been known before


def test_features_with_a_history_are_built_and_refused_without_one():
    class Choice:
        use = None
        declare = DECLARE

    cases, spells = tables([("Acme", 0, 0, []), ("Acme", 1, 3, []), (None, 2, 2, [])])
    assert needed(Choice()) == {"cases": ["employer"]}
    built = build(Choice(), cases, {}, history=fed([(cases, spells)]))
    assert built["count"].fillna(-1).tolist() == [0, 1, -1]
    assert built["count"].dtype == built["share"].dtype == "float32"
    with pytest.raises(ValueError, match="`earlier_count` of `employer` counts earlier cases, which are not at hand"):
        recipes.build(COUNT, cases)
