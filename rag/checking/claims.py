"""Grounding: a draft becomes claims, each aligned with its evidence, judged, and mended or left out when it fails."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.checking.checker import VERBATIM
from rag.checking.features import is_short_answer
from rag.ports import ClaimChecker
from rag.reading.evidence import language_of, surroundings
from rag.records import Evidence, Judgement
from rag.text.questions import asks_yes_or_no
from rag.text.sentences import sentence_spans
from rag.text.signals import coverage, has_negation, missing_names, missing_numbers
from rag.text.words import content_stems, content_words, stem
from rag.writing.drafts import says_cannot_answer

REPAIR_COVERAGE_MIN = 0.5
"""A claim that failed is replaced by the sentence that holds at least this share of its words; a sentence that holds
less adds no number to a claim."""

SECOND_SENTENCE_GAIN = 0.15
"""A second sentence is cited only when it covers so much more of what the claim tells beyond the question: the
question's own names are often told by the surroundings of the first."""

_MARKERS = re.compile(r"\s*\[\d+(?:\s*[,;–-]\s*\d+)*\]")
_LABEL = re.compile(r"^\s*(?:\*\*)?(?:answer|a)\s*:(?:\*\*)?\s*", re.IGNORECASE)
_LIST_MARK = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+", re.MULTILINE)
_BARE_YES_OR_NO = re.compile(r"\W*(?:yes|no)\W*", re.IGNORECASE)
_OPENING_YES = re.compile(r"yes\b[\s,:;–—-]*(?=\w)", re.IGNORECASE)
_EMPHASIS = re.compile(r"\*\*|__|`")


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundedClaim:
    """A claim with its judgement, the evidence that it is cited with, and whether it may be shown."""

    text: str
    judgement: Judgement
    evidence: tuple[Evidence, ...]

    @property
    def is_supported(self) -> bool:
        """Whether the claim may be shown as an answer."""
        return self.judgement.verdict == "supported"

    @property
    def is_short(self) -> bool:
        """Whether it is only a short answer to the question, no sentence."""
        return is_short_answer(self.text) and not self.text.endswith((".", "!"))


def parse_claims(draft: str, question: str, language: str = "en") -> list[str]:
    """The sentences of a draft that claim something, in order.

    Citation marks, list marks and emphasis that the model wrote are cut; sentences that say that there is no answer,
    that ask, or that only repeat the question are left out. Whether something is so is answered by repeating it.
    """
    text = _EMPHASIS.sub("", _LIST_MARK.sub("", _LABEL.sub("", _MARKERS.sub("", draft))))
    asked = set() if asks_yes_or_no(question, language) else set(content_stems(question, language))
    claims = []
    for start, end in sentence_spans(text, language):
        sentence = _without_wrong_yes(text[start:end], question, language)
        stems = set(content_stems(sentence, language))
        repeats = bool(stems) and stems <= asked and not re.match(r"(?:yes|no)\b", sentence, re.IGNORECASE)
        if (
            re.search(r"\w", sentence)
            and not sentence.endswith("?")
            and not repeats
            and not says_cannot_answer(sentence)
        ):
            claims.append(f"{sentence[0].upper()}{sentence[1:]}")
    return list(dict.fromkeys(claims))


def _without_wrong_yes(sentence: str, question: str, language: str) -> str:
    """The sentence without the "yes" that its own negation takes back: small models write "Yes, X is not a member"."""
    opening = _OPENING_YES.match(sentence)
    takes_back = opening is not None and has_negation(sentence, language) and not has_negation(question, language)
    return sentence[opening.end() :] if opening is not None and takes_back else sentence


def align(claim: str, evidence: Sequence[Evidence], question: str = "") -> tuple[Evidence, ...]:
    """The one or two sentences that hold most of the claim, best first; none when no sentence shares a word with it.

    A second one comes from the same article: halves of two facts don't make a third. A sentence's fit is the share of
    the claim's content words that it holds, less what it lacks of its numbers and names; ties go to the sentence that
    holds more of the question, then to the better evidence.
    """
    fits = [
        (_fit(claim, item), coverage(question, item.quote, item.article.language), -rank)
        for rank, item in enumerate(evidence)
    ]
    order = sorted(range(len(evidence)), key=lambda i: fits[i], reverse=True)
    if not order or not _shares_words(claim, evidence[order[0]]):
        return ()
    best = evidence[order[0]]
    language = best.article.language
    told = _beyond_question(claim, question, language)
    alone = coverage(told, best.quote, language)
    for i in order[1:]:
        if evidence[i].article.id != best.article.id:
            continue
        together = f"{best.quote}\n{evidence[i].quote}"
        fills_gap = (
            len(missing_numbers(claim, best.quote, language)) > len(missing_numbers(claim, together, language))
            and coverage(claim, evidence[i].quote, language) >= REPAIR_COVERAGE_MIN
        )
        if coverage(told, together, language) - alone >= SECOND_SENTENCE_GAIN or fills_gap:
            return best, evidence[i]
    return (best,)


def ground(draft: str, question: str, evidence: Sequence[Evidence], checker: ClaimChecker) -> Iterator[GroundedClaim]:
    """Each claim of the draft as it is judged.

    One that failed is followed by the sentence that replaces it, if any; a short answer by the sentence it stands in. A
    bare yes or no says what the question says.
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


def _replaces(claim: str, sentence: Evidence) -> bool:
    """Whether a sentence can be said in place of the claim that failed."""
    return coverage(claim, sentence.quote, sentence.article.language) >= REPAIR_COVERAGE_MIN


def _shares_words(claim: str, sentence: Evidence) -> bool:
    return coverage(claim, sentence.quote, sentence.article.language) > 0


def quote_claim(evidence: Evidence) -> GroundedClaim:
    """A claim that is the evidence's own sentence, supported by construction."""
    judgement = Judgement(verdict="supported", score=1.0, reason=VERBATIM)
    return GroundedClaim(text=evidence.quote, judgement=judgement, evidence=(evidence,))


def missing_from_evidence(question: str, evidence: Sequence[Evidence], known: str = "") -> tuple[str, ...]:
    """Names and numbers of the question that no sentence of the evidence, nor its surroundings, holds.

    Numbers in words are left out: "which three things" counts what is asked for, as the evidence need not. So are first
    names where the evidence has the last name, and `known`, what else was found, has both together.
    """
    around = "\n".join(surroundings(item) for item in evidence)
    language = language_of(evidence)
    named = missing_names(question, around, language)
    missing = [name for name in named if not _is_first_name(name, question, around, known)]
    figures = [number for number in missing_numbers(question, around, language) if not number.isalpha()]
    return tuple(dict.fromkeys([*missing, *figures]))


def _is_first_name(name: str, question: str, around: str, known: str) -> bool:
    full = re.search(rf"\b{re.escape(name)} ([A-Z][\w-]+)", question)
    return full is not None and full.group() in known and re.search(rf"\b{re.escape(full[1])}\b", around) is not None


def _beyond_question(claim: str, question: str, language: str) -> str:
    asked = set(content_stems(question, language))
    return " ".join(word for word in content_words(claim, language) if stem(word, language) not in asked)


def _fit(claim: str, evidence: Evidence) -> float:
    quote, language = evidence.quote, evidence.article.language
    names = missing_names(claim, surroundings(evidence), language)
    lacking = len(missing_numbers(claim, quote, language)) + 0.5 * len(names)
    share = coverage(claim, quote, language)
    return share - 0.5 * lacking if share else -math.inf
