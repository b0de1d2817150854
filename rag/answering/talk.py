"""Talk: what is said to a greeting, to thanks, or to "what can you do?", with questions that the library answers."""

from __future__ import annotations

from dataclasses import dataclass

from rag.library.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkReply:
    """What is said, line by line, and questions that the library answers."""

    lines: tuple[str, ...]
    suggestions: tuple[str, ...] = ()


def reply_to_talk(ask: str, catalog: Catalog) -> TalkReply:
    """Return the reply to talk of a sort: greeting, thanks, identity, help, goodbye or other."""
    raise NotImplementedError
