"""Runs of ingest that are killed, each in a process of its own, and what the library holds after the next run.

`python -m tests.ingest.indexing.killing FOLDER N_RANDOM SEED` makes its library there, kills one run at every named
step and `N_RANDOM` at random moments, lets a normal run follow each, and prints one JSON object a kill. The processes
are forked from one that has everything imported and nothing open, so that a kill costs a second and not ten.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from chromadb.config import Settings as ChromaSettings

import ingest
from ingest.indexing import writing as indexing
from rag.library.catalog import Catalog
from rag.library.library import Library
from rag.library.vectors.chroma import COLLECTION, ChromaVectors
from rag.settings import Settings, load_settings
from tests.fakes import BagOfWordsEmbeddings

STEPS = ("embed_documents", "journal", "upsert", "store", "delete", "clear_journal", "store_files", "store_outcomes")
"""The calls of an ingest run that write, or that come between two that do."""

NAMED_CALLS = ((1, "new"), (1, "known"), (2, "known"), (3, "known"))
"""Which calls of a step are killed, and with which library at the start: an empty one, or one with older versions."""

indexing.BATCH_CHUNKS = 6  # so that a small folder takes several batches


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """When a run is killed: before or after the n-th call of a step, or so many seconds after its start."""

    step: str = ""
    call: int = 0
    after: bool = False
    seconds: float = 0.0

    def __str__(self) -> str:
        if self.step:
            return f"{'after' if self.after else 'before'} {self.step} {self.call}"
        return f"after {self.seconds:.4f} s"


class Deadly:
    """Stands before a part of the library, and kills the process at one call of it."""

    def __init__(self, part: Any, kill: Kill, calls: Counter[str]) -> None:
        self._part, self._kill, self._calls = part, kill, calls

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._part, name)
        if name != self._kill.step:
            return member

        def call(*args: Any, **options: Any) -> Any:
            self._calls[name] += 1
            is_it = self._calls[name] == self._kill.call
            if is_it and not self._kill.after:
                os.kill(os.getpid(), signal.SIGKILL)
            result = member(*args, **options)
            if is_it:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return call


def main(root: Path, n_random: int, seed: int) -> None:
    """Prints the outcome of every kill, and first how long a whole run takes."""
    rng = random.Random(seed)
    news, first_home, home = root / "news", root / "first", root / "home"
    write_first(news)
    _forked(lambda: _make_collection(first_home))
    _forked(lambda: _ingest(first_home, news))
    write_second(news)
    starts = {"new": root / "empty", "known": first_home}
    _forked(lambda: _make_collection(starts["new"]))
    expected, seconds = {}, {}
    for start, begun in starts.items():
        _renew(home, begun)
        started = time.monotonic()
        _forked(lambda: _ingest(home, news))
        seconds[start] = time.monotonic() - started
        expected[start] = _state(home, root)
    print(json.dumps({"seconds": seconds, "articles": len(expected["known"]["articles"])}), flush=True)
    named = [
        (start, Kill(step=step, call=call, after=after))
        for step in STEPS
        for call, start in NAMED_CALLS
        for after in (False, True)
    ]
    for start, kill in named:
        print(json.dumps(_outcome(start, kill, starts[start], expected[start], root)), flush=True)
    n_killed = 0
    while n_killed < n_random:
        start = rng.choice(sorted(starts))
        kill = Kill(seconds=rng.uniform(0, seconds[start]))
        outcome = _outcome(start, kill, starts[start], expected[start], root)
        if outcome["killed"] or outcome["failure"]:
            n_killed += 1
            print(json.dumps(outcome), flush=True)
        else:  # this run was over before, since the machine has less to do than at first
            seconds[start] = kill.seconds


def _outcome(start: str, kill: Kill, begun: Path, expected: dict[str, Any], root: Path) -> dict[str, Any]:
    """What a killed run and a whole one after it left, as one line; `failure` names what is not as it should be."""
    news, home = root / "news", root / "home"
    _renew(home, begun)
    status = _forked(partial(_ingest, home, news, kill), check=False)
    try:
        _forked(lambda: _ingest(home, news))
        found = _state(home, root)
        failure = ", ".join(key for key in found if found[key] != expected[key])
    except RuntimeError as exc:
        failure = str(exc)
    was_killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    return {"kill": str(kill), "start": start, "killed": was_killed, "failure": failure}


def write_first(news: Path) -> None:
    """A folder of articles, two of which are copies."""
    news.mkdir()
    for n in range(8):
        (news / f"{n}.txt").write_text(_story(n))
    (news / "copy.txt").write_text(_story(3) + " It was edited by another paper.")


def write_second(news: Path) -> None:
    """The same folder after some were changed, added, or given up."""
    for n in (1, 3, 6):
        (news / f"{n}.txt").write_text(_story(n) + f" This was added to story {n} on the next day.")
    for n in range(8, 13):
        (news / f"{n}.txt").write_text(_story(n))
    (news / "records.jsonl").write_text(
        "\n".join(json.dumps({"source": f"r{n}", "title": f"R{n}", "text": _story(20 + n)}) for n in range(3))
    )
    (news / "empty.txt").touch()


def _story(number: int) -> str:
    rng = random.Random(number)
    words = [f"word{number}x{n}" for n in range(60)] + ["trade", "harbour", "railway", "minister", "weather"]
    return " ".join(" ".join(rng.choices(words, k=12)).capitalize() + "." for _ in range(12))


def _settings(home: Path) -> Settings:
    return load_settings(home=home, chunk_tokens=64, llm="none")


def _make_collection(home: Path) -> None:
    """Vectors that Chroma writes to its index files often, and not only after a thousand."""
    folder = _settings(home).vectors_dir
    folder.mkdir(parents=True)
    client = chromadb.PersistentClient(folder, settings=ChromaSettings(anonymized_telemetry=False))
    client.get_or_create_collection(
        COLLECTION,
        configuration={"hnsw": {"space": "cosine", "ef_search": 200, "batch_size": 5, "sync_threshold": 10}},
        embedding_function=None,
    )
    client.close()  # type: ignore[attr-defined]  # ClientAPI lacks it, PersistentClient's has it


def _ingest(home: Path, news: Path, kill: Kill | None = None) -> None:
    settings = _settings(home)
    kill = kill or Kill()
    if kill.seconds:
        signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        signal.setitimer(signal.ITIMER_REAL, kill.seconds)
    calls: Counter[str] = Counter()
    catalog: Any = Deadly(Catalog(settings.catalog_path), kill, calls)
    vectors: Any = Deadly(ChromaVectors(settings.vectors_dir), kill, calls)
    embeddings: Any = Deadly(BagOfWordsEmbeddings(), kill, calls)
    library = Library(settings, catalog, vectors, embeddings)
    ingest.ingest([str(news)], library=library)
    library.close()


def _forked(work: Callable[[], None], *, check: bool = True) -> int:
    """Does the work in a process of its own; gives its status."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    if check and status != 0:
        raise RuntimeError(f"the process ended with status {status}")
    return status


def _renew(home: Path, begun: Path) -> None:
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(begun, home)


def _state(home: Path, root: Path) -> dict[str, Any]:
    """All that a run leaves, without times; read in a process of its own."""
    path = root / "state.json"
    _forked(lambda: _write_state(home, path))
    state: dict[str, Any] = json.loads(path.read_text())
    return state


def _write_state(home: Path, path: Path) -> None:
    path.write_text(json.dumps(_read_state(home)))


def _read_state(home: Path) -> dict[str, Any]:
    settings = _settings(home)
    with closing(sqlite3.connect(settings.catalog_path)) as connection:
        for table in ("chunks_fts", "articles_fts"):
            connection.execute(f"INSERT INTO {table}({table}) VALUES ('integrity-check')")
        state: dict[str, Any] = {
            table: [list(map(str, row)) for row in connection.execute(query)] for table, query in _QUERIES.items()
        }
        state["integrity"] = connection.execute("PRAGMA integrity_check").fetchall()
    library = Library(
        settings, Catalog(settings.catalog_path), ChromaVectors(settings.vectors_dir), BagOfWordsEmbeddings()
    )
    state["differences"] = ingest.verify(library=library)
    ids = sorted(library.vectors.ids())
    state["vectors"] = ids
    question = library.embeddings.embed_query("trade harbour word3x4 word9x9")
    state["search"] = [[id_, f"{score:.5f}"] for id_, score in library.vectors.search(question, 20)]
    library.close()
    state["embeddings"] = _digest_of_embeddings(settings.vectors_dir, ids)
    return state


def _digest_of_embeddings(folder: Path, ids: Sequence[str]) -> str:
    client = chromadb.PersistentClient(folder, settings=ChromaSettings(anonymized_telemetry=False))
    collection = client.get_collection(COLLECTION, embedding_function=None)
    found = collection.get(ids=list(ids), include=["embeddings"])
    by_id = dict(zip(found["ids"], np.asarray(found["embeddings"], dtype=np.float32), strict=True))
    return hashlib.sha256(b"".join(by_id[id_].round(5).tobytes() for id_ in ids)).hexdigest()


_QUERIES = {
    "articles": "SELECT id, version, content_hash FROM articles ORDER BY id",
    "versions": "SELECT article_id, version, source, title, text FROM article_versions ORDER BY 1, 2",
    "chunks": "SELECT rowid, id, article_id, version, position, start, end FROM chunks ORDER BY rowid",
    "lexical": "SELECT rowid, title, text FROM chunks_fts ORDER BY rowid",
    "lexical_articles": "SELECT rowid, title, text FROM articles_fts ORDER BY rowid",
    "files": "SELECT key, fingerprint, article_ids FROM files ORDER BY key",
    "identities": "SELECT key, article_id FROM identities ORDER BY 1, 2",
    "stories": "SELECT article_id, story, hex(signature) FROM stories ORDER BY 1",
    "bands": "SELECT band, article_id FROM story_bands ORDER BY 1, 2",
    "journal": "SELECT chunk_id FROM journal",
    "meta": "SELECT key, value FROM meta ORDER BY key",
}


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
