"""A pool of processes that read files, several at once and ahead of the code that needs them.

A process that crashes or exceeds its limits is replaced; only the file, or the member of an archive, that it was
reading is lost. Why no library does this: `concurrent.futures` and loky can't end a single task, pebble is under the
LGPL, and all of these, with billiard and AnyIO, run the caller's script again in each process. The worker answers in
JSON, so a worker that an attacker has taken over can't make this process run code.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from queue import SimpleQueue
from threading import Lock, Semaphore
from types import TracebackType

from ingest.cleaning.characters import escape_surrogates
from ingest.readers.limits import Limits
from ingest.readers.worker import parse_item
from ingest.records import Begun, Document, ReadFailure

MAX_WORKERS = 4
MAX_ITEMS_AHEAD = 64
"""Items of one file that are kept until they are taken; then its reading waits."""
MAX_DEATHS = 3
"""After this many members of one archive have ended their process, the rest is left out."""

_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from ingest.readers.worker import main; main()"


class _WorkerDiedError(Exception):
    """The process ended before its answer was complete; the message says why."""


class _Worker:
    """A running process that reads one file at a time."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def read(self, path: str, limits: Limits, skip: int) -> Iterator[Document | ReadFailure | Begun]:
        """Yield the items of a file.

        Raises:
            _WorkerDiedError: the process ended meanwhile.
        """
        request = json.dumps({"path": path, "limits": asdict(limits), "skip": skip})
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            self._process.stdin.write(request.encode() + b"\n")
            self._process.stdin.flush()
        except OSError as exc:
            raise _WorkerDiedError(self._reason(limits)) from exc
        while (line := self._process.stdout.readline()).endswith(b"\n"):
            item = parse_item(line)
            if item is None:
                return
            yield item
        raise _WorkerDiedError(self._reason(limits))

    def kill(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()

    def close(self) -> None:
        """Kill the process, wait for its end, and close its pipes."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            try:
                pipe.close()
            except OSError:  # an unsent request can't be flushed any more
                continue

    def _reason(self, limits: Limits) -> str:
        code = self._process.wait()
        if hasattr(signal, "SIGALRM") and code == -signal.SIGALRM:
            return f"reading took longer than {limits.file_timeout_s:g} s (setting file_timeout_s)"
        return f"reading it ended the reader ({_ending(code)}): too large for its memory, or harmful"


class Extraction:
    """The items of one file, in order, as they are read."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._items: SimpleQueue[Document | ReadFailure | BaseException | None] = SimpleQueue()
        self._room = Semaphore(MAX_ITEMS_AHEAD)
        self._abandoned = False

    def __iter__(self) -> Iterator[Document | ReadFailure]:
        """Yield each item once; wait for those that are still being read."""
        while (item := self._items.get()) is not None:
            self._room.release()
            if isinstance(item, BaseException):
                raise item
            yield item

    def put(self, item: Document | ReadFailure | BaseException) -> None:
        """Add an item; wait while `MAX_ITEMS_AHEAD` items are not yet taken. Drop it if nobody will take it."""
        self._room.acquire()
        if self._abandoned:
            self._room.release()  # so that the next item doesn't wait either
        else:
            self._items.put(item)

    def end(self) -> None:
        """Mark the end: no item follows."""
        self._items.put(None)

    def abandon(self) -> None:
        """Drop further items, so that putting them never waits; nobody will take them."""
        self._abandoned = True
        self._room.release()


class ExtractionPool:
    """Reads submitted files, first in, first out; starts its processes when there is something to read."""

    def __init__(self, limits: Limits, n_workers: int = 0) -> None:
        """Take the limits on each file, and the number of processes; 0 for as many as there are cores, up to 4."""
        self._limits = limits
        self._threads = ThreadPoolExecutor(n_workers or min(os.cpu_count() or 1, MAX_WORKERS), "extraction")
        self._idle: list[_Worker] = []
        self._workers: set[_Worker] = set()
        self._extractions: list[Extraction] = []
        self._lock = Lock()
        self._closed = False

    def __enter__(self) -> ExtractionPool:
        """Return the pool itself; no process is started yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all processes, also those that are still reading."""
        with self._lock:
            self._closed = True
            for worker in self._workers:
                worker.kill()
        for extraction in self._extractions:
            extraction.abandon()
        self._threads.shutdown(cancel_futures=True)
        for worker in self._workers:
            worker.close()

    def submit(self, path: str) -> Extraction:
        """Return the items of a file, which is read as soon as a process is free."""
        extraction = Extraction(path)
        self._extractions.append(extraction)
        self._threads.submit(self._run, extraction)
        return extraction

    def done(self, extraction: Extraction) -> None:
        """Forget an extraction whose items have all been taken."""
        self._extractions.remove(extraction)

    def _run(self, extraction: Extraction) -> None:
        try:
            self._read(extraction)
        except BaseException as exc:  # raised again in the thread that takes the items
            extraction.put(exc)
        finally:
            extraction.end()

    def _read(self, extraction: Extraction) -> None:
        n_begun = n_deaths = 0
        while not self._closed:
            begun, worker = "", self._take_worker()
            try:
                for item in worker.read(extraction.path, self._limits, n_begun):
                    if isinstance(item, Begun):
                        n_begun, begun = n_begun + 1, item.source
                    else:
                        extraction.put(item)
            except _WorkerDiedError as exc:
                self._discard(worker)
                source = escape_surrogates(extraction.path)
                extraction.put(ReadFailure(source=begun or source, reason=str(exc)))
                n_deaths += 1
                if not begun:
                    return
                if n_deaths == MAX_DEATHS:
                    reason = f"{MAX_DEATHS} files of the archive could not be read to their end; the rest is left out"
                    extraction.put(ReadFailure(source=source, reason=reason))
                    return
            else:
                with self._lock:
                    self._idle.append(worker)
                return

    def _take_worker(self) -> _Worker:
        with self._lock:
            if self._idle:
                return self._idle.pop()
            worker = _Worker()
            self._workers.add(worker)
            if self._closed:
                worker.kill()
            return worker

    def _discard(self, worker: _Worker) -> None:
        with self._lock:
            self._workers.discard(worker)
        worker.close()


def _ending(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
