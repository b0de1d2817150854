"""The responses of the HTTP API, as its documentation shows them. They describe objects that are made elsewhere."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from ingest.records import OutcomeStatus
from rag.library.conversation_records import FeedbackReason, Rating, TurnStatus
from rag.records import AnswerVerdict, ClaimVerdict, Kind


class Described(BaseModel):
    """An object of a response, with an example of each field that needs one."""

    model_config = ConfigDict(extra="allow")


class Problem(Described):
    """An error (RFC 9457): `detail` says what happened and what to do. `X-Request-Id` is its id in the server's log."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    request_id: str

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "title": "Not Found",
                    "status": 404,
                    "detail": "No article 'a1' in the library. `footnote articles` lists all ids.",
                    "request_id": "6f0d0c1e2b7a4f4c9c0e5a7b8d9e0f1a",
                }
            ]
        },
    )


class FiltersObject(Described):
    """The articles that might be used; a day that isn't set is ""."""

    publishers: list[str]
    published_from: str
    published_to: str
    articles: list[str]


class CitationObject(Described):
    """A verbatim quote of an article: the characters from `start` to `end` of this version's text."""

    number: int
    article_id: str
    version: int
    title: str
    publisher: str
    published: str
    source: str
    start: int
    end: int
    quote: str
    carried_by: int


class SegmentObject(Described):
    """A piece of the answer's text with the numbers of its citations."""

    text: str
    citations: list[int]
    claim: int | None
    starts_line: bool


class ClaimObject(Described):
    """One sentence of a draft, with its verdict."""

    text: str
    verdict: ClaimVerdict
    score: float
    reason: str
    citations: list[int]


class PassageObject(Described):
    """A passage that was found, and why."""

    article_id: str
    source: str
    title: str
    start: int
    end: int
    text: str
    header: str
    score: float
    rank: int
    dense_rank: int | None
    lexical_rank: int | None
    article_rank: int | None
    matched_words: list[str]


class AnswerObject(Described):
    """An answer, the same in every interface. Programs take `segments`; `text` is for reading only."""

    id: str
    question: str
    standalone_question: str
    kind: Kind
    filters: FiltersObject
    verdict: AnswerVerdict
    reason: str
    text: str
    segments: list[SegmentObject]
    suggestions: list[str]
    confidence: float
    claims: list[ClaimObject]
    citations: list[CitationObject]
    conflicts: list[dict[str, Any]]
    nearest: list[CitationObject]
    passages: list[PassageObject]
    timings_ms: dict[str, float]
    models: dict[str, str]
    usage: dict[str, int]

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "id": "9f0c5e0a7d3b4a6c8e1f2a3b4c5d6e7f",
                    "question": "How many dialogue partners does the SCO have?",
                    "standalone_question": "How many dialogue partners does the SCO have?",
                    "kind": "fact",
                    "filters": {"publishers": [], "published_from": "", "published_to": "", "articles": []},
                    "verdict": "answered",
                    "reason": "",
                    "text": "14 [1]\nThe SCO has 14 dialogue partners. [1]",
                    "segments": [
                        {"text": "14", "citations": [1], "claim": None, "starts_line": False},
                        {
                            "text": "The SCO has 14 dialogue partners.",
                            "citations": [1],
                            "claim": 0,
                            "starts_line": True,
                        },
                    ],
                    "suggestions": [],
                    "confidence": 0.93,
                    "claims": [
                        {
                            "text": "The SCO has 14 dialogue partners.",
                            "verdict": "supported",
                            "score": 0.97,
                            "reason": "verbatim",
                            "citations": [1],
                        }
                    ],
                    "citations": [
                        {
                            "number": 1,
                            "article_id": "a1b2c3d4e5f60718",
                            "version": 1,
                            "title": "Who belongs to the SCO",
                            "publisher": "The Ledger",
                            "published": "2024-07-03",
                            "source": "news/partners.md",
                            "start": 93,
                            "end": 126,
                            "quote": "The SCO has 14 dialogue partners.",
                            "carried_by": 1,
                        }
                    ],
                    "conflicts": [],
                    "nearest": [],
                    "passages": [],
                    "timings_ms": {"understand": 12.0, "retrieve": 40.1, "total": 2410.7},
                    "models": {"embeddings": "builtin:all-MiniLM-L6-v2"},
                    "usage": {"prompt_tokens": 310, "output_tokens": 14},
                }
            ]
        },
    )


class SearchObject(Described):
    """The passages found for a question, best first."""

    id: str
    question: str
    passages: list[PassageObject]
    timings_ms: dict[str, float]


class ArticleObject(Described):
    """An article's metadata. Articles with the same `story` are copies of one text."""

    id: str
    version: int
    title: str
    publisher: str
    authors: list[str]
    published: str
    updated: str
    source: str
    url: str
    language: str
    note: str


class ArticleWithText(ArticleObject):
    """An article with its whole text, into which the offsets of citations point."""

    text: str


class ListedArticle(ArticleObject):
    """An article of a list."""

    story: str


class ArticleListObject(Described):
    """A page of articles, and the number of all that were looked for."""

    articles: list[ListedArticle]
    total: int
    limit: int
    offset: int


class OutcomeObject(Described):
    """What became of one source. `reason` says it in a sentence where that isn't plain."""

    source: str
    status: OutcomeStatus
    reason: str
    article_id: str


class AddedObject(Described):
    """The outcomes of all that was read."""

    outcomes: list[OutcomeObject]

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "outcomes": [
                        {"source": "summit.pdf", "status": "added", "reason": "", "article_id": "a1b2c3d4e5f60718"}
                    ]
                }
            ]
        },
    )


class FeedbackObject(Described):
    """A person's verdict on an answer."""

    rating: Rating
    reason: FeedbackReason | str
    note: str
    created: str


class TurnObject(Described):
    """A question of a conversation; `answer` is null where it was stopped or failed."""

    id: str
    question: str
    status: TurnStatus
    options: dict[str, Any]
    answer: AnswerObject | None
    error: str
    created: str
    feedback: FeedbackObject | None


class ConversationSummaryObject(Described):
    """A conversation without its turns; `deleted` is the time of its deletion, or ""."""

    id: str
    title: str
    created: str
    updated: str
    deleted: str
    n_turns: int


class ConversationListObject(Described):
    """A page of conversations, the last changed first, and the number of all that were looked for."""

    conversations: list[ConversationSummaryObject]
    total: int
    limit: int
    offset: int


class ConversationObject(Described):
    """A conversation with its turns, oldest first."""

    id: str
    title: str
    created: str
    updated: str
    turns: list[TurnObject]
