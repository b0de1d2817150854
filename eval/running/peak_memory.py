"""The peak memory of the process that makes a run."""

from __future__ import annotations

import sys


def peak_memory_mb() -> float | None:
    """Return the process's largest resident set so far in MB (10⁶ bytes), models included; None where it is unknown.

    Linux counts `ru_maxrss` in KiB, macOS in bytes; Windows has no `resource` module.
    """
    try:
        import resource
    except ImportError:
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
