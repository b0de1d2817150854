"""The process that reads files for `ingest.readers.pool`: requests come in and items go out as lines of JSON.

It parses files by strangers, so it may hang, grow or crash. It ends itself at its limits of time and memory, even when
the process that started it is gone. It imports no model library.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import asdict
from typing import Any, BinaryIO

from ingest.readers.files import read_items
from ingest.readers.limits import Limits
from ingest.records import Begun, Document, ReadFailure

MAX_MEMORY_BYTES = 2_000_000_000
"""Limit of the address space; beyond it, Python raises a `MemoryError`, and a library may crash."""


def main() -> None:
    """Answer requests until standard input ends."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get between the answers
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # on Ctrl-C, the process that asks ends this one
    _limit_memory()
    for line in sys.stdin.buffer:
        request = json.loads(line)
        answer(out, request["path"], Limits(**request["limits"]), request["skip"])


def answer(out: BinaryIO, path: str, limits: Limits, skip: int) -> None:
    """Write the items of a file as lines, and a last line that marks the end."""
    items = read_items(path, limits, skip)
    while True:
        _set_alarm(limits.file_timeout_s)
        item = next(items, None)
        _set_alarm(0)
        out.write(json.dumps(_render(item)).encode() + b"\n")
        out.flush()
        if item is None:
            return


def parse_item(line: bytes) -> Document | ReadFailure | Begun | None:
    """Return the item of a line that a worker wrote; None for the last line."""
    kind, values = json.loads(line)
    if kind == "document":
        return Document(**values | {"authors": tuple(values["authors"])})
    if kind == "failure":
        return ReadFailure(**values)
    return Begun(**values) if kind == "begun" else None


def _render(item: Document | ReadFailure | Begun | None) -> list[Any]:
    kinds = {Document: "document", ReadFailure: "failure", Begun: "begun"}
    return ["end", {}] if item is None else [kinds[type(item)], asdict(item)]


def _set_alarm(seconds: float) -> None:
    """Let the system end this process after `seconds`, whatever it is doing; 0 cancels that."""
    if hasattr(signal, "setitimer"):  # not on Windows, where files are read without a limit of time
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # on Windows
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    wanted = MAX_MEMORY_BYTES if most == resource.RLIM_INFINITY else min(MAX_MEMORY_BYTES, most)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (wanted, most))
    except (OSError, ValueError):  # macOS refuses it
        return
