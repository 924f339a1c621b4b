"""Cases and features go together row by row, or not at all."""

import pytest

from pipeline.core import tables
from pipeline.core.errors import Problem
from pipeline.stages import train


def test_tables_of_two_runs_are_refused(project):
    project.fill()
    path = tables.part_path(project.path("interim/features"), 1)
    tables.write_frame(tables.read_part(path.parent, 1).iloc[::-1], path)
    with pytest.raises(Problem, match="differ in part 1; run the stage `features` again"):
        project.run(train.STAGE)


def test_a_missing_table_is_named(project):
    with pytest.raises(Problem, match="interim/perm_2016/cases: missing"):
        project.run(train.STAGE)
