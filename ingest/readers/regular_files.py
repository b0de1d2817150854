"""Opening files that strangers may have put there: only regular files, never pipes, devices or sockets."""

from __future__ import annotations

import os
import stat
from io import BufferedReader

from rag.errors import IngestError

_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def open_regular(path: str) -> BufferedReader:
    """Open a file for reading, without ever waiting for a pipe, device or socket.

    Raises:
        IngestError: it is a folder, or something else that is not a regular file.
        OSError: it can't be opened.
    """
    _check_regular(path, os.stat(path))
    file = open(os.open(path, _OPEN_FLAGS), "rb")  # noqa: SIM115 - the caller closes it
    try:
        _check_regular(path, os.fstat(file.fileno()))  # the file may have been replaced meanwhile
    except BaseException:
        file.close()
        raise
    return file


def _check_regular(path: str, status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        os.listdir(path)
        raise IngestError("a folder, not a file")
    if not stat.S_ISREG(status.st_mode):
        raise IngestError("not a regular file but a device, pipe or socket")
