"""Footnote's Python API: grounded answers about a body of news articles.

Example:
    >>> from rag import open_chatbot
    >>> with open_chatbot() as bot:
    ...     print(bot.ask("Who hosts the summit?").text)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.chatbot import Chatbot
    from rag.errors import (
        ArticleNotFoundError,
        ConversationNotFoundError,
        DatasetError,
        FootnoteError,
        IndexMismatchError,
        IngestError,
        LibraryError,
        LibraryLockedError,
        ModelCorruptError,
        ModelError,
        ModelNotFoundError,
        SettingsError,
        StoppedError,
    )
    from rag.events import (
        AnswerReady,
        CitationsChosen,
        ClaimChecked,
        Event,
        PassagesFound,
        QuestionUnderstood,
        TokenWritten,
    )
    from rag.library.conversation_records import Conversation, ConversationTurn, Feedback
    from rag.library.conversations import Conversations
    from rag.records import (
        Answer,
        Article,
        Chunk,
        Citation,
        Claim,
        Conflict,
        ConflictSide,
        Filters,
        Judgement,
        Passage,
        SearchResult,
        Segment,
        Turn,
        Window,
    )
    from rag.settings import Settings, load_settings
    from rag.stopping import Stream
    from rag.wiring import open_chatbot

__all__ = [
    "Answer",
    "AnswerReady",
    "Article",
    "ArticleNotFoundError",
    "Chatbot",
    "Chunk",
    "Citation",
    "CitationsChosen",
    "Claim",
    "ClaimChecked",
    "Conflict",
    "ConflictSide",
    "Conversation",
    "ConversationNotFoundError",
    "ConversationTurn",
    "Conversations",
    "DatasetError",
    "Event",
    "Feedback",
    "Filters",
    "FootnoteError",
    "IndexMismatchError",
    "IngestError",
    "Judgement",
    "LibraryError",
    "LibraryLockedError",
    "ModelCorruptError",
    "ModelError",
    "ModelNotFoundError",
    "Passage",
    "PassagesFound",
    "QuestionUnderstood",
    "SearchResult",
    "Segment",
    "Settings",
    "SettingsError",
    "StoppedError",
    "Stream",
    "TokenWritten",
    "Turn",
    "Window",
    "load_settings",
    "open_chatbot",
]

_MODULES = (
    "rag.records",
    "rag.library.conversation_records",
    "rag.errors",
    "rag.settings",
    "rag.events",
    "rag.stopping",
    "rag.library.conversations",
    "rag.chatbot",
    "rag.wiring",
)
"""Where the names above are, the quickest to import first."""


def __getattr__(name: str) -> object:
    """Imports a name when it is first used, so that a reader of one file need not load what answers questions.

    Raises:
        AttributeError: the package has no such name.
    """
    if name in __all__:
        for module in map(importlib.import_module, _MODULES):
            if name in vars(module):
                return vars(module)[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
