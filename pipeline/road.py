"""The road: every stage in `pipeline/stages/`, in the order that their inputs and outputs demand."""

from graphlib import TopologicalSorter

from pipeline.core import discovery
from pipeline.core.programme import Programme
from pipeline.core.stage import Stage


def stages() -> list[Stage]:
    """All stages in running order; a stage is any module of `pipeline/stages/` with a `STAGE`."""
    found = {module.STAGE.name: module.STAGE for module in discovery.modules("pipeline.stages")}
    makers = {output: stage.name for stage in found.values() for output in stage.writes}
    sorter = TopologicalSorter({
        stage.name: sorted({makers[name] for name in stage.reads if name in makers}) for stage in found.values()
    })  # fmt: skip
    sorter.prepare()
    order: list[Stage] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        order += [found[name] for name in ready]
        sorter.done(*ready)
    return order


def check(programme: Programme) -> None:
    """Raises Problem (or ValueError) for anything in the description that a stage could not use, before data are read."""
    for stage in of(programme):
        stage.check(programme)


def of(programme: Programme) -> list[Stage]:
    """The stages that apply to `programme`."""
    return [stage for stage in stages() if stage.applies(programme)]
