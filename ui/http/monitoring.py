"""The routes that programs watch the server with: whether it runs, whether it can answer, and its figures."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.exceptions import HTTPException

from rag.chatbot import Chatbot
from rag.errors import LibraryError
from ui.http.metrics import Metrics

MONITORING_ROUTES = ("/healthz", "/readyz", "/metrics")


def build_monitoring_router(bot: Chatbot, metrics: Metrics) -> APIRouter:
    """Return the routes `/healthz`, `/readyz` and `/metrics`."""
    router = APIRouter(tags=["Monitoring"])

    @router.get("/healthz")
    async def is_alive() -> dict[str, str]:
        """Say that the server runs. No model and no file is asked, so this is quick while answers are made."""
        return {"status": "ok"}

    @router.get("/readyz")
    def is_ready() -> dict[str, Any]:
        """Say that questions can be answered, with the models in use; a problem where the catalog can't be read."""
        try:
            n_articles, n_chunks = bot.library.catalog.counts()
        except (OSError, LibraryError) as exc:
            raise HTTPException(503, f"The catalog can't be read: {exc}. Run `footnote doctor`.") from exc
        return {"status": "ready", "articles": n_articles, "chunks": n_chunks, "models": dict(bot.models)}

    @router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
    def figures() -> Response:
        """Return figures on requests and answers in Prometheus's text format. They hold no words of people."""
        return Response(metrics.render(), media_type=CONTENT_TYPE_LATEST)

    return router
