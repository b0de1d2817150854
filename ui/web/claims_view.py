"""The claims of a draft as a list. They are shown with verdicts only once the answer is decided."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from html import escape

from rag.records import Citation, Claim, ClaimVerdict
from rag.rendering import mark
from ui.web.markup import opens_citation

VERDICTS: dict[ClaimVerdict, tuple[str, str]] = {
    "supported": ("✓", "Supported"),
    "unsupported": ("✗", "Not supported, left out"),
}
"""Sign and label of each verdict. The label carries the meaning; sign and colour only repeat it."""


def render_claims(claims: Sequence[Claim], citations: Collection[Citation]) -> str:
    """Return the claims in order, each with its verdict, its reason and buttons for its citations.

    Args:
        claims: claims with any verdict; none give an empty list.
        citations: the citations that the claims refer to by number. Other numbers are not shown.
    """
    by_number = {citation.number: citation for citation in citations}
    return f'<ol class="fn-claims">{"".join(_render_claim(claim, by_number) for claim in claims)}</ol>'


def render_unsettled_claims(claims: Sequence[Claim]) -> str:
    """Return the claims of a draft whose answer isn't decided yet: their text only, without verdict or sign."""
    return (
        f'<ol class="fn-claims fn-unsettled">{"".join(f"<li><p>{escape(each.text)}</p></li>" for each in claims)}</ol>'
    )


def render_footnotes(numbers: Iterable[int], citations: Mapping[int, Citation]) -> str:
    """Return footnote numbers as buttons that open the citation. A number without a citation is left out.

    Each is ` [1]`, space and brackets included, so that "14" is copied as "14 [1]" and never as "141".
    """
    return "".join(_render_footnote(citations[number]) for number in numbers if number in citations)


def _render_footnote(citation: Citation) -> str:
    return (
        f' <sup><button type="button" class="fn-ref" {opens_citation(citation)} '
        f'aria-label="Footnote {citation.number}: open the passage" '
        f'data-number="{citation.number}">{mark(citation.number)}</button></sup>'
    )


def _render_claim(claim: Claim, citations: dict[int, Citation]) -> str:
    sign, words = VERDICTS[claim.verdict]
    numbers = render_footnotes(claim.citations, citations)
    reason = f" <small>{escape(claim.reason)}</small>" if claim.reason else ""
    return (
        f'<li class="fn-{claim.verdict}"><span class="fn-sign" aria-hidden="true">{sign}</span>'
        f"<p>{escape(claim.text)}{numbers}</p>"
        f'<p class="fn-verdict">{words}{reason}</p></li>'
    )
