"""What a run used of the machine."""

from __future__ import annotations

import sys


def peak_memory_mb() -> float | None:
    """The process's largest resident set so far in MB (10⁶ bytes), models included; None where it isn't told.

    Linux counts `ru_maxrss` in KiB, macOS in bytes; Windows has no `resource` module.
    """
    try:
        import resource
    except ImportError:
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
