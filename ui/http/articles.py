"""The routes for articles: list, read, add and remove."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import anyio
from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from ingest import ingest, remove
from ingest.records import IngestReport
from rag.chatbot import Chatbot
from rag.library.article_pages import ArticleOrder
from rag.records import Filters
from ui.http.event_data import render_article_data
from ui.http.problems import problem_response, request_id_of
from ui.http.requests import FILTERS_MAX, AddressRequest, Day, Limit, Name, Offset, Search
from ui.http.responses import AddedObject, ArticleListObject, ArticleWithText
from ui.http.uploads import receive_file, receive_json
from ui.web.uploads import add_uploads

ARTICLES_PATH = "/v1/articles"

ADDED_AT_ONCE = 1
"""One request at a time adds or removes articles, since a library has one writer. The others wait unread."""

_BODIES: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {"file": {"type": "string", "format": "binary"}},
            }
        },
        "application/json": {"schema": AddressRequest.model_json_schema()},
    },
}


def build_articles_router(bot: Chatbot) -> APIRouter:
    """Return the routes under `/v1/articles`."""
    router = APIRouter(tags=["Articles"])
    library = bot.library
    writing = anyio.CapacityLimiter(ADDED_AT_ONCE)

    @router.get(ARTICLES_PATH, response_model=None, responses={200: {"model": ArticleListObject}})
    def page(
        search: Annotated[
            Search, Query(description="Words in title and text, or in title, publisher, authors and source.")
        ] = "",
        publisher: Annotated[list[Name] | None, Query(max_length=FILTERS_MAX)] = None,
        published_from: Annotated[Day, Query()] = None,
        published_to: Annotated[Day, Query()] = None,
        sort: Annotated[ArticleOrder, Query()] = "newest",
        limit: Annotated[Limit, Query()] = 50,
        offset: Annotated[Offset, Query()] = 0,
    ) -> dict[str, Any]:
        """List articles without their texts."""
        filters = Filters(publishers=tuple(publisher or ()), published_from=published_from, published_to=published_to)
        found = library.catalog.page(filters, search, order=sort, limit=limit, offset=offset)
        stories = library.catalog.stories_of([article.id for article in found.articles])
        return {
            "articles": [render_article_data(each) | {"story": stories[each.id]} for each in found.articles],
            "total": found.total,
            "limit": limit,
            "offset": offset,
        }

    @router.get(f"{ARTICLES_PATH}/{{article_id}}", response_model=None, responses={200: {"model": ArticleWithText}})
    def article(
        article_id: str,
        version: Annotated[
            int | None, Query(ge=1, le=2**31, description="As a citation names it; the current one by default.")
        ] = None,
    ) -> dict[str, Any]:
        """Return an article with its text."""
        return render_article_data(bot.article(article_id, version), text=True)

    @router.post(
        ARTICLES_PATH,
        response_model=None,
        responses={200: {"model": AddedObject}},
        openapi_extra={"requestBody": _BODIES},
    )
    async def add(request: Request) -> JSONResponse:
        """Add a file (multipart/form-data, field `file`), or what is at an address (JSON with `url`).

        An address is that of an article, a feed or a sitemap. The response comes when all of it has been read; adding
        goes on if the client disconnects.
        """
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            async with writing, receive_file(request) as path:
                report = await run_sync(add_uploads, library, [path])
        else:
            address = _parse_address(await receive_json(request))
            async with writing:
                report = await run_sync(lambda: ingest([address], library.settings, library=library))
        return _respond(request, report)

    @router.delete(f"{ARTICLES_PATH}/{{article_id}}", status_code=204)
    async def delete(article_id: str) -> None:
        """Remove an article with all its versions."""
        async with writing:
            await run_sync(lambda: remove(article_id, library.settings, library=library))

    return router


def _parse_address(body: bytes) -> str:
    try:
        return AddressRequest.model_validate_json(body).url
    except ValidationError as exc:
        errors: Sequence[Any] = [{**error, "loc": ("body", *error["loc"])} for error in exc.errors()]
        raise RequestValidationError(errors) from exc


def _respond(request: Request, report: IngestReport) -> JSONResponse:
    """Return the outcomes; a problem with them where nothing but failures came out."""
    outcomes = [
        {"source": each.source, "status": each.status, "reason": each.reason, "article_id": each.article_id}
        for each in report.outcomes
    ]
    failed = [each for each in report.outcomes if each.status == "failed"]
    if outcomes and len(failed) == len(outcomes):
        detail = "; ".join(f"{each.source}: {each.reason}" for each in failed)
        return problem_response(422, detail, request_id=request_id_of(request), outcomes=outcomes)
    return JSONResponse({"outcomes": outcomes})
