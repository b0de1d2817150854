"""The route for files that people add in the page: one file a request, deleted when the request ends.

The file is the body and its name is a header. So no request contains a path, and no session can name a file of
another.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote

import anyio
from anyio.to_thread import run_sync
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from ingest.records import IngestReport, Outcome
from rag.errors import FootnoteError
from ui.errors import render_error
from ui.limits import UPLOAD_BYTES_MAX, UPLOAD_READ_S
from ui.web.uploads import safe_name

AddFiles = Callable[[Sequence[str]], IngestReport]

UPLOAD_PATH = "/footnote-upload"
NAME_HEADER = "x-file-name"
"""Header with the file's name, percent-encoded since headers are ASCII. A form of another web site can't send it."""

UPLOADS_AT_ONCE = 1
"""One file at a time is stored and added, since a library has one writer. The other uploads wait unread."""


def add_upload_route(app: FastAPI, add_files: AddFiles) -> None:
    """Add the route to an application.

    Args:
        app: the application.
        add_files: adds the files at these paths to the library. They are deleted once it returns.
    """
    adding = anyio.CapacityLimiter(UPLOADS_AT_ONCE)

    @app.post(UPLOAD_PATH, include_in_schema=False)
    async def upload(request: Request) -> JSONResponse:
        """Return the outcome of the file: `{"outcomes": [{"status", "name", "reason"}]}`, or `{"error"}`."""
        name = safe_name(unquote(request.headers.get(NAME_HEADER, "")))
        async with adding:
            try:
                return JSONResponse({"outcomes": await _add(request, name, add_files)})
            except HTTPException as exc:
                return JSONResponse({"error": exc.detail}, exc.status_code, headers=exc.headers)
            except FootnoteError as exc:
                return JSONResponse({"error": str(exc)}, 409)
            except ClientDisconnect:
                return JSONResponse({"error": "The file arrived incomplete."}, 400)
            except Exception as exc:
                return JSONResponse({"error": render_error(exc, "adding a file")}, 500)


async def _add(request: Request, name: str, add_files: AddFiles) -> list[dict[str, Any]]:
    with TemporaryDirectory(prefix="footnote-") as folder:
        path = Path(folder) / name
        try:
            async with asyncio.timeout(UPLOAD_READ_S):
                await _write(request, path)
        except TimeoutError as exc:
            raise _refused(408, f"The file did not arrive within {UPLOAD_READ_S} s.") from exc
        report = await run_sync(add_files, [str(path)])
    return [_render(outcome) for outcome in report.outcomes]


async def _write(request: Request, path: Path) -> None:
    """Write the body to a file. A body larger than the limit is refused, also if its length wasn't announced."""
    n_bytes = 0
    with path.open("xb") as file:
        async for part in request.stream():
            n_bytes += len(part)
            if n_bytes > UPLOAD_BYTES_MAX:
                raise _refused(413, f"The file is too large; at most {UPLOAD_BYTES_MAX:,} bytes are taken.")
            file.write(part)


def _render(outcome: Outcome) -> dict[str, Any]:
    return {"status": outcome.status, "name": outcome.source.rsplit("/", 1)[-1], "reason": outcome.reason}


def _refused(status: int, sentence: str) -> HTTPException:
    return HTTPException(status, sentence, headers={"connection": "close"})
