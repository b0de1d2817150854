"""What a person sees of an answer: its text without citation marks, its shown claims and their evidence."""

from __future__ import annotations

from dataclasses import replace

from eval.records import UNCITED, Case
from rag.checking.alignment import align
from rag.records import Answer, Article, Citation, Claim, Passage, Window
from rag.rendering import render_words
from rag.text.sentences import sentence_spans


def shown_text(answer: Answer) -> str:
    """Return the text of the answer without footnote marks."""
    return render_words(answer.segments).strip()


def shown_claims(case: Case) -> list[Claim]:
    """Return the claims that a person sees, in order; an abstention shows none.

    A claim is shown when the text holds its words, whatever its verdict, so that an answer can't hide a claim by
    calling it unsupported. A target without claims has the sentences of its text as claims, without citations.
    """
    if not case.answered:
        return []
    text = shown_text(case.answer)
    if case.result.cites:
        flat = _flat(text)
        return [claim for claim in case.answer.claims if _flat(claim.text) in flat]
    return [Claim(text=text[start:end], verdict="unsupported", score=0.0) for start, end in sentence_spans(text)]


def judged_claims(case: Case) -> list[Claim]:
    """Return the shown claims that need evidence: none where the answer comes from the catalog or is small talk."""
    return [] if case.question.wants in UNCITED else shown_claims(case)


def claim_citations(answer: Answer, claim: Claim) -> list[Citation]:
    """Return the citations of a claim in the order of their numbers; numbers that the answer lacks are left out."""
    return [citation for citation in answer.citations if citation.number in claim.citations]


def claim_evidence(case: Case, claim: Claim) -> tuple[Window, ...]:
    """Return what the judge reads for a claim: its citations.

    For a target without citations these are the one or two sentences of its passages that hold most of the claim,
    chosen as Footnote chooses them, because a judge of sentences errs on whole passages.
    """
    if case.result.cites:
        return tuple(_cited(case, citation) for citation in claim_citations(case.answer, claim))
    sentences = [sentence for passage in case.answer.passages for sentence in _sentences(passage)]
    return align(claim.text, sentences, case.answer.standalone_question)


def _sentences(passage: Passage) -> list[Window]:
    """Return a passage's sentences, in an article made of the passage, as a stored answer lacks the whole article."""
    article = replace(passage.article, text=passage.chunk.text)
    return [Window(article=article, start=start, end=end) for start, end in sentence_spans(article.text)]


def _cited(case: Case, citation: Citation) -> Window:
    """Return the citation in its article; in an article made of the quote where the real one is unknown or differs."""
    article = (case.articles or {}).get(citation.article_id)
    if article is not None and article.text[citation.start : citation.end] == citation.quote:
        return Window(article=article, start=citation.start, end=citation.end)
    made_up = Article(
        id=citation.article_id,
        source=citation.source,
        text=citation.quote,
        title=citation.title,
        publisher=citation.publisher,
        published=citation.published,
    )
    return Window(article=made_up, start=0, end=len(citation.quote))


def _flat(text: str) -> str:
    return " ".join(text.split()).casefold()
