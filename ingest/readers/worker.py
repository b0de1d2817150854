"""The process that reads files for `ingest.readers.processes`: requests come in and items go out as lines of JSON.

It parses what strangers wrote, so it may hang, grow or crash; it ends itself at the limits of time and memory, also
when nobody waits for it any more. It imports no model library.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import asdict
from typing import Any, BinaryIO

from ingest.readers.limits import Limits
from ingest.records import Begun, Document, ReadFailure
from ingest.sources.documents import read_items

MAX_MEMORY_BYTES = 2_000_000_000
"""Address space; what asks for more gets a `MemoryError`, or dies of it."""


def main() -> None:
    """Answers requests until standard input ends."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not end up between the answers
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who asks decides what becomes of it
    _limit_memory()
    for line in sys.stdin.buffer:
        request = json.loads(line)
        answer(out, request["path"], Limits(**request["limits"]), request["skip"])


def answer(out: BinaryIO, path: str, limits: Limits, skip: int) -> None:
    """Writes the items of a file, and a last line that says so."""
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
    """The item of a line that a worker wrote; None for the last one."""
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
    """Has the system end this process after so many seconds, whatever it is busy with; 0 calls it off."""
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
