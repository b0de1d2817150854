"""How commands open the settings, the library and the chatbot. Tests pass their own, with fake models."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rag.chatbot import Chatbot
    from rag.library.library import Library
    from rag.settings import Settings


def _load_settings() -> Settings:
    from rag.settings import load_settings

    return load_settings()


def _open_library(settings: Settings, rebuilding: bool) -> Library:
    from rag.wiring import build_library

    return build_library(settings, rebuilding=rebuilding)


def _open_chatbot(settings: Settings, library: Library) -> Chatbot:
    from rag.wiring import build_chatbot

    return build_chatbot(settings, library=library)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """Functions that open the settings, the library and the chatbot. The defaults load the models of the settings."""

    load_settings: Callable[[], Settings] = _load_settings
    open_library: Callable[[Settings, bool], Library] = _open_library
    open_chatbot: Callable[[Settings, Library], Chatbot] = _open_chatbot

    @contextmanager
    def library(self, *, rebuilding: bool = False) -> Iterator[Library]:
        """Open the library, and close it at the end."""
        library = self.open_library(self.load_settings(), rebuilding)
        try:
            yield library
        finally:
            library.close()

    @contextmanager
    def chatbot(self, *, llm: bool = True) -> Iterator[Chatbot]:
        """Open a chatbot, and close its library at the end. Without `llm` no language model is loaded."""
        settings = self.load_settings()
        if not llm:
            settings = settings.model_copy(update={"llm": "none"})
        library = self.open_library(settings, False)
        try:
            yield self.open_chatbot(settings, library)
        finally:
            library.close()


def tools_of(context: typer.Context) -> Tools:
    """Return the tools that a command works with."""
    return context.obj if isinstance(context.obj, Tools) else Tools()
