"""Every test runs with the settings of the command line."""

import pipeline.core.quiet  # noqa: F401, I001  (first: it turns telemetry off before any library is imported)

import sys
from collections.abc import Callable

import pytest


@pytest.fixture
def qonys(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs the command line in this process: (exit code, what it printed, what it said on the error stream)."""
    from pipeline import cli

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["qonys", *map(str, arguments)])
        capsys.readouterr()
        try:
            cli.main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run
