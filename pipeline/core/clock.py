"""The only reader of the clock.

Dates of law and data are always arguments (`as_of`); the clock only says how long work took.
"""

import resource
import sys
import time


def seconds() -> float:
    """Monotonic seconds since an arbitrary start."""
    return time.monotonic()


def peak_mib() -> float:
    """Peak resident memory of this process so far, MiB (kernel accounting, `getrusage`)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def cpu_seconds() -> float:
    """Seconds of processor time that this process has used so far, over all its threads."""
    return time.process_time()
