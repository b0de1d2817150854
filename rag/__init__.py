"""Footnote's Python API: grounded answers about a body of news articles.

Example:
    >>> from rag import open_chatbot
    >>> with open_chatbot() as bot:
    ...     print(bot.ask("Who hosts the summit?").text)
"""

from rag.chatbot import Chatbot
from rag.errors import (
    ArticleNotFoundError,
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
)
from rag.events import AnswerReady, CitationsChosen, ClaimChecked, Event, PassagesFound, TokenWritten
from rag.records import (
    Answer,
    Article,
    Chunk,
    Citation,
    Claim,
    Conflict,
    ConflictSide,
    Evidence,
    Judgement,
    Passage,
    SearchResult,
    Turn,
)
from rag.settings import Settings, load_settings
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
    "DatasetError",
    "Event",
    "Evidence",
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
    "SearchResult",
    "Settings",
    "SettingsError",
    "TokenWritten",
    "Turn",
    "load_settings",
    "open_chatbot",
]
