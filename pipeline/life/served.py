"""What the registered model answers: raw records of one application in, score, reasons and versions out.

The same code as on the road reads, checks and joins the rows; the tables score them. Nothing is learnt and nothing kept.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from features.asof import as_days
from features.build import Table, build
from features.history import History
from features.registry import DECISION_DAY
from models.labels import first_decided
from models.scorer import Scorer
from models.spells import spells
from pipeline.core import programme as programmes
from pipeline.core import registry, versions
from pipeline.core.errors import Problem
from pipeline.core.facts import link
from pipeline.core.messages import LANGUAGES, Words
from pipeline.core.programme import Programme, Source
from pipeline.rank import reasons
from pipeline.sources import records
from pipeline.stages.ingest import _order
from pipeline.stages.rank import features as described
from pipeline.validate.checks import Check
from pipeline.validate.keys import Seen
from pipeline.validate.suite import Suite
from pipeline.validate.validator import Validator

REASONS = 3
SCORED, PERSON_FIRST = "scored", "a person first"


class Unwatched(Suite):
    """No second opinion of the validation library: it costs seconds a request and finds what the checks find."""

    def __init__(self, source: Source, checks: list[Check]) -> None:
        """Keeps nothing."""

    def validate(self, frame: pd.DataFrame, expected: list[int]) -> None:
        """Looks at nothing."""


class Answers:
    """A model and the description of its programme, ready to answer."""

    def __init__(self, model: Path, programme: Path, sha256: str) -> None:
        self.programme = programmes.load(str(programme))
        law = versions.law(self.programme)
        if registry.seal(registry.digests(model), law) != sha256:
            raise Problem(f"The registered model of {self.programme.programme} was edited; register it again.")
        self.scorer = Scorer(model)
        self.versions = {"model": versions.of(model.iterdir(), model), "law": law, "code": versions.code()}
        self._described, self._closed = described(self.programme)
        if read := sorted(self._closed & set(self.scorer.schema.names)):
            raise Problem(
                f"The model reads the protected or secret attribute {', '.join(read)}; it must not be served."
            )
        self._words = [Words(lang) for lang in LANGUAGES]

    def __call__(self, asked: pd.DataFrame) -> pd.DataFrame:
        """One row of answers a row of `asked` (columns `as_of`, a day, and `records`, JSON text).

        `records` is an object {source: [rows as in its export]}. The first row of the case table is the application;
        further ones are earlier cases, which only features that count such cases look at (`earlier` says how many were
        given). Answers:
        `case_id`, `score` (calibrated), its interval `low` and `high`, `band` (`scored`, or
        `a person first` because of `why_doubt`), `reasons` (JSON: feature, effect, value
        a sentence in each language, and what would change it), the versions, and `error`: one sentence, without any value of a person, where
        the application cannot be scored; then there is no score.
        """
        rows = [self._answer(row.as_of, row.records) for row in asked.itertuples()]
        return pd.DataFrame(rows, dtype=object)  # what is not known stays None, which JSON knows

    def _answer(self, as_of: Any, text: Any) -> dict[str, Any]:
        nothing: dict[str, Any] = dict.fromkeys(
            ("case_id", "score", "low", "high", "band", "why_doubt", "reasons", "earlier")
        )
        try:
            case_id, earlier, frame = self.features(_day(as_of), _records(text))
            found = self._scored(frame) | {"earlier": earlier}
        except (Problem, ValueError) as error:
            return nothing | self.versions | {"error": str(error)}
        return nothing | {"case_id": case_id} | found | self.versions | {"error": None}

    def _scored(self, frame: pd.DataFrame) -> dict[str, Any]:
        said = self.scorer.assess(self.scorer.encode(frame)).iloc[0]
        table = self.scorer.reasons(frame, REASONS).assign(case_id="")
        reasons.check(table, self._described, self._closed)
        told = [reasons.tell(table, self._described, words).iloc[0] for words in self._words]
        row = table.iloc[0]
        given = [
            {
                "code": row[f"code_{i}"],
                "feature": row[f"reason_{i}"],
                "effect": float(row[f"effect_{i}"]),
                "value": row[f"value_{i}"],
                **{words.lang: text[f"reason_{i}"] for words, text in zip(self._words, told, strict=True)},
                "change": {
                    words.lang: text[f"change_{i}"]
                    for words, text in zip(self._words, told, strict=True)
                    if text[f"change_{i}"]
                },
            }
            for i in range(1, REASONS + 1)
            if row[f"reason_{i}"]
        ]
        bounds = {name: None if pd.isna(said[name]) else float(said[name]) for name in ("low", "high")}
        return {
            "score": float(said["score"]),
            **bounds,
            "band": PERSON_FIRST if said["doubt"] else SCORED,
            "why_doubt": str(said["why_doubt"]),
            "reasons": json.dumps(given, ensure_ascii=False),
        }

    def features(self, as_of: date, given: Mapping[str, list[Any]]) -> tuple[str, int, pd.DataFrame]:
        """The case's id, how many earlier cases were given, and the model's features (1 row) on `as_of`.

        Raises Problem for whatever a person must mend.
        """
        programme = self.programme
        tables = self._accepted(given)
        every = tables[programme.cases.source]
        cases = every.iloc[:1]
        lodged = as_days(cases[programme.cases.lodged_on])
        if lodged[0] > np.datetime64(as_of, "D"):
            raise Problem(f"records: the application was lodged after {as_of}; ask for a day on which it is known.")
        day = np.minimum(lodged + programme.cases.decision_after_days, np.datetime64(as_of, "D"))
        rule = programme.outcome
        outcomes = tables[rule.source].rename(columns={programme.case_id: "case_id"})
        named = every.rename(columns={programme.case_id: "case_id"})
        decided = as_days(first_decided(named.iloc[:1], outcomes, rule, as_of))
        history = History(programme.features.declare, programme.cases.lodged_on)
        if history.columns:
            history.add(every, spells(named, outcomes, rule, as_of))
            history.close()
        cases = cases.assign(**{DECISION_DAY: np.fmin(day, decided).astype("datetime64[s]")})
        others = {
            name: Table(_joined(programme, name), source.known_on, partial(_taken, tables[name]))
            for name, source in programme.tables.items()
            if name not in (programme.cases.source, rule.source)
        }
        found = build(programme.features, cases, others, history=history if history.columns else None)
        return str(cases[programme.case_id].iloc[0]), len(every) - 1, found

    def _accepted(self, given: Mapping[str, list[Any]]) -> dict[str, pd.DataFrame]:
        """Every source's rows, typed; raises Problem where one would be quarantined on the road."""
        programme = self.programme
        if strange := sorted(set(given) - set(programme.tables)):
            raise Problem(f"records: {', '.join(strange)} is no source; there are {', '.join(programme.sources)}.")
        if not given.get(programme.cases.source):
            raise Problem(f"records: give a row of {programme.cases.source}, the application itself.")
        seen: dict[str, Seen] = {}
        found = {}
        for name in _order(programme):
            source = programme.tables[name]
            chunk = records.read(given.get(name, []), source)
            validator = Validator(source, seen, suite=Unwatched)
            verdict = validator.block(chunk.frame, chunk.lines, chunk.unreadable)
            for row in verdict.quarantined.itertuples():
                raise Problem(
                    f"{name}, row {row.line}: cannot be used ({row.reason}: {row.column}); correct it and ask again."
                )
            validator.seen.add(verdict.keys, np.zeros(len(verdict.keys), dtype=np.int32))
            seen[name], found[name] = validator.seen, verdict.accepted.reset_index(drop=True)
        return found


def load(model: Path, programme: Path, sha256: str) -> Answers:
    """What answers with these two folders; raises Problem where they are not what was registered."""
    return Answers(model, programme, sha256)


def _taken(rows: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    return rows[list(columns)]


def _joined(programme: Programme, name: str) -> str | None:
    shared = link(programme, name)
    return shared if shared in programme.tables[name].columns else None


def _day(text: Any) -> date:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        raise Problem("as_of: is not a day; write it as 2026-06-30.") from None


def _records(text: Any) -> Mapping[str, list[Any]]:
    try:
        found = json.loads(text)
    except (TypeError, ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not all(isinstance(rows, list) for rows in found.values()):
        raise Problem("records: is not JSON text of the form {source: [rows]}.")
    return found
