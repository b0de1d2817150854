"""Builds the target of a name: Footnote with or without a language model, the baseline, a callable, or a server."""

from __future__ import annotations

import re
from collections.abc import Callable

from eval.records import Question, Result
from eval.running import foreign_targets as foreign
from eval.running.baseline import build_baseline
from eval.running.target import Target
from rag.chatbot import Chatbot
from rag.checking.checker import is_verbatim
from rag.errors import ModelError, SettingsError
from rag.events import AnswerReady, CitationsChosen, ClaimChecked
from rag.library.library import Library
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
    """Return a chatbot as a target; its events report how many drafted claims its checker judged and accepted."""

    def ask(question: Question) -> Result:
        quotes: list[str] = []
        judged: list[bool] = []
        for event in chatbot.stream(question.question, question.history):
            if isinstance(event, CitationsChosen):
                quotes = [citation.quote for citation in event.citations]
            elif isinstance(event, ClaimChecked) and not is_verbatim(event.claim.text, quotes):
                judged.append(event.claim.verdict == "supported")
            elif isinstance(event, AnswerReady):
                return Result(answer=event.answer, n_judged=len(judged), n_accepted=sum(judged))
        raise ModelError("The chatbot's stream ended without an answer.")

    return Target(name=name, ask=ask, models=chatbot.models)
