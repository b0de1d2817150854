"""Claim checkers: exact signals, and a small network beneath them; both implement the port `ClaimChecker`."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from rag.dates import find_times, render_resolved
from rag.differences import find_difference
from rag.errors import SettingsError
from rag.evidence import render_evidence, surroundings
from rag.logistic import LogisticModel
from rag.ports import AnswerReader
from rag.questions import asks_yes_or_no, choose
from rag.records import ClaimVerdict, Evidence, Judgement
from rag.signals import Signals, compare, has_negation, missing_names, numbers, says_more_surely
from rag.stopping import check_stopped
from rag.support import REASONS, support_features
from rag.words import content_words

COVERAGE_MIN = 0.6
"""Share of a claim's content words that its evidence must hold."""

SUPPORT_MIN = 0.5
"""Probability of support from which a network's word is taken."""

DOUBTED = 0.5
"""What the score counts, however sure the network is, where a number isn't there, or a name that the question lacks;
where the evidence differs from claim or question (see `rag.differences`); or where yes or no is said of somebody who
isn't there, of what is only expected, or in another negation than the evidence's.

None of 123 claims that were shown for 186 questions of SQuAD and the samples had such a name. In BoolQ's passages of up
to two sentences yes is right of 66% where both or neither negate, and of 43% where only one does; no of 57% and 34%."""

_YES = re.compile(r"\W*yes\b", re.IGNORECASE)
_YES_OR_NO = re.compile(r"\W*(?:yes|no)\b", re.IGNORECASE)

VERBATIM = "stands in the article word for word"

SENTENCE_WORDS_MIN = 4
"""A claim with fewer content words is a short answer: it is judged together with its question."""


class SignalsChecker:
    """Judges by exact signals alone.

    It can't see who did what to whom: a sentence made of the evidence's words in another order passes.
    """

    name = "builtin:signals"

    def check(self, claim: str, evidence: Sequence[Evidence], question: str = "") -> Judgement:
        """The judgement of the claim over all the evidence together; the score is the coverage, 0 to 1."""
        decided = decide_exactly(claim, evidence, question)
        if decided is not None:
            return decided
        coverage = _signals(claim, evidence, question).coverage
        if coverage < COVERAGE_MIN:
            return _refused("unsupported", coverage, f"the evidence holds {coverage:.0%} of its words")
        return Judgement(verdict="supported", score=coverage, reason=f"the evidence holds {coverage:.0%} of its words")


Judge = Callable[[str, str], Mapping[str, float]]
"""Takes a claim and its evidence, gives the probability of each verdict."""


class NetworkChecker:
    """A cross-encoder together with the exact signals.

    Word for word is decided without it, and so is a number that isn't there. With a `combination` (a model fitted on
    labelled claims) the rest is judged from the network's output and the signals together, and the reason names the
    feature that decided; without one, the signals decide what they can and the network judges what they leave open.
    """

    def __init__(self, load: Callable[[], Judge], name: str, combination: LogisticModel | None = None) -> None:
        self.name = name
        self._load = load
        self._combination = combination
        self._lock = threading.RLock()

    def check(self, claim: str, evidence: Sequence[Evidence], question: str = "") -> Judgement:
        """The judgement of the claim over all the evidence together; the score is the probability of support.

        Raises:
            StoppedError: the answer that the claim is of was stopped.
        """
        check_stopped()
        decided = decide_exactly(claim, evidence, question)
        if decided is not None and (self._combination is None or not evidence or decided.verdict == "supported"):
            return decided
        quotes = " ".join(render_evidence(item) for item in evidence)
        judged = hypothesis_of(claim, question)
        with self._lock:
            probabilities = self._judge(judged, quotes)
        if self._combination is None:
            return _judgement(probabilities["supported"], probabilities, "reading the evidence")
        differs = any(has_negation(item.quote) != has_negation(claim) for item in evidence)
        signals = _signals(claim, evidence, question)
        features = support_features(signals, differs, probabilities)
        score = self._combination.probability(features)
        doubt = _doubt(claim, evidence, question, signals, differs)
        if doubt:
            return _judgement(score * DOUBTED, probabilities, doubt)
        return _judgement(score, probabilities, REASONS[self._combination.deciding(features)])

    @property
    def answer_reader(self) -> AnswerReader | None:
        """This checker, where its network was trained on "Question? Answer.", as those with a combination are."""
        return self if self._combination is not None else None

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """The network's own probability of support for pairs of "Question? Value." and text, without signals."""
        with self._lock:
            return [self._judge(asked, text)["supported"] for asked, text in pairs]

    @cached_property
    def _judge(self) -> Judge:
        return self._load()


def _judgement(score: float, probabilities: Mapping[str, float], decided_by: str) -> Judgement:
    reason = f"support {score:.0%} likely; decided by {decided_by}"
    if score >= SUPPORT_MIN:
        return Judgement(verdict="supported", score=score, reason=reason)
    refused: ClaimVerdict = (
        "contradicted" if probabilities["contradicted"] > probabilities["unsupported"] else "unsupported"
    )
    return Judgement(verdict=refused, score=score, reason=reason)


def parse_nli(probabilities: Mapping[str, float]) -> Mapping[str, float]:
    """The probability of each verdict, from a model that was trained on natural language inference.

    Raises:
        SettingsError: the model has no label for entailment, so it isn't one for this task.
    """
    if "entailment" not in probabilities:
        raise SettingsError(f"A checker needs the label entailment, this model has {', '.join(probabilities)}.")
    supported, contradicted = probabilities["entailment"], probabilities.get("contradiction", 0.0)
    return {"supported": supported, "contradicted": contradicted, "unsupported": 1 - supported - contradicted}


def decide_exactly(claim: str, evidence: Sequence[Evidence], question: str = "") -> Judgement | None:
    """The judgement where exact signals decide; None where they leave it open.

    They decide for a claim that is a sentence of the evidence or a part of one word for word, and against one without
    evidence, with a number or name that isn't there, or where the claim or one of its sentences negates and the other
    doesn't.
    """
    if not evidence:
        return Judgement(verdict="unsupported", score=0.0, reason="no evidence")
    quotes = "\n".join(item.quote for item in evidence)
    if any(_says(item.quote, claim) for item in evidence):
        return Judgement(verdict="supported", score=1.0, reason=VERBATIM)
    signals = _signals(claim, evidence, question)
    if signals.missing_numbers:
        verdict: ClaimVerdict = (
            "contradicted" if signals.coverage >= COVERAGE_MIN and numbers(quotes) else "unsupported"
        )
        return _refused(
            verdict, signals.coverage, f"the evidence lacks the number {', '.join(signals.missing_numbers)}"
        )
    if signals.missing_names:
        return _refused(
            "unsupported", signals.coverage, f"the evidence lacks the name {', '.join(signals.missing_names)}"
        )
    if any(has_negation(item.quote) != has_negation(claim) for item in evidence):
        return _refused("contradicted", signals.coverage, "the evidence differs in negation")
    return None


def hypothesis_of(claim: str, question: str) -> str:
    """What is judged: the claim, or question and claim together where the claim is only a short answer.

    Of two things that the question lets choose from, it then holds only the one that the claim chooses.
    """
    return f"{choose(question, claim)} {claim}" if question and is_short_answer(claim) else claim


def is_verbatim(claim: str, quotes: Iterable[str]) -> bool:
    """Whether one of the quotes holds the claim word for word, white space, case and the final stop aside."""
    flat = _bare(claim).casefold()
    if not flat:
        return False
    whole_words = re.compile(rf"(?<!\w){re.escape(flat)}(?!\w)")
    return any(whole_words.search(_bare(quote).casefold()) for quote in quotes)


def is_short_answer(claim: str) -> bool:
    """Whether a claim only answers its question ("14", "in Paris"), and says nothing without it."""
    return len(content_words(claim)) < SENTENCE_WORDS_MIN


def _says(quote: str, claim: str) -> bool:
    """Whether the claim is the quote, or a clear part of it: a sentence by itself, with nothing negated around it."""
    if _bare(claim) == _bare(quote):
        return True
    return not is_short_answer(claim) and is_verbatim(claim, [quote]) and has_negation(claim) == has_negation(quote)


def _bare(sentence: str) -> str:
    """A sentence without the white space and the end mark that don't change what it says."""
    return " ".join(sentence.split()).rstrip(".")


def _signals(claim: str, evidence: Sequence[Evidence], question: str) -> Signals:
    quotes = "\n".join(item.quote for item in evidence)
    if find_times(claim):
        quotes += "".join(f"\n{render_resolved(item.quote, item.article.published)}" for item in evidence)
    context = "\n".join(map(render_evidence if _says_yes_or_no(claim, question) else surroundings, evidence))
    return compare(hypothesis_of(claim, question), quotes, context)


def _says_yes_or_no(claim: str, question: str) -> bool:
    """Whether the claim says yes or no of what it names: that must stand in the evidence, not only somewhere around."""
    return _YES_OR_NO.match(claim) is not None or asks_yes_or_no(question)


def _doubt(claim: str, evidence: Sequence[Evidence], question: str, signals: Signals, differs: bool) -> str:
    """What speaks against the claim however sure the network is (see `DOUBTED`), in words; "" where nothing does."""
    if signals.missing_numbers:
        return f"the number {', '.join(signals.missing_numbers)}, which the evidence lacks"
    names = signals.missing_names if _says_yes_or_no(claim, question) else _new_names(claim, evidence, question)
    if names:
        return f"the name {', '.join(names)}, which the evidence lacks"
    quotes = "\n".join(item.quote for item in evidence)
    against_question = find_difference(question, quotes)
    denies = asks_yes_or_no(question) and not _YES.match(claim)  # "Did it rise?" – "No, it fell."
    difference = find_difference(claim, quotes) or ("" if denies else against_question)
    if difference:
        return f"the evidence, which {difference}"
    if _says_yes_or_no(claim, question) and differs and not (denies and against_question):
        return "a negation that only one of claim and evidence has"
    if _says_yes_or_no(claim, question) and _says_more_surely(f"{question} {claim}", evidence):
        return "the evidence, which says it less surely"
    return ""


def _new_names(claim: str, evidence: Sequence[Evidence], question: str) -> tuple[str, ...]:
    """Names that neither the question nor the evidence itself has: at best they stand somewhere around it."""
    if not question:
        return ()
    return missing_names(claim, "\n".join([question, *map(render_evidence, evidence)]))


def _says_more_surely(claim: str, evidence: Sequence[Evidence]) -> bool:
    return any(says_more_surely(claim, item.quote) for item in evidence)


def _refused(verdict: ClaimVerdict, coverage: float, reason: str) -> Judgement:
    return Judgement(verdict=verdict, score=0.5 * coverage, reason=reason)
