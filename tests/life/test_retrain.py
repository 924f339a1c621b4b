"""A candidate learns what was known by its day and nothing later; the road's own results stay as they are."""

import pandas as pd
import pytest

from models import tracking
from pipeline.core import registry, stage, tables
from pipeline.core.errors import Problem
from pipeline.life import retrain
from pipeline.stages.evaluate import BOOK


def test_the_same_bytes_are_the_same_version(room, kz, silent):
    again, folder = retrain.make(kz, room, pd.Timestamp("2026-03-31").date(), silent)
    assert again.number == "1" and "candidate" in again.aliases and folder == retrain.place(room, kz, "2026-03-31")
    assert len(tracking.versions(room / BOOK, "kz_2026")) == 2
    assert not stage.place(room, kz, "model").exists() and not stage.place(room, kz, "interim/cases").exists()


def test_what_became_known_later_changes_no_byte(room, kz, silent):
    """The register is cut at the earlier day: rows known later are gone, and the model is the same."""
    day = pd.Timestamp("2026-03-31")
    for name, source in kz.tables.items():
        folder = stage.place(room, kz, "interim/tables") / name
        if source.known_on is None:
            continue
        for part in range(tables.count_parts(folder)):
            rows = tables.read_part(folder, part)
            kept = rows[(rows[source.known_on] <= day).fillna(False).astype(bool)].reset_index(drop=True)
            assert len(kept) <= len(rows)
            tables.write_frame(kept, tables.part_path(folder, part))
    before = tracking.find(room / BOOK, "kz_2026", "1")
    again, folder = retrain.make(kz, room, day.date(), silent)
    assert again.number == "1" and registry.digests(stage.place(folder, kz, "model")) == registry.digests(before.model)


def test_without_the_exports_read_or_after_their_day_it_says_so(tmp_path, kz, silent):
    with pytest.raises(Problem, match="read the exports first"):
        retrain.make(kz, tmp_path, kz.as_of, silent)
    with pytest.raises(Problem, match="the exports end on 2026-06-30"):
        retrain.make(kz, tmp_path, pd.Timestamp("2030-01-01").date(), silent)


def test_a_programme_that_learns_nothing_has_no_candidate(tmp_path, silent):
    from pipeline.core.programme import load

    with pytest.raises(Problem, match="no model to retrain"):
        retrain.make(load("ca_fsw"), tmp_path, load("ca_fsw").as_of, silent)
