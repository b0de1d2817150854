"""The claims of a draft with their verdicts, as a list that says how the answer was checked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from html import escape

from rag.records import Citation, Claim, ClaimVerdict
from ui.markup import opens_citation

VERDICTS: dict[ClaimVerdict, tuple[str, str]] = {
    "supported": ("✓", "Supported"),
    "unsupported": ("✗", "Not supported, left out"),
}
"""Sign and words of each verdict; the words carry the meaning, sign and colour repeat it."""


def render_claims(claims: Sequence[Claim], citations: Collection[Citation]) -> str:
    """The claims in order, each with its verdict, its reason and buttons to its citations.

    Args:
        claims: with any verdict; no claims give an empty list.
        citations: those that the claims' numbers refer to; a number that isn't among them is not shown.
    """
    by_number = {citation.number: citation for citation in citations}
    return f'<ol class="fn-claims">{"".join(_render_claim(claim, by_number) for claim in claims)}</ol>'


def render_footnote(citation: Citation) -> str:
    """The footnote number as a button that opens the cited passage."""
    return (
        f'<sup><button type="button" class="fn-ref" {opens_citation(citation)} '
        f'aria-label="Footnote {citation.number}: open the passage" '
        f'data-number="{citation.number}">{citation.number}</button></sup>'
    )


def _render_claim(claim: Claim, citations: dict[int, Citation]) -> str:
    sign, words = VERDICTS[claim.verdict]
    numbers = "".join(render_footnote(citations[number]) for number in claim.citations if number in citations)
    reason = f" <small>{escape(claim.reason)}</small>" if claim.reason else ""
    return (
        f'<li class="fn-{claim.verdict}"><span class="fn-sign" aria-hidden="true">{sign}</span>'
        f"<p>{escape(claim.text)}{numbers}</p>"
        f'<p class="fn-verdict">{words}{reason}</p></li>'
    )
