"""Runs the example cases that stand beside the gates: each is a sentence, a day, some facts and the answer expected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.core import yaml
from pipeline.core.errors import Problem
from pipeline.core.programme import Programme
from pipeline.gates import kinds
from pipeline.gates.book import Gate, Rulebook
from pipeline.gates.evaluate import Verdicts, evaluate
from pipeline.gates.records import ANSWERS, Case


@dataclass(frozen=True)
class Example:
    """A case with the gate it belongs to and the place where it is written."""

    gate: Gate
    case: Case
    path: Path
    line: int

    @property
    def where(self) -> str:
        """File and line, then the sentence."""
        return f"{self.path}:{self.line}: {self.case.name}"


def load(programme: Programme, rulebook: Rulebook) -> list[Example]:
    """Every case in `cases/*.yaml`, in order of file.

    Raises Problem with file and line for a case of no gate, an unknown field, an unknown fact or one of a wrong kind.
    """
    by_code = {gate.code: gate for gate in rulebook.gates}
    found = []
    for path in sorted((programme.folder / "cases").glob("*.yaml")):
        gate = by_code.get(path.stem.partition("_")[0])
        if gate is None:
            raise Problem(
                f"{path}:1: no gate has the code {path.stem.partition('_')[0]}; call the file as its gate's file is called."
            )
        document = yaml.read(path)
        if not isinstance(document, list):
            raise Problem(f"{path}:1: should be a list of cases with {', '.join(Case.model_fields)}.")
        for place, item in enumerate(document):
            line = yaml.line_of(document, (place,))
            if not isinstance(item, dict):
                raise Problem(f"{path}:{line}: a case is a mapping of {', '.join(Case.model_fields)}.")
            case = yaml.build(path, item, Case)
            for fact, value in case.facts.items():
                kind = rulebook.kinds.get(fact)
                if kind is None or (value is not None and kinds.of_value(value) != kind):
                    right = "there is no such fact in programme.yaml" if kind is None else f"`{value}` is no {kind}"
                    raise Problem(f"{path}:{yaml.line_of(item, ('facts', fact))}: facts.{fact}: {right}.")
            found.append(Example(gate, case, path, line))
    return found


def frame(rulebook: Rulebook, files: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """One row a file, one column a fact that the gates need, of the dtypes that registers give; what is absent is missing."""
    return pd.DataFrame(
        {
            fact: pd.array([file.get(fact) for file in files], dtype=kinds.dtype(rulebook.kinds[fact]))
            for fact in rulebook.facts
        },
        index=range(len(files)),
    )


def disagreement(rulebook: Rulebook, example: Example) -> str:
    """What the gate answers instead of what the case expects; empty where they agree."""
    case = example.case
    points = rulebook.points if example.gate.scored or case.points is not None else None
    verdicts = evaluate([example.gate], points, frame(rulebook, [case.facts]), case.on)
    answer = ANSWERS[verdicts.answers[0, 0]]
    if answer != case.expect:
        return f"{example.where}: {example.gate.code} answers {answer}, the case expects {case.expect}"
    exemption = ([*example.gate.rule.exempt, ""])[verdicts.exempted[0, 0]]
    if exemption != case.exemption:
        return f"{example.where}: the exemption is `{exemption}`, the case expects `{case.exemption}`"
    return _points(example, verdicts)


def _points(example: Example, verdicts: Verdicts) -> str:
    if example.case.points is None:
        return ""
    wanted = example.case.points if isinstance(example.case.points, tuple) else (example.case.points,) * 2
    score = verdicts.score
    found = (score.total_least[0], score.total_most[0]) if score is not None else None
    return "" if found == wanted else f"{example.where}: the points are {found}, the case expects {wanted}"
