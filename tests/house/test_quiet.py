"""Nothing phones home: a run in which every look-up of an outside host is an error."""

import os
import subprocess
import sys
from pathlib import Path

GUARD = """
import socket, sys
def refuse(event, arguments):
    if event == "socket.connect" and len(arguments) > 1 and isinstance(arguments[1], tuple) or event == "socket.getaddrinfo":
        host = arguments[1][0] if event == "socket.connect" else arguments[0]
        if host not in ("127.0.0.1", "localhost", "::1", None):
            print("CALLS", host); sys.stdout.flush(); import os; os._exit(9)
sys.addaudithook(refuse)
"""


def run(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    environment = {
        key: value for key, value in os.environ.items() if key not in ("CI", "DO_NOT_TRACK", "MLFLOW_DISABLE_TELEMETRY")
    }
    return subprocess.run(
        [sys.executable, "-c", GUARD + code], capture_output=True, text=True, check=False, cwd=folder, env=environment
    )


def test_importing_everything_asks_for_no_host(tmp_path: Path):
    code = (
        f"sys.path.insert(0, {str(Path.cwd())!r})\nimport pipeline.cli, importlib, pkgutil\n"
        "import pipeline, features, models\n"
        "for p in (pipeline, features, models):\n"
        "    for m in pkgutil.walk_packages(p.__path__, p.__name__ + '.'): importlib.import_module(m.name)\n"
        "import mlflow\nmlflow.set_tracking_uri('sqlite:///' + 'm.db')\nmlflow.search_experiments()\nprint('quiet')"
    )
    done = run(tmp_path, code)
    assert done.stdout.strip().endswith("quiet"), done.stdout + done.stderr


def test_the_guard_bites(tmp_path: Path):
    assert run(tmp_path, "socket.getaddrinfo('example.invalid', 80)").returncode == 9
