"""Files of JSON lines that survive an interruption: every whole line counts, a last line that was cut off doesn't."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Any


def write_lines(path: Path, objects: Iterable[Mapping[str, Any]]) -> None:
    """Write objects as JSON lines."""
    path.write_text("".join(map(_line, objects)), encoding="utf-8")


def append_line(file: IO[str], data: Mapping[str, Any]) -> None:
    """Append one object to an open file, and return when the disk holds it."""
    file.write(_line(data))
    file.flush()
    os.fsync(file.fileno())


def drop_cut_off_line(path: Path) -> None:
    """Remove a last line that was cut off while it was written; leave the file alone if there is none."""
    if not path.exists():
        return
    data = path.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if whole != data:
        path.write_bytes(whole)


def _line(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False) + "\n"
