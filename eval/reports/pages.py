"""The part of a report on one question: question, answer, citations, judgements and gold."""

from __future__ import annotations

from typing import Any

from eval.metrics.alias_containment import missing_groups
from eval.metrics.conflict_sides import missing_sides
from eval.metrics.displayed_answer import claim_evidence, shown_claims, shown_text
from eval.metrics.evidence_recall import evidence_recall
from eval.metrics.latency import timings_ms
from eval.records import UNCITED, Case, ScoredQuestion
from rag.records import Citation, Claim
from rag.serialization import render_segment

CONTEXT_CHARS = 220
N_PASSAGES = 8


def question_page(scored: ScoredQuestion) -> dict[str, Any]:
    """Return all that a report shows of one question, ready for JSON."""
    case = scored.case
    question, answer = case.question, case.answer
    said = shown_text(answer) if case.answered else ""
    return {
        "id": question.id,
        "kind": question.kind,
        "wants": question.wants,
        "given": answer.kind,
        "question": question.question,
        "standalone_question": answer.standalone_question,
        "history": [{"question": turn.question, "answer": turn.answer} for turn in question.history],
        "verdict": answer.verdict,
        "reason": answer.reason,
        "text": answer.text,
        "segments": [render_segment(segment) for segment in answer.segments],
        "confidence": answer.confidence,
        "error": case.result.error,
        "claims": _claims(case),
        "citations": [_citation(case, citation) for citation in answer.citations],
        "conflicts": [
            {"summary": c.summary, "sides": [{"quote": s.quote, "citation": s.citation} for s in c.sides]}
            for c in answer.conflicts
        ],
        "passages": [
            {
                "rank": passage.rank,
                "title": passage.article.title,
                "source": passage.article.source,
                "text": passage.chunk.text,
                "score": passage.score,
                "dense_rank": passage.dense_rank,
                "lexical_rank": passage.lexical_rank,
                "matched_words": list(passage.matched_words),
            }
            for passage in answer.passages[:N_PASSAGES]
        ],
        "gold": {
            "answers": [list(group) for group in question.answers],
            "facts": [{"aliases": list(group), "held": not missing_groups(said, [group])} for group in question.facts],
            "reference": question.reference,
            "articles": list(question.articles),
            "evidence": _gold_evidence(case),
        },
        "scores": {name: {"value": s.value, "weight": s.weight} for name, s in scored.scores.items()},
        "failed": scored.failed,
        "timings_ms": timings_ms(case.result),
        "usage": dict(answer.usage),
    }


def _claims(case: Case) -> list[dict[str, Any]]:
    shown = {claim.text for claim in shown_claims(case)}
    claims = case.answer.claims if case.result.cites else shown_claims(case)
    judged = case.question.wants not in UNCITED
    return [
        {
            "text": claim.text,
            "verdict": claim.verdict if case.result.cites else "",
            "score": claim.score if case.result.cites else None,
            "reason": claim.reason,
            "citations": list(claim.citations),
            "shown": claim.text in shown,
            "judged_supported": _judged(case, claim) if judged else None,
        }
        for claim in claims
    ]


def _judged(case: Case, claim: Claim) -> bool | None:
    if case.supports is None:
        return None
    evidence = claim_evidence(case, claim)
    return bool(evidence) and case.supports(claim.text, evidence)


def _citation(case: Case, citation: Citation) -> dict[str, Any]:
    """Return a citation with the text around it; without that text where the article is unknown or differs."""
    article = (case.articles or {}).get(citation.article_id)
    exact = article is not None and article.text[citation.start : citation.end] == citation.quote
    before = after = ""
    if article is not None and exact:
        before, after = _surroundings(article.text, citation.start, citation.end)
    return {
        "number": citation.number,
        "title": citation.title,
        "publisher": citation.publisher,
        "published": citation.published,
        "source": citation.source,
        "quote": citation.quote,
        "before": before,
        "after": after,
        "exact": exact if case.articles is not None else None,
    }


def _surroundings(text: str, start: int, end: int) -> tuple[str, str]:
    """Return the text before and after a span, cut between words, with an ellipsis where it was cut."""
    before, after = text[max(0, start - CONTEXT_CHARS) : start], text[end : end + CONTEXT_CHARS]
    if start > CONTEXT_CHARS:
        before = "… " + before.partition(" ")[2]
    if end + CONTEXT_CHARS < len(text):
        after = after.rpartition(" ")[0] + " …"
    return before, after


def _gold_evidence(case: Case) -> list[dict[str, Any]]:
    passages = [passage.chunk.text for passage in case.answer.passages]
    missing = set(missing_sides(case))
    return [
        {"text": text, "found": bool(evidence_recall(passages, [text])), "cited": text not in missing}
        for text in case.question.evidence
    ]
