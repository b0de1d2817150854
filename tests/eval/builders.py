"""Small cases for the tests of the evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eval.records import Attack, Case, Question, QuestionKind, Result
from rag.records import Answer, AnswerVerdict, Article, Chunk, Citation, Claim, Passage, Segment, Window
from rag.rendering import render_text

TEXT = "Mongolia opened a museum. The museum cost 1,500 dollars. Visitors came from Turkey in 2019."
MUSEUM = Article(id="a" * 16, source="/somewhere/museum.md", text=TEXT, title="Museum", published="2020-01-02")
BRIDGE = Article(id="b" * 16, source="/somewhere/bridge.md", text="The bridge is 40 metres long. It is red.")
LIBRARY = {article.id: article for article in (MUSEUM, BRIDGE)}


def make_question(
    kind: QuestionKind = "answerable",
    answers: Sequence[Sequence[str]] = (("1500 dollars", "1500"),),
    id: str = "q1",
    **fields: Any,
) -> Question:
    groups = tuple(tuple(group) for group in answers)
    return Question(id=id, question=fields.pop("question", "What did it cost?"), kind=kind, answers=groups, **fields)


def cite(article: Article, quote: str, number: int = 1) -> Citation:
    start = article.text.index(quote)
    return Citation(
        number=number,
        article_id=article.id,
        version=1,
        title=article.title,
        publisher="",
        published=article.published,
        source=article.source,
        start=start,
        end=start + len(quote),
        quote=quote,
    )


def make_passage(article: Article, rank: int = 1, text: str | None = None) -> Passage:
    text = text or article.text
    start = article.text.index(text)
    chunk = Chunk(
        id=f"{article.id}:{rank}",
        article_id=article.id,
        version=1,
        position=0,
        start=start,
        end=start + len(text),
        text=text,
    )
    return Passage(chunk=chunk, article=article, score=1 / rank, rank=rank)


def make_answer(
    claims: Sequence[tuple[str, Sequence[Citation]]] = (),
    text: str | None = None,
    verdict: AnswerVerdict = "answered",
    id: str = "q1",
    **fields: Any,
) -> Answer:
    """An answer of claims with their citations; what it says is made of them, unless a text is given."""
    citations = {citation.number: citation for _, cited in claims for citation in cited}
    segments = (
        tuple(
            Segment(text=claim, citations=tuple(c.number for c in cited), claim=place)
            for place, (claim, cited) in enumerate(claims)
        )
        if text is None
        else (Segment(text=text),)
    )
    return Answer(
        id=id,
        question="What did it cost?",
        standalone_question="What did it cost?",
        verdict=verdict,
        reason="" if verdict == "answered" else "not stated",
        text=render_text(segments),
        segments=segments,
        claims=tuple(
            Claim(text=claim, verdict="supported", score=0.9, citations=tuple(c.number for c in cited))
            for claim, cited in claims
        ),
        citations=tuple(citations.values()),
        **fields,
    )


def word_judge(claim: str, evidence: tuple[Window, ...]) -> bool:
    """Supported when every word of the claim stands in the quotes."""
    said = " ".join(item.quote for item in evidence).lower()
    return all(word in said for word in claim.lower().rstrip(".").split())


def make_case(
    answer: Answer,
    question: Question | None = None,
    *,
    cites: bool = True,
    error: str = "",
    articles: Mapping[str, Article] | None = LIBRARY,
    attacks: Sequence[Attack] = (),
    clean: Answer | None = None,
) -> Case:
    return Case(
        question=question or make_question(),
        result=Result(answer=answer, cites=cites, error=error),
        articles=articles,
        supports=word_judge,
        attacks=tuple(attacks),
        clean=Result(answer=clean) if clean else None,
    )


COST = "The museum cost 1,500 dollars."
OPENED = "Mongolia opened a museum."
VISITORS = "Visitors came from Turkey in 2019."
