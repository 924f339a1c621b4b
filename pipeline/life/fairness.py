"""The fairness verdict on one model version: what an audit wrote down, or that there is none."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.core import stage
from pipeline.core.programme import Programme
from pipeline.core.registry import Check

PLACE = "out/audit/verdict.json"
NAME = "fairness"


class Verdict(BaseModel):
    """`verdict.json`: of which model (its version by content), the word, and why; an audit may add more."""

    model_config = ConfigDict(frozen=True)

    model: str
    verdict: Literal["pass", "fail", "cannot_tell"]
    why: str = ""


def check(programme: Programme, roots: Iterable[Path], model: str) -> Check:
    """Whether an audit of exactly this model passed it; `roots` are project folders, the first with its audit counts.

    A missing audit, one of another model, one without a verdict and one that cannot tell are failures.
    """
    told = "There is no audit of this model; `qonys retrain` or `qonys audit` makes one."
    for root in roots:
        path = stage.place(root, programme, PLACE)
        if not path.is_file():
            continue
        text = path.read_bytes()
        try:
            found = Verdict.model_validate_json(text)
        except ValidationError:
            told = "The audit has no verdict that can be read."
            continue
        if found.model != model:
            told = f"The audit is of another model ({found.model})."
            continue
        word = {"pass": "The audit passes it", "fail": "The audit fails it", "cannot_tell": "The audit cannot tell"}
        said = f"{word[found.verdict]}: {found.why}" if found.why else f"{word[found.verdict]}."
        digest = hashlib.sha256(text).hexdigest()
        return Check(
            name=NAME, passed=found.verdict == "pass", told=said, figures={"verdict": found.verdict, "sha256": digest}
        )
    return Check(name=NAME, passed=False, told=told)
