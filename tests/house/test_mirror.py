"""One thing, one file, one test of the same name."""

from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
# Files without a test of their own name: what they do is seen only where it is used, and tested there.
ELSEWHERE = {
    "pipeline/core/errors.py": "a class without behaviour",
    "pipeline/core/clock.py": "test_stage reads its figures from run.json",
    "pipeline/core/quiet.py": "tests/house/test_quiet.py watches the network",
    "pipeline/core/discovery.py": "tests/house/test_stages.py counts what is found",
}


def places(source: str) -> set[str]:
    """Where the test of `source` may stand; a stage's may also stand beside the tests of its part."""
    folders = source.split("/")[:-1]
    inner = "/".join(["tests", *(folders[1:] if folders[0] == "pipeline" else folders)])
    found = {f"{inner}/test_{Path(source).name}"}
    if source.startswith("pipeline/stages/"):
        found.add(f"tests/{Path(source).stem}/test_stage.py")
    return found


def missing(sources: set[str], tests: set[str]) -> list[str]:
    return sorted(
        source for source in sources
        if source not in ELSEWHERE and not source.endswith("__init__.py") and not places(source) & tests
    )  # fmt: skip


def shipped() -> tuple[set[str], set[str]]:
    sources = {
        path.relative_to(TOP).as_posix()
        for package in ("pipeline", "features", "models")
        for path in (TOP / package).rglob("*.py")
    }
    return sources, {path.relative_to(TOP).as_posix() for path in (TOP / "tests").rglob("test_*.py")}


def test_every_module_has_a_test_of_its_name():
    assert missing(*shipped()) == []


def test_a_planted_module_without_a_test_is_found():
    sources, tests = shipped()
    assert missing(sources | {"pipeline/rank/untested.py"}, tests) == ["pipeline/rank/untested.py"]


def test_no_exception_is_left_over():
    assert set(ELSEWHERE) <= shipped()[0]
