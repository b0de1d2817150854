"""The targets outside Footnote: a callable or Runnable named `module:callable`, and OpenAI-compatible servers.

A callable is imported from the working directory or the installed packages. It is a function of a question
(and of `history`, when it has such a parameter), or a LangChain Runnable, and gives a text or an `Answer`.
"""

from __future__ import annotations

import importlib
import inspect
import os
import sys
import time
from dataclasses import replace
from typing import Any

import httpx
from langchain_core.runnables import Runnable

from eval.records import Question, Result
from eval.running.target import Target, text_answer
from rag.errors import ModelError, SettingsError
from rag.records import Answer
from rag.settings import Settings


def imported_target(spec: str) -> Target:
    """Return the target `module:callable`.

    Raises:
        SettingsError: it can't be imported, or isn't callable.
    """
    module_name, _, attribute = spec.partition(":")
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        called: Any = importlib.import_module(module_name)
        for part in attribute.split("."):
            called = getattr(called, part)
    except (ImportError, AttributeError) as exc:
        raise SettingsError(f"The target {spec!r} can't be imported ({exc}).") from exc
    if not callable(called) and not isinstance(called, Runnable):
        raise SettingsError(f"The target {spec!r} is neither callable nor a LangChain Runnable.")
    return Target(name=spec, ask=lambda question: _call(called, question))


def server_target(spec: str, settings: Settings) -> Target:
    """Return the OpenAI-compatible server at `http://…/v1`, with the model behind `#`, or the first that it names.

    Raises:
        SettingsError: no server answers there.
    """
    base_url, _, model = spec.partition("#")
    key = settings.api_key.get_secret_value()
    client = httpx.Client(
        base_url=base_url.rstrip("/") + "/",
        headers={"Authorization": f"Bearer {key}"} if key else {},
        timeout=settings.llm_timeout_s,
    )
    try:
        model = model or client.get("models").raise_for_status().json()["data"][0]["id"]
    except (httpx.HTTPError, KeyError, IndexError, TypeError, ValueError) as exc:
        raise SettingsError(
            f"{base_url} doesn't name its models ({exc}). Is a server there? Name one with {base_url}#MODEL."
        ) from exc
    return Target(
        name=f"{base_url}#{model}",
        ask=lambda question: _ask_server(client, model, question),
        models={"llm": model},
    )


def _call(called: Any, question: Question) -> Result:
    started = time.perf_counter()
    try:
        if isinstance(called, Runnable):
            said = called.invoke(question.question)
        elif "history" in inspect.signature(called).parameters:
            said = called(question.question, history=question.history)
        else:
            said = called(question.question)
    except Exception as exc:  # somebody else's code: one failed question must not end the run
        raise ModelError(f"the target raised {type(exc).__name__}: {exc}") from exc
    if isinstance(said, Answer):
        return Result(answer=said)
    text = said if isinstance(said, str) else getattr(said, "content", None)
    if not isinstance(text, str):
        raise ModelError(f"the target gave {type(said).__name__} instead of a text or an Answer")
    return Result(answer=text_answer(question, text, (time.perf_counter() - started) * 1000, {}))


def _ask_server(client: httpx.Client, model: str, question: Question) -> Result:
    messages = []
    for turn in question.history:
        messages += [{"role": "user", "content": turn.question}, {"role": "assistant", "content": turn.answer}]
    messages.append({"role": "user", "content": question.question})
    started = time.perf_counter()
    try:
        response = client.post("chat/completions", json={"model": model, "messages": messages, "temperature": 0})
        data = response.raise_for_status().json()
        text = data["choices"][0]["message"]["content"] or ""
        usage = data.get("usage") or {}
    except (httpx.HTTPError, KeyError, IndexError, TypeError, AttributeError, ValueError) as exc:
        raise ModelError(f"the server did not answer: {type(exc).__name__}: {exc}") from exc
    answer = text_answer(question, text, (time.perf_counter() - started) * 1000, {"llm": model})
    tokens = {"prompt_tokens": usage.get("prompt_tokens"), "output_tokens": usage.get("completion_tokens")}
    return Result(answer=replace(answer, usage={key: value for key, value in tokens.items() if value is not None}))
