"""Great Expectations: one suite a source, one cheap validation a block; the only importer of the library."""

from typing import Any

import great_expectations as gx
import pandas as pd
from great_expectations.data_context.types.base import DataContextConfig, InMemoryStoreBackendDefaults

from pipeline.core import clock
from pipeline.core.programme import Source
from pipeline.validate.checks import Check


def _in_memory() -> DataContextConfig:
    """Nothing on disk (the stock configuration leaves a folder for its docs site behind), no progress bars."""
    config = DataContextConfig(store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False))
    config.progress_bars = {"globally": False, "metric_calculations": False}  # type: ignore[assignment]
    return config


class Suite:
    """The suite of one source. Counts add up over the blocks of a file.

    Results are asked for as BASIC: cost is per call, not per bad row (bad rows are found by the checks' own masks).
    """

    def __init__(self, source: Source, checks: list[Check]) -> None:
        self._checks = checks
        context = gx.get_context(mode="ephemeral", project_config=_in_memory())
        asset = context.data_sources.add_pandas(source.name).add_dataframe_asset(source.name)
        self._batch = asset.add_batch_definition_whole_dataframe("block")
        self._suite = context.suites.add(gx.ExpectationSuite(name=source.name))
        for check in checks:
            kind: Any = gx.expectations.registry.get_expectation_impl(check.expectation)
            self._suite.add_expectation(
                kind(column=check.tested, meta={"reason": check.reason, "column": check.column}, **check.arguments)
            )
        self.seconds = 0.0  # spent inside the library
        self.counts = [{"checked": 0, "missing": 0, "unexpected": 0} for _ in checks]

    def validate(self, frame: pd.DataFrame, expected: list[int]) -> None:
        """Validates one block and adds its counts; `expected` is how many bad rows each check's mask has.

        Raises AssertionError where the library and a mask disagree: one of the two is wrong, so nothing may be trusted.
        """
        started = clock.seconds()
        result = self._batch.get_batch({"dataframe": frame}).validate(self._suite, result_format="BASIC")
        self.seconds += clock.seconds() - started
        for number, (check, count, outcome) in enumerate(zip(self._checks, expected, result.results, strict=True)):
            if "unexpected_count" not in outcome.result:
                raise AssertionError(
                    f"{check.expectation} on {check.tested} could not be evaluated: {outcome.exception_info}"
                )
            found = int(outcome.result["unexpected_count"])
            if found != count:
                raise AssertionError(
                    f"{check.reason} on {check.tested}: the suite finds {found} rows, the mask {count}"
                )
            self.counts[number]["checked"] += int(outcome.result["element_count"])
            self.counts[number]["missing"] += int(outcome.result["missing_count"])
            self.counts[number]["unexpected"] += found

    def document(self) -> dict[str, Any]:
        """The suite as JSON without the random ids the library adds."""
        document: dict[str, Any] = dict(self._suite.to_json_dict())
        document.pop("id", None)
        for expectation in document["expectations"]:
            expectation.pop("id", None)
        return document
