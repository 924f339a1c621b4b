import pytest

from pipeline.core.programme import load
from pipeline.gates import rulebook
from pipeline.policy import law_points
from pipeline.policy.markdown import safe

PROGRAMMES = {name: load(name) for name in ("kz_2026", "ca_fsw", "au_skilled")}
TABLES = {name: rulebook.load(programme).points for name, programme in PROGRAMMES.items()}


def text(name, table=None):
    return law_points.section(PROGRAMMES[name], table or TABLES[name])


@pytest.mark.parametrize("name", sorted(PROGRAMMES))
def test_every_band_stands_there_with_its_points_period_status_and_source(name):
    said = text(name)
    for criterion in TABLES[name].criteria.values():
        assert all(safe(title) in said for title in criterion.title.values())
        for band in criterion.bands:
            row = f"`{band.when.text}` | **{band.points}** | {band.from_} | {band.to or ''} | {band.status} | {safe(band.source)} |"
            assert row in said
    for cap in TABLES[name].caps:
        assert safe(cap.title["kk"]) in said and f"**{cap.most}**" in said


def test_provisional_points_are_called_so():
    assert "36 rows are PROVISIONAL: not official" in text("kz_2026") and "Every row is OFFICIAL." in text("ca_fsw")
    assert "Rounding: UNKNOWN" in text("kz_2026") and "Rounding: none" in text("ca_fsw")


def test_threshold_measure_and_maximum():
    said = text("kz_2026")
    assert "| 400 | 2026-02-13 |  | CONFIRMED | [CH97][PAT] |" in said and "At most 1000 points" in said
    assert (
        "`measure` is `years(birth_date, today)`" in said
        and "the full years from “Date of birth” to the day of the check" in said
    )
    assert said.count("Nobody is told to change it.") == 2
    unknown = [item.model_copy(update={"value": "UNKNOWN"}) for item in TABLES["kz_2026"].threshold]
    assert "| UNKNOWN | 2026-02-13 |" in text("kz_2026", TABLES["kz_2026"].model_copy(update={"threshold": unknown}))


def test_bands_that_add_up_are_told_from_bands_of_which_one_counts():
    said = text("ca_fsw")
    assert "Every band that holds adds its points." in said and "The first band that holds gives its points." in said
    assert "Caps: what some criteria give together at most." in said
