"""Figures for Prometheus: requests, answers, their times, and how many questions wait. They hold no words of people."""

from __future__ import annotations

import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.library.conversation_records import TurnStatus
from rag.records import Answer

ANSWER_BUCKETS_S = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160)
"""Upper bounds of the classes in which the seconds of an answer are counted."""

OTHER = "other"
"""The label of paths that aren't the API's, those of the page among them, and of methods that no route has.

Clients may send any number of these, and each label is kept.
"""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """The figures of one application, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "footnote_http_requests", "Requests", ("method", "route", "status"), registry=self._registry
        )
        self._request_s = Histogram(
            "footnote_http_request_seconds", "Seconds until a response ended", ("route",), registry=self._registry
        )
        self._answers = Counter(
            "footnote_answers", "Answers over HTTP", ("status", "kind", "verdict"), registry=self._registry
        )
        self._answer_s = Histogram(
            "footnote_answer_seconds",
            "Seconds of an answer by stage",
            ("stage",),
            buckets=ANSWER_BUCKETS_S,
            registry=self._registry,
        )

    def watch(self, name: str, description: str, measure: Callable[[], float]) -> None:
        """Add a figure that is measured whenever the figures are read."""
        Gauge(name, description, registry=self._registry).set_function(measure)

    def count_answer(self, status: TurnStatus, answer: Answer | None) -> None:
        """Count an answer, or a question that got none, and the seconds of each stage."""
        kind, verdict = (answer.kind, answer.verdict) if answer else ("", "")
        self._answers.labels(status, kind, verdict).inc()
        for stage, ms in (answer.timings_ms if answer else {}).items():
            self._answer_s.labels(stage).observe(ms / 1000)

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a response that has ended."""
        self._requests.labels(method if method in METHODS else OTHER, route, str(status)).inc()
        self._request_s.labels(route).observe(seconds)

    def render(self) -> bytes:
        """Return all figures in Prometheus's text format."""
        return generate_latest(self._registry)


class Measured:
    """ASGI middleware that counts the requests which the gate let through."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        """Wrap an application."""
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and count its response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500

        async def note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, note_status)
        finally:
            seconds = time.perf_counter() - started
            self._metrics.count_request(scope["method"], _route_of(scope), status, seconds)


def _route_of(scope: Scope) -> str:
    """Return the path of the route as it was declared, such as `/v1/articles/{article_id}`."""
    path = str(getattr(scope.get("route"), "path", ""))
    return path if path and scope.get("endpoint") is not None else OTHER
