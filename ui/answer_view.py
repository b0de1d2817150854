"""A checked answer as HTML: text, footnotes, where the articles disagree, what to ask instead, the nearest passages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from html import escape

from rag.records import Answer, AnswerVerdict, Citation, Claim, Conflict, Passage
from rag.serialization import render_voices
from ui.claims_view import VERDICTS, render_claims, render_footnote
from ui.markup import article_name, opens_citation, opens_passage, render_origin, say_why_found

HEADINGS: dict[AnswerVerdict, str] = {
    "answered": "Answer",
    "partial": "Part of an answer",
    "abstained": "No answer in these articles",
}

NEAREST_MAX = 3
"""Passages shown under an answer that is missing something."""

_FOOTNOTE = re.compile(r"\s*\[(\d{1,3})\]")


def render_answer_section(answer: Answer, checked: Sequence[Claim] = ()) -> str:
    """The answer as a `section`, told apart by its verdict.

    Args:
        answer: of any verdict.
        checked: all claims of the draft, for the list of what was left out; by default the answer's own.
    """
    reason = f'<p class="fn-reason">{escape(answer.reason)}</p>' if answer.reason else ""
    return (
        f'<section class="fn-answer fn-{answer.verdict}"><h3>{HEADINGS[answer.verdict]}</h3>'
        f"{reason if answer.verdict == 'abstained' else ''}{_render_text(answer)}"
        f"{reason if answer.verdict != 'abstained' else ''}</section>"
        f"{''.join(_render_conflict(conflict, answer) for conflict in answer.conflicts)}"
        f"{_render_suggestion(answer)}{_render_citations(answer)}{_render_nearest(answer)}"
        f"{_render_check(answer, checked)}{_render_timings(answer)}"
    )


def _render_text(answer: Answer) -> str:
    """The answer's paragraphs; `[n]` becomes a footnote button where citation n exists."""
    if answer.verdict == "abstained" and answer.text.strip() == answer.reason.strip():
        return ""
    citations = {citation.number: citation for citation in answer.citations}
    return "".join(
        f'<p class="fn-text">{_with_footnotes(paragraph, citations)}</p>'
        for paragraph in answer.text.split("\n")
        if paragraph.strip()
    )


def _render_suggestion(answer: Answer) -> str:
    """A button that asks the suggested question; the script takes it from `data-example`."""
    if not answer.suggestion:
        return ""
    suggested = escape(answer.suggestion)
    return (
        '<p class="fn-suggestion"><span>The articles do answer:</span> '
        f'<button type="button" data-example="{suggested}">{suggested}</button></p>'
    )


def _with_footnotes(text: str, citations: dict[int, Citation]) -> str:
    pieces, position = [], 0
    for match in _FOOTNOTE.finditer(text):
        citation = citations.get(int(match.group(1)))
        if citation:
            pieces.append(_glued(text[position : match.start()], render_footnote(citation)))
            position = match.end()
    return "".join(pieces) + escape(text[position:])


def _glued(text: str, footnote: str) -> str:
    """The escaped text and its footnote number, which stays on the line of the last word."""
    before, space, word = text.rpartition(" ")
    return f'{escape(before)}{space}<span class="fn-glue">{escape(word)}{footnote}</span>'


def _render_citations(answer: Answer) -> str:
    if not answer.citations:
        return ""
    items = "".join(
        f'<li value="{citation.number}"><button type="button" class="fn-note" {opens_citation(citation)}>'
        f'<span class="fn-number" aria-hidden="true">{citation.number}</span>'
        f"<q>{escape(citation.quote)}</q>{_render_cited(citation)}{_render_voices(citation)}</button></li>"
        for citation in answer.citations
    )
    return f'<section class="fn-notes"><h3 class="fn-sr">Footnotes</h3><ol>{items}</ol></section>'


def _render_voices(citation: Citation) -> str:
    said = render_voices(citation)
    return f'<span class="fn-origin">{escape(said.capitalize())}</span>' if said else ""


def _render_cited(citation: Citation) -> str:
    return _render_named(citation.title, citation.source, citation.publisher, citation.published)


def _render_named(title: str, source: str, publisher: str, published: str) -> str:
    """The line that names an article below its words."""
    origin = render_origin(publisher, published) or escape(source)
    return (
        f'<span class="fn-cited"><cite>{escape(article_name(title, source))}</cite>'
        f'<span class="fn-origin">{origin}</span></span>'
    )


def _render_conflict(conflict: Conflict, answer: Answer) -> str:
    citations = {citation.number: citation for citation in answer.citations}
    sides = ""
    for side in conflict.sides:
        citation = citations.get(side.citation)
        number = render_footnote(citation) if citation else ""
        sides += f"<li><q>{escape(side.quote)}</q>{number}{_render_cited(citation) if citation else ''}</li>"
    return (
        '<section class="fn-conflict"><h3>The articles disagree</h3>'
        f"<p>{escape(conflict.summary)}</p><ul>{sides}</ul></section>"
    )


def _render_nearest(answer: Answer) -> str:
    if answer.verdict == "answered" or not answer.passages:
        return ""
    items = "".join(_render_passage(passage) for passage in answer.passages[:NEAREST_MAX])
    return f'<section class="fn-nearest"><h3>Nearest passages</h3><ul>{items}</ul></section>'


def _render_passage(passage: Passage) -> str:
    article = passage.article
    return (
        f'<li><button type="button" class="fn-note" {opens_passage(passage)}>'
        f"<q>{escape(passage.chunk.text)}</q>"
        f"{_render_named(article.title, article.source, article.publisher, article.published)}"
        f'<span class="fn-origin">Found: {escape(say_why_found(passage))}</span></button></li>'
    )


def _render_check(answer: Answer, checked: Sequence[Claim]) -> str:
    """How the answer was checked, open where something of the draft was left out."""
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
        f"{render_claims(claims, answer.citations)}</details>"
    )


def _all_claims(answer: Answer, checked: Sequence[Claim]) -> list[Claim]:
    """The answer's claims, then those that were left out, without their numbers: the answer has others."""
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
