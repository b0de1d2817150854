"""Reading a vector store that may be damaged: in a process of its own, since opening one can end the process.

`python -m rag.library.vectors.chroma_probe FOLDER` is that process; it prints what it found as JSON.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from rag.errors import LibraryError
from rag.library.vectors.chroma import Vectors
from rag.library.vectors.chroma_files import broken_files

PROBE_TIMEOUT_S = 900.0
"""Far more than reading a million vectors takes; a damaged index can also make Chroma wait for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What a vector store holds.

    Attributes:
        ids: of the vectors that can be read.
        unreadable: ids whose vectors can't be read.
        problems: what is wrong with the store as a whole, in words.
    """

    ids: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def probe(vectors: Vectors) -> Probe:
    """What an open store holds.

    Raises:
        LibraryError: it can't be read at all.
    """
    unreadable = tuple(vectors.unreadable())
    broken = frozenset(unreadable)
    return Probe(
        ids=tuple(id_ for id_ in vectors.ids() if id_ not in broken),
        unreadable=unreadable,
        problems=tuple(broken_files(vectors.folder)),
    )


def probe_folder(folder: Path, timeout_s: float = PROBE_TIMEOUT_S) -> Probe:
    """What the store in a folder holds, read in another process; a store that isn't there holds nothing."""
    if not Vectors.exists(folder):
        return Probe()
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "rag.library.vectors.chroma_probe", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, env=environment, timeout=timeout_s, check=False)
    except subprocess.TimeoutExpired:
        return _failed(folder, f"reading them took more than {timeout_s:.0f} s")
    if done.returncode < 0:
        return _failed(folder, f"opening them ends the process ({signal.Signals(-done.returncode).name})")
    try:
        found = json.loads(done.stdout)
        return Probe(**{name: tuple(values) for name, values in found.items()})
    except (ValueError, TypeError, AttributeError):
        last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        return _failed(folder, last or f"reading them ended with exit code {done.returncode}")


def _failed(folder: Path, reason: str) -> Probe:
    return Probe(problems=(f"the vectors in {folder} can't be read: {reason}", *broken_files(folder)))


def main(folder: Path) -> None:
    """Prints what the store in a folder holds."""
    try:
        vectors = Vectors(folder)
        found = probe(vectors)
        vectors.close()
    except LibraryError as exc:
        found = Probe(problems=(str(exc), *broken_files(folder)))
    json.dump(asdict(found), sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
