"""Stages fit together: what one reads another writes, nobody writes the same, nobody reads the truth."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import dvc, road
from pipeline.core import params
from pipeline.core.stage import Stage


def faults(stages: list[Stage]) -> list[str]:
    writers: dict[str, list[str]] = {}
    for stage in stages:
        for name in stage.writes:
            writers.setdefault(name, []).append(stage.name)
    wrong = [f"{name} is written by {' and '.join(by)}" for name, by in writers.items() if len(by) > 1]
    for stage in stages:
        wrong += [
            f"{stage.name} reads {name}, which no stage writes"
            for name in stage.reads
            if name not in writers and not name.startswith("registry/")  # which people write: promotions
        ]
        wrong += [f"{stage.name} reads the truth" for name in stage.reads if name.startswith("truth")]
        wrong += [
            f"{stage.name} asks for {section}" for section in stage.params if section not in params.Params.model_fields
        ]
    return wrong


def test_they_fit():
    assert faults(road.stages()) == []
    assert [stage.name for stage in road.stages()] == [
        "synthesize", "ingest", "features", "clocks", "gates", "train", "evaluate", "score", "rank", "schedule", "audit"
    ]  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [{"reads": ("interim/nothing",)}, {"reads": ("truth",)}, {"writes": ("out/metrics.json",)}, {"params": ("trian",)}],
)
def test_a_planted_fault_is_found(change: dict[str, tuple[str, ...]]):
    stages = road.stages()
    rank = next(stage for stage in stages if stage.name == "rank")
    assert faults([*(stage for stage in stages if stage.name != "rank"), replace(rank, **change)])  # type: ignore[arg-type]


def test_dvc_yaml_is_what_the_stages_say():
    assert Path("dvc.yaml").read_text(encoding="utf-8") == dvc.text(), "run `make dvc`"


def test_a_changed_helper_is_a_dependency_of_every_stage_that_uses_it():
    text = dvc.text()
    for stage in ("ingest", "features", "train", "gates", "rank"):
        block = text.split(f"\n  {stage}:\n")[1].split("\n    params:")[0]
        assert "- pipeline/core\n" in block
        assert "- requirements.lock" in block
    assert "- features\n" in text.split("\n  features:\n")[1].split("outs:")[0]
    assert "- models\n" in text.split("\n  train:\n")[1].split("outs:")[0]
