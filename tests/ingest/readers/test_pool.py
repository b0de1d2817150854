"""Reading in other processes: order, limits, crashes, and an end that leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from ingest.readers.limits import Limits
from ingest.readers.pool import MAX_ITEMS_AHEAD, Extraction, ExtractionPool
from ingest.records import Document, ReadFailure
from tests.ingest.readers.test_archives import zip_of

HEAVY = ("torch", "chromadb", "sentence_transformers", "transformers", "sqlalchemy", "langchain_core", "pydantic")


def write(folder: Path, n_files: int) -> list[str]:
    for n in range(n_files):
        (folder / f"{n}.txt").write_text(f"It rained {n} times.")
    return [str(folder / f"{n}.txt") for n in range(n_files)]


def test_files_come_in_the_order_submitted(tmp_path: Path) -> None:
    paths = write(tmp_path, 20)
    with ExtractionPool(Limits(), 2) as pool:
        extractions = [pool.submit(path) for path in paths]
        assert [item.source for extraction in extractions for item in extraction] == paths


def test_more_records_than_are_kept_ahead_all_come(tmp_path: Path) -> None:
    lines = [f'{{"source": "{n}", "text": "It rained {n} times."}}\n' for n in range(3 * MAX_ITEMS_AHEAD)]
    (tmp_path / "a.jsonl").write_text("".join(lines))
    with ExtractionPool(Limits(), 1) as pool:
        assert [item.source for item in pool.submit(str(tmp_path / "a.jsonl"))] == [str(n) for n in range(len(lines))]


def test_a_pool_that_is_left_early_ends(tmp_path: Path) -> None:
    lines = [f'{{"source": "{n}", "text": "It rained {n} times."}}\n' for n in range(30 * MAX_ITEMS_AHEAD)]
    (tmp_path / "a.jsonl").write_text("".join(lines))
    with pytest.raises(KeyboardInterrupt), ExtractionPool(Limits(), 2) as pool:
        extractions = [pool.submit(str(tmp_path / "a.jsonl")) for _ in range(4)]
        next(iter(extractions[0]))
        raise KeyboardInterrupt


def test_a_pool_of_many_files_that_is_left_early_ends_at_once(tmp_path: Path) -> None:
    paths = write(tmp_path, 100)
    started = time.process_time()
    with pytest.raises(KeyboardInterrupt), ExtractionPool(Limits(), 1) as pool:
        for path in paths:
            pool.submit(path)
        raise KeyboardInterrupt
    assert time.process_time() - started < 5


def test_what_nobody_will_take_is_put_without_waiting() -> None:
    extraction, document = Extraction("a.jsonl"), Document(source="a", key="a", text="It rained.")
    for _ in range(MAX_ITEMS_AHEAD):
        extraction.put(document)

    def put_more() -> None:
        for _ in range(9):
            extraction.put(document)

    waiting = threading.Thread(target=put_more)
    waiting.start()
    waiting.join(0.05)
    assert waiting.is_alive()
    extraction.abandon()
    waiting.join(30)
    assert not waiting.is_alive()


def test_a_file_that_takes_too_long_is_given_up_and_the_next_one_read(tmp_path: Path) -> None:
    slow, quick = tmp_path / "slow.md", tmp_path / "quick.txt"
    slow.write_text("*a **a " * 200_000)
    quick.write_text("It rained.")
    with ExtractionPool(Limits(file_timeout_s=1.0), 1) as pool:
        started = time.monotonic()
        (failure,) = pool.submit(str(slow))
        (document,) = pool.submit(str(quick))
    assert isinstance(failure, ReadFailure) and "took longer than 1 s" in failure.reason
    assert isinstance(document, Document)
    assert time.monotonic() - started < 10


def test_a_member_that_takes_too_long_costs_only_itself(tmp_path: Path) -> None:
    slow = b"*a **a " * 200_000
    (tmp_path / "a.zip").write_bytes(zip_of({"1.txt": b"One.", "2.md": slow, "3.txt": b"Three."}, 0))
    with ExtractionPool(Limits(file_timeout_s=1.0), 1) as pool:
        first, failure, third = pool.submit(str(tmp_path / "a.zip"))
    assert isinstance(first, Document) and isinstance(third, Document)
    assert isinstance(failure, ReadFailure) and failure.source.endswith("a.zip!/2.md")


def test_an_archive_of_many_slow_members_is_given_up(tmp_path: Path) -> None:
    slow = b"*a **a " * 200_000
    (tmp_path / "a.zip").write_bytes(zip_of({f"{n}.md": slow for n in range(9)}, 0))
    with ExtractionPool(Limits(file_timeout_s=0.5), 1) as pool:
        *failures, last = pool.submit(str(tmp_path / "a.zip"))
    assert len(failures) == 3 and isinstance(last, ReadFailure) and "the rest is left out" in last.reason


def test_a_reader_that_crashes_is_replaced(tmp_path: Path) -> None:
    paths = write(tmp_path, 2)
    with ExtractionPool(Limits(), 1) as pool:
        list(pool.submit(paths[0]))
        (worker,) = pool._workers
        os.kill(worker._process.pid, signal.SIGKILL)
        (failure,) = pool.submit(paths[0])
        (document,) = pool.submit(paths[1])
    assert isinstance(failure, ReadFailure) and "SIGKILL" in failure.reason
    assert isinstance(document, Document)


def test_processes_start_only_when_needed_and_end_with_the_pool(tmp_path: Path) -> None:
    with ExtractionPool(Limits(), 2) as pool:
        assert not pool._workers
        list(pool.submit(write(tmp_path, 1)[0]))
        (worker,) = pool._workers
        assert worker._process.poll() is None
    assert worker._process.poll() is not None


def test_a_reader_ends_by_itself_when_nobody_asks_any_more() -> None:
    program = "from ingest.readers.worker import main; main()"
    worker = subprocess.run([sys.executable, "-c", program], input=b"", timeout=30)
    assert worker.returncode == 0


def test_a_reader_imports_no_model_library() -> None:
    program = f"import sys, ingest.readers.worker, ingest.readers.pool; print(sorted(set({HEAVY}) & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout == "[]\n"


def test_a_script_without_a_guard_is_not_run_again(tmp_path: Path) -> None:
    (path,) = write(tmp_path, 1)
    script = tmp_path / "script.py"
    script.write_text(
        "from ingest.readers.pool import ExtractionPool\nfrom ingest.readers.limits import Limits\nprint('once')\n"
        f"with ExtractionPool(Limits()) as pool:\n    print([item.text for item in pool.submit({path!r})])\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, env=environment, timeout=60)
    assert done.stdout == "once\n['It rained 0 times.']\n"
