"""Claims: the sentences of a draft, each with the windows that it cites and the checker's judgement."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.checking.alignment import align
from rag.checking.checker import VERBATIM
from rag.checking.features import is_short_answer
from rag.ports import ClaimChecker
from rag.records import Judgement, Window
from rag.text.overlap import coverage, has_negation
from rag.text.questions import asks_yes_or_no
from rag.text.sentences import sentence_spans
from rag.text.windows import language_of
from rag.text.words import content_stems

REPAIR_COVERAGE_MIN = 0.5
"""A claim that failed is replaced by the window that holds at least this share of its words."""

_MARKERS = re.compile(r"\s*\[\d+(?:\s*[,;–-]\s*\d+)*\]")
_LABEL = re.compile(r"^\s*(?:\*\*)?(?:answer|a)\s*:(?:\*\*)?\s*", re.IGNORECASE)
_LIST_MARK = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+", re.MULTILINE)
_BARE_YES_OR_NO = re.compile(r"\W*(?:yes|no)\W*", re.IGNORECASE)
_OPENING_YES = re.compile(r"yes\b[\s,:;–—-]*(?=\w)", re.IGNORECASE)
_EMPHASIS = re.compile(r"\*\*|__|`")


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundedClaim:
    """A claim with its judgement and the windows that it cites."""

    text: str
    judgement: Judgement
    evidence: tuple[Window, ...]

    @property
    def is_supported(self) -> bool:
        """Return whether the claim may be shown as an answer."""
        return self.judgement.verdict == "supported"

    @property
    def is_short(self) -> bool:
        """Return whether the claim is a short answer to the question and no sentence."""
        return is_short_answer(self.text) and not self.text.endswith((".", "!"))


def parse_claims(draft: str, question: str, language: str = "en") -> list[str]:
    """Return the sentences of a draft that claim something, in order, each once.

    Citation marks, list marks and emphasis that the model wrote are cut. Questions are left out, and so are sentences
    that only repeat the question, unless that is a yes/no question: there, repeating it says yes.
    """
    text = _EMPHASIS.sub("", _LIST_MARK.sub("", _LABEL.sub("", _MARKERS.sub("", draft))))
    asked = set() if asks_yes_or_no(question, language) else set(content_stems(question, language))
    claims = []
    for start, end in sentence_spans(text, language):
        sentence = _without_wrong_yes(text[start:end], question, language)
        stems = set(content_stems(sentence, language))
        repeats = bool(stems) and stems <= asked and not re.match(r"(?:yes|no)\b", sentence, re.IGNORECASE)
        if re.search(r"\w", sentence) and not sentence.endswith("?") and not repeats:
            claims.append(f"{sentence[0].upper()}{sentence[1:]}")
    return list(dict.fromkeys(claims))


def _without_wrong_yes(sentence: str, question: str, language: str) -> str:
    """Return the sentence without a "yes" that its own negation contradicts.

    Small models write "Yes, X is not a member".
    """
    opening = _OPENING_YES.match(sentence)
    takes_back = opening is not None and has_negation(sentence, language) and not has_negation(question, language)
    return sentence[opening.end() :] if opening is not None and takes_back else sentence


def ground(draft: str, question: str, evidence: Sequence[Window], checker: ClaimChecker) -> Iterator[GroundedClaim]:
    """Yield each claim of the draft once it is judged.

    A claim that isn't supported is followed by the window that replaces it, if there is one. A supported short answer
    is followed by the window that holds it. A bare yes or no is judged together with the question.
    """
    for claim in parse_claims(draft, question, language_of(evidence)):
        said = f"{question} {claim}" if _BARE_YES_OR_NO.fullmatch(claim) else claim
        cited = align(said, evidence, question)
        judgement = checker.check(claim, cited, question)
        grounded = GroundedClaim(text=claim, judgement=judgement, evidence=cited)
        yield grounded
        is_answer = grounded.is_supported and (grounded.is_short or said != claim)
        if is_answer or (not grounded.is_supported and cited and _replaces(said, cited[0])):
            yield quote_claim(cited[0])


def _replaces(claim: str, sentence: Window) -> bool:
    """Return whether a window holds enough of a claim's words to be quoted instead of it."""
    return coverage(claim, sentence.quote, sentence.article.language) >= REPAIR_COVERAGE_MIN


def quote_claim(evidence: Window) -> GroundedClaim:
    """Return the claim that quotes a window; it is supported by definition."""
    judgement = Judgement(verdict="supported", score=1.0, reason=VERBATIM)
    return GroundedClaim(text=evidence.quote, judgement=judgement, evidence=(evidence,))
