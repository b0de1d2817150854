"""A checked answer as HTML: text, footnotes, where the articles disagree, what to ask instead, the nearest passages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape

from rag.records import Answer, AnswerVerdict, Citation, Claim, Conflict, Passage, Segment
from rag.rendering import lines, mark, render_filters, render_voices, source_name
from rag.text.tables import table_header
from ui.matches import render_match
from ui.web.claims_view import VERDICTS, render_claims, render_footnotes
from ui.web.markup import article_name, model_name, opens_citation, opens_passage, render_origin

HEADINGS: dict[AnswerVerdict, str] = {
    "answered": "Answer",
    "unsure": "Perhaps the answer",
    "partial": "Part of an answer",
    "abstained": "No answer in these articles",
}

FOOTNOTES = '<h3 class="fn-sr">Footnotes</h3>'
NEAREST = "<h3>What comes nearest</h3>"

NEAREST_MAX = 3
"""Passages shown under a partial answer or an abstention."""


def render_answer_section(answer: Answer, checked: Sequence[Claim] = ()) -> str:
    """Return the answer as a `section` whose class names its verdict.

    Args:
        answer: of any verdict.
        checked: all claims of the draft, so that those left out can be listed; by default the answer's own.
    """
    reason = f'<p class="fn-reason">{escape(answer.reason)}</p>' if answer.reason else ""
    used = f'<p class="fn-origin">Using {escape(render_filters(answer.filters))}.</p>' if answer.filters else ""
    return (
        f'<section class="fn-answer fn-{answer.verdict}"><h3>{HEADINGS[answer.verdict]}</h3>{used}'
        f"{reason if answer.verdict == 'abstained' else ''}{_render_text(answer)}"
        f"{reason if answer.verdict != 'abstained' else ''}</section>"
        f"{''.join(_render_conflict(conflict, answer) for conflict in answer.conflicts)}"
        f"{_render_notes(FOOTNOTES, answer.citations)}{_render_notes(NEAREST, answer.nearest)}"
        f"{_render_suggestions(answer)}{_render_passages(answer)}"
        f"{_render_check(answer, checked)}{_render_timings(answer)}"
    )


def _render_text(answer: Answer) -> str:
    """Return the lines of the answer as paragraphs, each segment with a button for each of its citations.

    For an abstention this is empty; its reason is rendered elsewhere.
    """
    if answer.verdict == "abstained":
        return ""
    citations = {citation.number: citation for citation in answer.citations}
    return "".join(
        f'<p class="fn-text">{" ".join(_render_segment(segment, citations) for segment in line)}</p>'
        for line in lines(answer.segments)
    )


def _render_suggestions(answer: Answer) -> str:
    """Return buttons that ask the suggested questions. The script reads each question from `data-example`."""
    if not answer.suggestions:
        return ""
    buttons = " ".join(
        f'<button type="button" data-example="{escape(each)}">{escape(each)}</button>' for each in answer.suggestions
    )
    return f'<p class="fn-suggestion"><span>The articles do answer:</span> {buttons}</p>'


def _render_segment(segment: Segment, citations: Mapping[int, Citation]) -> str:
    """Return the escaped words and their footnotes. No line breaks between the last word and its footnotes."""
    footnotes = render_footnotes(segment.citations, citations)
    if not footnotes:
        return escape(segment.text)
    before, space, word = segment.text.rpartition(" ")
    return f'{escape(before)}{space}<span class="fn-glue">{escape(word)}{footnotes}</span>'


def _render_notes(heading: str, citations: Sequence[Citation]) -> str:
    """Return numbered quotes with their articles, each a button that opens the article; "" for none."""
    items = "".join(
        f'<li value="{citation.number}"><button type="button" class="fn-note" {opens_citation(citation)}>'
        f'<span class="fn-number">{mark(citation.number)}</span> '
        f"<q>{escape(citation.quote)}</q>{_render_cited(citation)}{_render_voices(citation)}</button></li>"
        for citation in citations
    )
    return f'<section class="fn-notes">{heading}<ol>{items}</ol></section>' if items else ""


def _render_voices(citation: Citation) -> str:
    said = render_voices(citation)
    return f'<span class="fn-origin">{escape(said.capitalize())}</span>' if said else ""


def _render_cited(citation: Citation) -> str:
    return _render_named(citation.title, citation.source, citation.publisher, citation.published)


def _render_named(title: str, source: str, publisher: str, published: str) -> str:
    """Return the line that names an article below its quote."""
    origin = render_origin(publisher, published) or escape(source_name(source))
    return (
        f'<span class="fn-cited"><cite>{escape(article_name(title, source))}</cite>'
        f'<span class="fn-origin">{origin}</span></span>'
    )


def _render_conflict(conflict: Conflict, answer: Answer) -> str:
    citations = {citation.number: citation for citation in answer.citations}
    sides = ""
    for side in conflict.sides:
        citation = citations.get(side.citation)
        number = render_footnotes([side.citation], citations)
        sides += f"<li><q>{escape(side.quote)}</q>{number}{_render_cited(citation) if citation else ''}</li>"
    return (
        '<section class="fn-conflict"><h3>The articles disagree</h3>'
        f"<p>{escape(conflict.summary)}</p><ul>{sides}</ul></section>"
    )


def _render_passages(answer: Answer) -> str:
    if answer.verdict == "answered" or not answer.passages:
        return ""
    items = "".join(_render_passage(passage) for passage in answer.passages[:NEAREST_MAX])
    return f'<section class="fn-nearest"><h3>Nearest passages</h3><ul>{items}</ul></section>'


def _render_passage(passage: Passage) -> str:
    article = passage.article
    return (
        f'<li><button type="button" class="fn-note" {opens_passage(passage)}>'
        f"{_render_header(passage)}<q>{escape(passage.chunk.text)}</q>"
        f"{_render_named(article.title, article.source, article.publisher, article.published)}"
        f'<span class="fn-origin">Found: {escape(render_match(passage))}</span></button></li>'
    )


def _render_header(passage: Passage) -> str:
    """Return the header of the table in which the passage starts, which isn't part of the quote."""
    header = table_header(passage.article.text, passage.chunk.start)
    return f'<span class="fn-origin">{escape(header)}</span>' if header else ""


def _render_check(answer: Answer, checked: Sequence[Claim]) -> str:
    """Return how the answer was checked. The details are open where a claim of the draft was left out."""
    claims = _all_claims(answer, checked)
    if not claims:
        return ""
    tally = Counter(claim.verdict for claim in claims)
    counts = [
        f'<span class="fn-{verdict}">{tally[verdict]} {words.lower()}</span>'
        for verdict, (_, words) in VERDICTS.items()
        if tally[verdict]
    ]
    is_open = "" if tally["supported"] == len(claims) else " open"
    sentences = "1 sentence" if len(claims) == 1 else f"{len(claims)} sentences"
    return (
        f'<details class="fn-check"{is_open}><summary>{sentences} checked: {", ".join(counts)}</summary>'
        f"{render_claims(claims, answer.citations)}{_render_models(answer)}</details>"
    )


def _render_models(answer: Answer) -> str:
    """Return the models that made the answer as one line."""
    named = [("Language model", "llm"), ("Embeddings", "embeddings"), ("Checker", "checker")]
    items = "; ".join(
        f"{label.lower() if place else label}: {model_name(answer.models[role])}"
        for place, (label, role) in enumerate(named)
        if answer.models.get(role)
    )
    return f'<p class="fn-origin">{escape(items)}</p>' if items else ""


def _all_claims(answer: Answer, checked: Sequence[Claim]) -> list[Claim]:
    """Return the answer's claims, then those that were left out.

    The numbers of citations are removed from these, since the answer numbers its citations itself.
    """
    shown = {claim.text for claim in answer.claims}
    left_out = [
        replace(claim, citations=()) for claim in checked if claim.verdict != "supported" and claim.text not in shown
    ]
    return [*answer.claims, *left_out]


def _render_timings(answer: Answer) -> str:
    total = answer.timings_ms.get("total")
    if total is None:
        return ""
    first = answer.timings_ms.get("first_citation")
    words = [f"first evidence after {_seconds(first)}"] if first is not None else []
    words.append(f"answered in {_seconds(total)}")
    return f'<p class="fn-timings">{"; ".join(words).capitalize()}</p>'


def _seconds(duration_ms: float) -> str:
    return f"{duration_ms:.0f} ms" if duration_ms < 1000 else f"{duration_ms / 1000:.1f} s"
