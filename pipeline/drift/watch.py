"""All checks of one intake, judged together."""

from dataclasses import dataclass

import pandas as pd

from pipeline.core.params import Drift
from pipeline.drift import checks, labels
from pipeline.drift.checks import Check
from pipeline.drift.volume import volume
from pipeline.drift.window import Intake


@dataclass(frozen=True)
class Watch:
    """An intake and what its checks say."""

    intake: Intake
    checks: list[Check]
    knobs: Drift

    def having(self, verdict: str) -> list[Check]:
        """The checks with that verdict, in order."""
        return [check for check in self.checks if check.verdict == verdict]


def watch(intake: Intake, knobs: Drift) -> Watch:
    """Runs every check: by feature, score, calibration, volume. The order of rows plays no role."""
    before, now = intake.reference, intake.current
    found: list[Check] = []
    for feature in intake.described:
        old, new = before.features[feature.name], now.features[feature.name]
        found += [
            checks.distribution(old, new, feature.kind, checks.PSI, feature.name, knobs),
            checks.missing(old, new, feature.name, knobs),
        ]
        if feature.kind == "category":
            found.append(checks.unknown_codes(old, new, feature.name, knobs))
    found.append(
        checks.distribution(pd.Series(before.score), pd.Series(now.score), "number", checks.SCORE_PSI, "", knobs)
    )
    found.append(checks.score_mean(before.score, now.score, knobs))
    programme = intake.programme
    waits = labels.due(
        now.first, now.last, programme.cases.decision_after_days, programme.outcome.maturity_months, intake.as_of
    )
    found += labels.calibration(now.score, now.label, before.score, intake.fitted_on, waits, knobs)
    found += volume(
        intake.lodged, list(programme.offices.list_), (before.first, before.last), (now.first, now.last), knobs
    )
    return Watch(intake, checks.judge(found, knobs.alpha), knobs)
