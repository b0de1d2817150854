"""The records from an article to an answer: frozen values without behaviour of their own.

Offsets are half-open `[start, end)` character positions in `Article.text`, the canonical text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

Kind = Literal[
    "fact", "yesno", "list", "explanation", "overview", "comparison", "timeline", "summary", "library", "talk"
]
"""The sort of answer that a question wants."""

KINDS: tuple[Kind, ...] = get_args(Kind)
AnswerVerdict = Literal["answered", "unsure", "partial", "abstained"]
ClaimVerdict = Literal["supported", "unsupported"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One published text with its metadata.

    Attributes:
        id: stable for the same source, 16 hexadecimal digits.
        source: path or URL as it was given to ingest.
        text: canonical text; all offsets point into it.
        published: ISO 8601, as precise as known (`2024`, `2024-07`, `2024-07-03`, with or without time), or "".
        updated: date of the last change after that, as the article gives it, in the same form; or "".
        note: a remark for readers on how the text was extracted, such as an uncertain order; or "".
        version: 1 for the first text ingested under this id, then counting up.
    """

    id: str
    source: str
    text: str
    title: str = ""
    publisher: str = ""
    authors: tuple[str, ...] = ()
    url: str = ""
    published: str = ""
    updated: str = ""
    language: str = ""
    note: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A span of whole sentences of one version of an article: the unit that is embedded and indexed.

    Attributes:
        id: unique in the library, the same for the same article version and span.
        position: 0 for the article's first chunk.
        text: `article.text[start:end]`.
    """

    id: str
    article_id: str
    version: int
    position: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A chunk found for a question, and why.

    Attributes:
        score: higher is better.
        rank: from 1.
        dense_rank: place by similarity of meaning; None when it was not among the candidates.
        lexical_rank: place by shared words; None when it was not among the candidates.
        article_rank: place of its whole article by shared words; None when it was not among the candidates.
        matched_words: words of the question, in lower case, that the passage or its title holds.
    """

    chunk: Chunk
    article: Article
    score: float
    rank: int
    dense_rank: int | None = None
    lexical_rank: int | None = None
    article_rank: int | None = None
    matched_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One to three contiguous sentences of an article: the unit that is read, offered to a language model and cited.

    Attributes:
        score: how well it fits the question: the reranker's probability, or without a reranker the cosine similarity.
    """

    article: Article
    start: int
    end: int
    score: float = 0.0

    @property
    def quote(self) -> str:
        """Return the verbatim words at the span."""
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The judgement of a claim checker on one claim and its evidence.

    Attributes:
        score: probability of support, 0 to 1 (calibrated only where the checker says so).
        reason: the signal that decided, named in a short phrase.
    """

    verdict: ClaimVerdict
    score: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One sentence of a draft, with its verdict and the numbers of its citations."""

    text: str
    verdict: ClaimVerdict
    score: float
    citations: tuple[int, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A numbered quote: `article.text[start:end] == quote` in the cited version, always.

    Attributes:
        carried_by: how many independent articles among the passages hold the quote, this one included; copies of one
            story count once.
    """

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
    carried_by: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A piece of an answer's text with the numbers of its citations.

    Attributes:
        text: plain words; brackets, Markdown and HTML in it mean nothing.
        citations: numbers of the citations that support it, in the order in which they are shown.
        claim: place of its claim among the answer's, from 0; None for words that aren't a claim, such as a reason.
        starts_line: whether it begins a new line.
    """

    text: str
    citations: tuple[int, ...] = ()
    claim: int | None = None
    starts_line: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictSide:
    """One side of a conflict: its words, and the number of the citation that holds them."""

    quote: str
    citation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Evidence of different articles that cannot all be true."""

    summary: str
    sides: tuple[ConflictSide, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """The articles that an answer may use; an empty filter allows all.

    Attributes:
        publishers: names of publishers, compared without regard to case.
        published_from, published_to: the first and the last day of publication; undated articles are left out.
        articles: ids of articles.
    """

    publishers: tuple[str, ...] = ()
    published_from: date | None = None
    published_to: date | None = None
    articles: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != Filters()


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One earlier exchange of a conversation. Its answer is never evidence."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to a question: checked claims with citations, or an abstention with its reason.

    Attributes:
        text: the rendered segments, for reading only: `… in Astana. [1]`. Nothing parses it.
        kind: the sort of answer that was given.
        filters: the articles that might be used.
        reason: why it is an abstention, unsure or partial; "" for a full answer.
        segments: the text in pieces, in order.
        suggestions: questions that the articles do answer; after an abstention, similar ones.
        confidence: probability, 0 to 1, that the claims answer the question; for an abstention, that of the rejected
            claims.
        nearest: the nearest window for each part of the question that isn't answered; numbered on from `citations`.
        timings_ms: milliseconds by stage: understand, retrieve, first_citation, first_token, write, check, suggest,
            total; a stage that didn't take place is left out.
        models: names of embeddings, llm, checker and the index fingerprint.
        usage: prompt_tokens and output_tokens of the language model, if it reports them.
    """

    id: str
    question: str
    standalone_question: str
    verdict: AnswerVerdict
    reason: str
    text: str
    kind: Kind = "fact"
    filters: Filters = field(default_factory=Filters)
    segments: tuple[Segment, ...] = ()
    suggestions: tuple[str, ...] = ()
    confidence: float = 0.0
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    nearest: tuple[Citation, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    passages: tuple[Passage, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    models: Mapping[str, str] = field(default_factory=dict)
    usage: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """The passages found for a question, best first, and `timings_ms` with the key total."""

    id: str
    question: str
    passages: tuple[Passage, ...]
    timings_ms: Mapping[str, float] = field(default_factory=dict)
