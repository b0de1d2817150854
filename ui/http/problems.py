"""Errors as problem details (RFC 9457): one JSON object that says what happened and what to do."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from rag.errors import (
    ArticleNotFoundError,
    ConversationNotFoundError,
    FootnoteError,
    IndexMismatchError,
    IngestError,
    LibraryLockedError,
    ModelError,
    SettingsError,
    StoppedError,
)
from ui.errors import SAFE_SENTENCE

PROBLEM_TYPE = "application/problem+json"

CLIENT_CLOSED_REQUEST = 499
"""The status of nginx for a client that disconnected."""

STATUS: dict[type[FootnoteError], int] = {
    ArticleNotFoundError: 404,
    ConversationNotFoundError: 404,
    LibraryLockedError: 409,
    IndexMismatchError: 503,
    IngestError: 422,
    ModelError: 503,
    SettingsError: 422,
    StoppedError: CLIENT_CLOSED_REQUEST,
}
"""HTTP status of our errors; 500 for those not listed."""

LOCKED_RETRY_S = 5
"""Seconds after which a client may try again to write to a library that another process writes to."""

OPENAI_PATHS = ("/v1/chat/", "/v1/models")
"""Beginnings of the paths whose clients look for the member `error`, as OpenAI's servers have it."""

log = logging.getLogger("ui.http")


def render_problem(status: int, detail: str, *, request_id: str = "", **members: Any) -> dict[str, Any]:
    """Return a problem as a JSON object.

    Args:
        status: the HTTP status.
        detail: a sentence that says what happened and what to do.
        request_id: of the request, by which the server's log names it.
        **members: what else a client may use.
    """
    return {
        "type": "about:blank",
        "title": _title(status),
        "status": status,
        "detail": detail,
        "request_id": request_id,
        **members,
    }


def problem_response(
    status: int, detail: str, *, request_id: str = "", headers: Mapping[str, str] | None = None, **members: Any
) -> JSONResponse:
    """Return a problem as a response."""
    problem = render_problem(status, detail, request_id=request_id, **members)
    return JSONResponse(problem, status, headers=headers, media_type=PROBLEM_TYPE)


def add_problem_handlers(app: FastAPI) -> None:
    """Let every error of an application become a problem."""
    app.add_exception_handler(FootnoteError, _known_error)
    app.add_exception_handler(RequestValidationError, _wrong_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unknown_error)


def status_of(exc: Exception) -> int:
    """Return the HTTP status of an error."""
    return next((status for kind, status in STATUS.items() if isinstance(exc, kind)), 500)


def request_id_of(request: Request) -> str:
    """Return the id that the gate gave to a request."""
    return str(getattr(request.state, "request_id", ""))


async def _known_error(request: Request, exc: Exception) -> JSONResponse:
    status = status_of(exc)
    return _respond(request, status, str(exc), {"Retry-After": str(LOCKED_RETRY_S)} if status == 409 else None)


async def _unknown_error(request: Request, _exc: Exception) -> JSONResponse:
    request_id = request_id_of(request)
    log.error("Request %s failed", request_id)  # the server logs the error itself
    return _respond(request, 500, SAFE_SENTENCE, {"X-Request-Id": request_id})


async def _wrong_request(request: Request, exc: Exception) -> JSONResponse:
    assert isinstance(exc, RequestValidationError)
    errors = [
        {"field": ".".join(str(part) for part in error["loc"][1:]), "problem": error["msg"]} for error in exc.errors()
    ]
    detail = "; ".join(
        f"{error['field']}: {error['problem']}" if error["field"] else error["problem"] for error in errors
    )
    return _respond(request, 422, detail, errors=errors)


async def _http_error(request: Request, exc: Exception) -> JSONResponse:
    assert isinstance(exc, HTTPException)
    return _respond(request, exc.status_code, str(exc.detail), exc.headers)


def _respond(
    request: Request, status: int, detail: str, headers: Mapping[str, str] | None = None, **members: Any
) -> JSONResponse:
    if request.url.path.startswith(OPENAI_PATHS):
        members["error"] = {"message": detail, "type": _openai_type(status), "param": None, "code": None}
    return problem_response(status, detail, request_id=request_id_of(request), headers=headers, **members)


def _openai_type(status: int) -> str:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return "rate_limit_error"
    return "invalid_request_error" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "server_error"


def _title(status: int) -> str:
    return "Client Closed Request" if status == CLIENT_CLOSED_REQUEST else HTTPStatus(status).phrase
