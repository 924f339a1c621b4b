"""`dvc.yaml`, written from the stage records: what a stage declares and what its code imports is what it depends on."""

from pathlib import Path
from typing import Any

from pipeline import road
from pipeline.core import programme as programmes
from pipeline.core import yaml
from pipeline.core.programme import learns
from pipeline.core.stage import FOLDERS, Stage

HEAD = """\
# Generated from the stage records in pipeline/stages/ by `make dvc`; a test compares the text.
# `persist` keeps the last good outputs in place while a stage runs; stages replace them only when they have finished.
"""
_TOP = Path(__file__).resolve().parents[1]
_FEW = 3  # so many modules of features/ or models/ are listed by file, more as the folder


def text() -> str:
    """The whole of `dvc.yaml`."""
    import grimp

    graph = grimp.build_graph("pipeline", "features", "models", include_external_packages=True, cache_dir=None)
    every = [programmes.load(name) for name in programmes.names()]
    described: dict[str, Any] = {}
    for stage in road.stages():
        for_ = [programme for programme in every if stage.applies(programme)]
        described[stage.name] = {
            "foreach": {programme.programme: {"raw": programme.raw} for programme in for_},
            "do": _stage(stage, _code(stage, graph)),
        }
    plots = [
        {
            f"data/interim/{programme.programme}/evaluation/{name}.csv": {
                "x": x,
                "y": y,
                "title": f"{title} · {programme.programme}",
            }
        }
        for programme in every
        if learns(programme)
        for name, x, y, title in [
            ("roc", "false_positive_rate", "true_positive_rate", "ROC on the time-later test"),
            ("calibration", "predicted", "observed", "Calibration on the time-later test"),
        ]
    ]
    return HEAD + yaml.dump({"stages": described, "plots": plots})


def _stage(stage: Stage, code: list[str]) -> dict[str, Any]:
    outs: list[Any] = []
    metrics: list[Any] = []
    for name in stage.writes:
        if name.endswith("metrics.json"):
            metrics.append({_path(name): {"persist": True}})
        else:
            outs.append({_path(name): {"persist": True}})
    found: dict[str, Any] = {
        "cmd": f"qonys {stage.name} --programme ${{key}} --findings-ok",
        "deps": ["requirements.lock", "pipeline/programmes/${key}", *code, *(_path(name) for name in stage.reads)],
        "params": list(stage.params),
        "outs": outs,
        "metrics": metrics,
    }
    return {key: value for key, value in found.items() if value}


def _path(name: str) -> str:
    head, _, rest = name.partition("/")
    if head == "raw":
        return "${item.raw}" + (f"/{rest}" if rest else "")

    return FOLDERS[head].format("${key}") + (f"/{rest}" if rest else "")


def _code(stage: Stage, graph: Any) -> list[str]:
    """Folders and files of code on which the stage's result depends: all that its module imports, however far."""
    module = f"pipeline.stages.{stage.name}"
    closure = set(graph.find_upstream_modules(module)) | {module}
    paths = {_file(module)}
    for package in ("features", "models"):
        own = sorted(name for name in closure if name.startswith(f"{package}."))
        paths |= {package} if len(own) > _FEW else {_file(name) for name in own}
    for name in closure:
        words = name.split(".")
        if words[:2] == ["pipeline", "stages"]:
            if len(words) > 2:
                paths.add(_file(name))
        elif words[0] == "pipeline" and len(words) > 1:
            folder = _TOP / "pipeline" / words[1]
            paths.add(f"pipeline/{words[1]}" if folder.is_dir() else f"pipeline/{words[1]}.py")
    if "jinja2" in closure:
        paths.add("pipeline/templates")
    if "pipeline.core.messages" in closure:
        paths.add("pipeline/locale")
    return sorted(paths)


def _file(module: str) -> str:
    return module.replace(".", "/") + ".py"
