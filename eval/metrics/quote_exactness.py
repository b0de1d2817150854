"""Quote exactness: the share of citations whose quote is, character for character, the text at its span in its article.

    exact(c) = 1 if article(c).text[start:end] = quote and quote is not empty, else 0,  pooled over all
    citations

Judge-free. An article that the library doesn't hold makes a citation wrong. Targets that answer from
elsewhere have no score.
"""

from __future__ import annotations

from eval.records import Case, Metric, Score


def measure(case: Case) -> Score | None:
    """Return the share of one answer's citations, weighted by their number."""
    citations = case.answer.citations
    if case.articles is None or not citations:
        return None
    wrong = []
    for citation in citations:
        article = case.articles.get(citation.article_id)
        if article is None or not citation.quote or article.text[citation.start : citation.end] != citation.quote:
            wrong.append(citation.number)
    why = f"not verbatim: citation {', '.join(map(str, wrong))}" if wrong else ""
    return Score(value=1 - len(wrong) / len(citations), weight=len(citations), why=why)


METRIC = Metric(name="quote_exact", title="Quotes verbatim at their span", better="higher", measure=measure)
