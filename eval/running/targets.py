"""Builds the target of a name: Footnote with or without a language model, the baseline, a callable, or a server."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from eval.records import Question, Result
from eval.running import foreign_targets as foreign
from eval.running.baseline import build_baseline
from eval.running.target import Target
from rag.chatbot import Chatbot
from rag.checking.checker import is_verbatim
from rag.errors import ModelError, SettingsError
from rag.events import AnswerReady, CitationsChosen, ClaimChecked, Event
from rag.library.library import Library
from rag.records import Answer
from rag.settings import Settings, load_settings
from rag.wiring import build_chatbot


def build_target(spec: str, settings: Settings, library: Library | None) -> Target:
    """Return the target that `spec` names: footnote, extractive, baseline, module:callable, or http://…/v1[#model].

    Raises:
        SettingsError: there is no such target, or it needs something that the settings don't give.
    """
    if spec in BUILTIN:
        if library is None:
            raise SettingsError(f"The target {spec} answers from articles. Name some with --articles.")
        return BUILTIN[spec](settings, library)
    if spec.startswith(("http://", "https://")):
        return foreign.server_target(spec, settings)
    if re.fullmatch(r"[\w.]+:[\w.]+", spec):
        return foreign.imported_target(spec)
    raise SettingsError(f"Unknown target {spec!r}. It is one of {', '.join(BUILTIN)}, module:callable or http://…/v1.")


def needs_library(spec: str) -> bool:
    """Return whether the target answers from the run's articles."""
    return spec in BUILTIN


def _footnote(settings: Settings, library: Library) -> Target:
    return chatbot_target("footnote", build_chatbot(settings, library=library))


def _extractive(settings: Settings, library: Library) -> Target:
    settings = load_settings(**(settings.model_dump() | {"llm": "none"}))
    return chatbot_target("extractive", build_chatbot(settings, library=library))


def _baseline(settings: Settings, library: Library) -> Target:
    chain = build_baseline(settings, library)
    return Target(name="baseline", ask=chain.ask, models=chain.models)


BUILTIN: dict[str, Callable[[Settings, Library], Target]] = {
    "footnote": _footnote,
    "extractive": _extractive,
    "baseline": _baseline,
}


def chatbot_target(name: str, chatbot: Chatbot) -> Target:
    """Return a chatbot as a target; see `_Observer` for what its events report beside the answer."""

    def ask(question: Question) -> Result:
        observer = _Observer()
        for event in chatbot.stream(question.question, question.history):
            if isinstance(event, AnswerReady):
                return observer.result(event.answer)
            observer.note(event)
        raise ModelError("The chatbot's stream ended without an answer.")

    return Target(name=name, ask=ask, models=chatbot.models)


class _Observer:
    """Notes how many drafted claims the checker judged and accepted, and when the first claim was supported."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._quotes: list[str] = []
        self._judged: list[bool] = []
        self._first_claim_ms: float | None = None

    def note(self, event: Event) -> None:
        """Note an event before the answer."""
        if isinstance(event, CitationsChosen):
            self._quotes = [citation.quote for citation in event.citations]
        elif isinstance(event, ClaimChecked):
            supported = event.claim.verdict == "supported"
            if not is_verbatim(event.claim.text, self._quotes):
                self._judged.append(supported)
            if supported and self._first_claim_ms is None:
                self._first_claim_ms = self._milliseconds()

    def result(self, answer: Answer) -> Result:
        """Return the result of an answer that is ready now."""
        first_claim_ms = self._milliseconds() if self._first_claim_ms is None else self._first_claim_ms
        return Result(
            answer=answer,
            n_judged=len(self._judged),
            n_accepted=sum(self._judged),
            first_claim_ms=None if answer.verdict == "abstained" else first_claim_ms,
        )

    def _milliseconds(self) -> float:
        return round((time.perf_counter() - self._started) * 1000, 1)
