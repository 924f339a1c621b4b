import json

import great_expectations as gx
import pandas as pd
import pytest

from pipeline.core.programme import Source
from pipeline.validate import checks
from pipeline.validate.suite import Suite


def test_the_stored_suite_is_one_the_library_reads_back(source: Source):
    document = Suite(source, checks.of(source)).document()
    again = Suite(source, checks.of(source)).document()
    assert json.dumps(document) == json.dumps(again)
    suite = gx.ExpectationSuite(name=document["name"], expectations=document["expectations"])
    assert len(suite.expectations) == len(checks.of(source))


def test_an_expectation_that_cannot_be_evaluated_stops_the_run(source: Source):
    with pytest.raises(AssertionError, match="expect_"):
        Suite(source, checks.of(source)).validate(pd.DataFrame({"id": ["A1"]}), [0] * len(checks.of(source)))
