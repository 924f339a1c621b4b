"""The groups of cases: as the audit reads them, in the order asked for."""

from datetime import date
from types import SimpleNamespace

import pandas as pd

from pipeline.stages import _groups


def test_groups_come_in_the_order_of_the_cases(project):
    project.fill(parts=2)
    ctx = SimpleNamespace(programme=project.programme, as_of=date(2016, 9, 30), read=project.path)
    table = pd.read_parquet(project.path("interim/tables/decisions") / "part-0001.parquet")
    asked = table["case_no"].iloc[[7, 2, 5]]
    found = _groups.read(ctx, asked, 1)
    assert list(found.columns) == ["citizenship", "education", "state"]
    assert found["citizenship"].tolist() == table["applicant_citizenship"].iloc[[7, 2, 5]].tolist()
