"""What a person sees of an answer: its text without citation marks, its shown claims and their evidence."""

from __future__ import annotations

from dataclasses import replace

from eval.records import Case
from rag.checking.alignment import align
from rag.records import Answer, Article, Citation, Claim, Passage, Window
from rag.rendering import render_words
from rag.text.sentences import sentence_spans


def shown_text(answer: Answer) -> str:
    """What the answer says, without footnote marks."""
    return render_words(answer.segments).strip()


def shown_claims(case: Case) -> list[Claim]:
    """The claims that a person sees, in order; an abstention shows none.

    A claim is shown when its words stand in the text, whatever verdict it carries, so that an answer can't
    hide a claim by calling it unsupported. A target without claims has the sentences of its text as claims,
    without citations.
    """
    if not case.answered:
        return []
    text = shown_text(case.answer)
    if case.result.cites:
        flat = _flat(text)
        return [claim for claim in case.answer.claims if _flat(claim.text) in flat]
    return [Claim(text=text[start:end], verdict="unsupported", score=0.0) for start, end in sentence_spans(text)]


def claim_citations(answer: Answer, claim: Claim) -> list[Citation]:
    """The citations of a claim in the order of their numbers; numbers that the answer lacks are left out."""
    return [citation for citation in answer.citations if citation.number in claim.citations]


def claim_evidence(case: Case, claim: Claim) -> tuple[Window, ...]:
    """What the judge reads for a claim: its citations.

    For a target without any, the one or two sentences of its passages that hold most of the claim, as Footnote itself
    would choose them: a judge of sentences errs on whole passages.
    """
    if case.result.cites:
        return tuple(_cited(case, citation) for citation in claim_citations(case.answer, claim))
    sentences = [sentence for passage in case.answer.passages for sentence in _sentences(passage)]
    return align(claim.text, sentences, case.answer.standalone_question)


def _sentences(passage: Passage) -> list[Window]:
    """A passage's sentences; a stored answer tells its words but not its article's, so they make an article."""
    article = replace(passage.article, text=passage.chunk.text)
    return [Window(article=article, start=start, end=end) for start, end in sentence_spans(article.text)]


def _cited(case: Case, citation: Citation) -> Window:
    """The citation in its article, or, where the article isn't known or reads otherwise, in one made of the quote."""
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
