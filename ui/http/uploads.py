"""Receiving a file of a form into a temporary folder, which is deleted when the request ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from anyio.to_thread import run_sync
from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Message

from ui.limits import BODY_BYTES_MAX, FORM_BYTES_MAX, UPLOAD_BYTES_MAX, UPLOAD_READ_S
from ui.web.uploads import safe_name

FILE_FIELD = "file"

COPY_BYTES = 1024 * 1024


@asynccontextmanager
async def receive_file(request: Request) -> AsyncIterator[str]:
    """Yield the path of the file in the form field `file`; the file is gone afterwards.

    Raises:
        HTTPException: the form has no such file, is too large, is damaged, or doesn't arrive in time.
    """
    limited = Request(request.scope, _Limited(request, UPLOAD_BYTES_MAX + FORM_BYTES_MAX).receive)
    with TemporaryDirectory(prefix="footnote-") as folder:
        try:
            async with asyncio.timeout(UPLOAD_READ_S), limited.form(max_files=1, max_fields=0) as form:
                file = form.get(FILE_FIELD)
                if not isinstance(file, UploadFile):
                    raise HTTPException(422, f"Send the file in the form field `{FILE_FIELD}`.")
                path = Path(folder) / safe_name(file.filename or "")
                await _copy(file, path)
        except TimeoutError as exc:
            raise HTTPException(
                408, f"The file did not arrive within {UPLOAD_READ_S} s. Send it again.", {"connection": "close"}
            ) from exc
        except ClientDisconnect as exc:
            raise HTTPException(400, "The file arrived incomplete. Send it again.") from exc
        except HTTPException as exc:
            if exc.status_code != 400:
                raise
            raise HTTPException(
                400, f"The form can't be read: {exc.detail} Send the file in the form field `{FILE_FIELD}`."
            ) from exc
        yield str(path)


async def receive_json(request: Request) -> bytes:
    """Return the body of a request that has no file.

    Raises:
        HTTPException: it is too large.
    """
    try:
        return await Request(request.scope, _Limited(request, BODY_BYTES_MAX).receive).body()
    except ClientDisconnect as exc:
        raise HTTPException(400, "The body arrived incomplete. Send it again.") from exc


class _Limited:
    """The body of a request, which is refused once it is larger than it may be."""

    def __init__(self, request: Request, bytes_max: int) -> None:
        self._receive = request.receive
        self._bytes_max = bytes_max
        self._n_bytes = 0

    async def receive(self) -> Message:
        """Return the next message of the server."""
        message = await self._receive()
        self._n_bytes += len(message.get("body", b""))
        if self._n_bytes > self._bytes_max:
            raise HTTPException(
                413, f"The body is too large; at most {self._bytes_max:,} bytes are taken.", {"connection": "close"}
            )
        return message


async def _copy(file: UploadFile, path: Path) -> None:
    with path.open("xb") as copy:
        while part := await file.read(COPY_BYTES):
            await run_sync(copy.write, part)
