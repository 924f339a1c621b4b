"""The margins: public ones cited, all of them restored."""

import re
from pathlib import Path

import numpy as np
import pytest

from pipeline.synthesize import figures
from pipeline.synthesize.figures import DERIVED, INVENTED, Figure

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "synthetic.md"
TABLES = [*figures.ORIGINS.values(), figures.ETHNIC, figures.REGIONS, figures.OTHER_REGIONS, figures.AGES,
          figures.EDUCATION_KANDAS, figures.EDUCATION_OTHERS, figures.TREATY, figures.FAMILY_OF, figures.STATELESS_BASIS,
          figures.GROUNDS, figures.COURSES, figures.HOLD_REASONS]  # fmt: skip


def sources() -> set[str]:
    single = [value for value in vars(figures).values() if isinstance(value, Figure)]
    return {figure.source for table in TABLES for figure in table.values()} | {figure.source for figure in single}


def test_every_figure_says_where_it_comes_from():
    assert all(source in (DERIVED, INVENTED) or re.match(r"\[[A-Z0-9-]+\]", source) for source in sources())


def test_every_source_has_its_address_in_the_document():
    text = DOCUMENT.read_text(encoding="utf-8")
    keys = {key for source in sources() for key in re.findall(r"\[[A-Z0-9-]+\]", source)}
    assert {key for key in keys if f"| {key} | http" not in text} == set()


@pytest.mark.parametrize("year", [2021, 2023, 2024, 2025, 2026])
def test_shares_sum_to_one_and_both_margins_are_restored(year: int):
    origins, regions = figures.origin_shares(year), figures.region_shares()
    assert origins.sum() == pytest.approx(1)
    assert regions.sum() == pytest.approx(1)
    table = figures.region_given_origin(year)
    assert table.sum(axis=1) == pytest.approx(np.ones(len(figures.COUNTRIES)))
    assert origins @ table == pytest.approx(regions, abs=1e-6)


def test_the_origins_drift_as_published():
    uzbekistan = figures.COUNTRIES.index("UZB")
    assert [round(figures.origin_shares(year)[uzbekistan], 2) for year in (2023, 2024, 2025)] == [0.26, 0.41, 0.53]


def test_whole_distributions_sum_to_one():
    whole = (figures.AGES, figures.EDUCATION_KANDAS, figures.EDUCATION_OTHERS, figures.FAMILY_OF, figures.STATELESS_BASIS,
             figures.COURSES, figures.HOLD_REASONS)  # fmt: skip
    for table in whole:
        assert sum(figure.value for figure in table.values()) == pytest.approx(1)
    assert max(figures.AGES, key=lambda band: figures.AGES[band].value / (band[1] - band[0])) == (35, 40)


def test_solvency_of_2026():
    assert figures.SOLVENCY_MCI.value * figures.mci(2026) == 5_709_000
    assert figures.mci(2024) < figures.mci(2025) < figures.mci(2026)
