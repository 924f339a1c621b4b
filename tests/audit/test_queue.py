import types
from pathlib import Path

import numpy as np
import pytest

from pipeline.audit import metrics, queue
from pipeline.core.errors import Problem


def test_every_file_of_the_folder_is_a_metric():
    files = {path.stem for path in Path(metrics.__path__[0]).glob("*.py")} - {"__init__"}
    found = queue.metrics()
    assert set(found) == files
    places = [metric.place for metric, _ in found.values()]
    assert places == sorted(places)
    assert len(set(places)) == len(places)


def test_a_file_that_is_no_metric_stops_the_run():
    with pytest.raises(Problem, match="half.py: give it a METRIC and a measure"):
        queue._read("half", types.ModuleType("half"))


def test_variants_have_full_names(queue):
    from pipeline.audit.queue import metrics, observe

    values = observe(queue(), metrics())
    assert {"selection", "gate_fail.G01", "gate_unknown.G02"} <= set(values)
    assert all(column.shape == (8,) and column.dtype == np.float64 for column in values.values())


def test_no_share_is_anything_but_zero_or_one(queue):
    from pipeline.audit.queue import metrics, observe

    found = metrics()
    for name, column in observe(queue(), found).items():
        if found[name.partition(".")[0]][0].kind == "share":
            assert set(column[~np.isnan(column)]) <= {0.0, 1.0}, name


def test_a_queue_without_cases(queue):
    from pipeline.audit.queue import Queue, metrics, observe

    whole = queue()
    values = observe(Queue(whole.rows.iloc[:0], whole.gates, whole.as_of, True), metrics())
    assert all(len(column) == 0 for column in values.values())
