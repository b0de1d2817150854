"""Inspecting a Chroma folder that may be damaged, in another process, since opening it can crash a process.

`python -m rag.library.vectors.chroma_inspection FOLDER` is that process; it prints the `Inspection` as JSON.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from rag.errors import LibraryError
from rag.library.vectors.chroma import ChromaVectors
from rag.library.vectors.chroma_files import broken_files
from rag.library.vectors.port import Inspection

INSPECTION_TIMEOUT_S = 900.0
"""Far longer than reading a million vectors takes; a damaged index can make Chroma wait without end."""


def inspect_folder(folder: Path, timeout_s: float = INSPECTION_TIMEOUT_S) -> Inspection:
    """Return what the store in a folder holds, read in another process; a store that doesn't exist holds nothing."""
    if not ChromaVectors.exists(folder):
        return Inspection()
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "rag.library.vectors.chroma_inspection", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, env=environment, timeout=timeout_s, check=False)
    except subprocess.TimeoutExpired:
        return _failed(folder, f"reading them took more than {timeout_s:.0f} s")
    if done.returncode < 0:
        return _failed(folder, f"opening them ends the process ({signal.Signals(-done.returncode).name})")
    try:
        found = json.loads(done.stdout)
        return Inspection(**{name: tuple(values) for name, values in found.items()})
    except (ValueError, TypeError, AttributeError):
        last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        return _failed(folder, last or f"reading them ended with exit code {done.returncode}")


def _failed(folder: Path, reason: str) -> Inspection:
    return Inspection(problems=(f"the vectors in {folder} can't be read: {reason}", *broken_files(folder)))


def main(folder: Path) -> None:
    """Print what the store in a folder holds."""
    try:
        vectors = ChromaVectors(folder)
        found = vectors.inspect()
        vectors.close()
    except LibraryError as exc:
        found = Inspection(problems=(str(exc), *broken_files(folder)))
    json.dump(asdict(found), sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
