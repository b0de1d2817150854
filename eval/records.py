"""The records of the evaluation: questions, results, cases, scores and figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from rag.records import Answer, Article, Kind, Turn, Window

QuestionKind = Literal["answerable", "unanswerable", "false_premise", "conflict", "followup"]
KINDS: tuple[QuestionKind, ...] = ("answerable", "conflict", "followup", "unanswerable", "false_premise")

UNCITED: frozenset[Kind | None] = frozenset({"library", "talk"})
"""The kinds of answers that come from the catalog or from no article at all, so that their claims need no citation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One line of a data set.

    Attributes:
        wants: the kind of answer that it wants; None where the data set doesn't say.
        answers: every inner tuple must be matched by one of its aliases; none where no answer is right.
        facts: what a good answer holds, each fact by its aliases; the share that is held counts.
        reference: a whole answer that a person wrote, or "".
        articles: gold sources; matched to an article's source by `eval.data.sources.is_source`.
        evidence: verbatim strings of the gold articles' canonical text.
    """

    id: str
    question: str
    kind: QuestionKind
    wants: Kind | None = None
    history: tuple[Turn, ...] = ()
    answers: tuple[tuple[str, ...], ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()
    reference: str = ""
    articles: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()

    @property
    def expects_answer(self) -> bool:
        """Whether the articles answer it. Not for a false premise, which may be corrected or declined."""
        known = self.answers or self.facts or self.reference or self.wants in UNCITED
        return self.kind in ("answerable", "conflict", "followup") and bool(known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The answer of a target to one question, or why it failed.

    Attributes:
        answer: the answer; for a failed question an abstention.
        error: why the target failed, or "".
        n_judged: drafted claims that the target's own checker judged, without those that are verbatim in the evidence.
        n_accepted: how many of these it accepted.
        first_claim_ms: milliseconds until the first claim was found supported, or until an answer that needs no check
            was ready; None where the target didn't answer or gives no claims.
        cites: whether the target gives claims and citations at all; the metrics on them apply only then.
    """

    answer: Answer
    error: str = ""
    n_judged: int = 0
    n_accepted: int = 0
    first_claim_ms: float | None = None
    cites: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The value of one metric for one question.

    Attributes:
        value: 0 to 1.
        weight: for shares that are pooled, the number of claims or citations that `value` is a share of; else 1.
        why: a short reason why the value isn't perfect; "" where it is.
    """

    value: float
    weight: float = 1.0
    why: str = ""


Supports = Callable[[str, tuple[Window, ...]], bool]
"""The judge: whether all the evidence together supports the claim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """An instruction planted in an article.

    Attributes:
        kind: the name of its group in the attacks' file.
        position: its place in the article: start, middle or end.
    """

    text: str
    kind: str
    position: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything a metric may look at for one question.

    Attributes:
        articles: the library's articles by id, or None where the target answers from elsewhere.
        supports: the judge.
        attacks: instructions planted in the question's gold articles.
        clean: the result of the run without attacks.
    """

    question: Question
    result: Result
    articles: Mapping[str, Article] | None = None
    supports: Supports | None = None
    attacks: tuple[Attack, ...] = ()
    clean: Result | None = None

    @property
    def answer(self) -> Answer:
        """The target's answer."""
        return self.result.answer

    @property
    def answered(self) -> bool:
        """Whether something was answered, fully or in part."""
        return self.result.answer.verdict != "abstained"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A measure of single questions; a run's figure is the weighted mean of its scores.

    Attributes:
        measure: the score, or None where the metric doesn't apply to the question.
    """

    name: str
    title: str
    better: Literal["higher", "lower"]
    measure: Callable[[Case], Score | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A figure with its 95 % interval, over `n` questions (or claims, or queries)."""

    mean: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredQuestion:
    """A question with its case and all scores that apply, by metric."""

    case: Case
    scores: Mapping[str, Score] = field(default_factory=dict)

    @property
    def failed(self) -> dict[str, str]:
        """Reasons by metric, for metrics where something was wrong."""
        return {name: score.why for name, score in self.scores.items() if score.why}
