"""Every test runs with the settings of the command line."""

import pipeline.core.quiet  # noqa: F401
