"""Settings of other libraries, made before any of them is imported: nothing phones home, no thread spins while it waits."""

import os

os.environ.update(
    {
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DO_NOT_TRACK": "true",
        "GX_ANALYTICS_ENABLED": "false",
        "DVC_NO_ANALYTICS": "1",
        "GIT_PYTHON_REFRESH": "quiet",
        # LightGBM's threads would burn a core each while they wait for one another: tens of times slower on a busy machine.
        "OMP_WAIT_POLICY": "PASSIVE",
    }
)
