"""Facts: answers a question from the few windows that fit it best, part by part, in one draft each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import dataclass

from langchain_core.language_models import BaseChatModel

from rag.answering.agreement import count_carriers
from rag.answering.collaborators import Collaborators
from rag.answering.composing import Composition, compose, supported_claims
from rag.answering.date_window import say_window
from rag.answering.gathering import abstain_unread, best_quote, find_passages, numbered, shown_claim
from rag.answering.parts import PartAnswer, add_passages, join_parts
from rag.answering.requests import Clock, Outcome, Request
from rag.checking.claims import GroundedClaim, ground
from rag.checking.decision import Decision
from rag.events import CitationsChosen, ClaimChecked, Event, PassagesFound, TokenWritten
from rag.records import Passage, Turn, Window
from rag.rendering import render_words
from rag.retrieval.date_wishes import newest_first
from rag.text.languages import is_english
from rag.text.windows import language_of
from rag.writing.drafts import Draft, write_draft
from rag.writing.prompts import DRAFT_PROMPT, EXPLAIN_PROMPT, evidence_budget
from rag.writing.standalone import standalone_question


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftStyle:
    """How the language model is asked.

    Attributes:
        prompt: the system message.
        prompt_tokens: the longest prompt; None takes the setting.
        answer_tokens: the longest draft; None takes the setting.
    """

    prompt: str
    prompt_tokens: int | None = None
    answer_tokens: int | None = None


ONE_SENTENCE = DraftStyle(prompt=DRAFT_PROMPT)
SEVERAL_SENTENCES = DraftStyle(prompt=EXPLAIN_PROMPT, prompt_tokens=600, answer_tokens=160)

AT_ONCE_MIN = 0.75
"""The confidence from which the embedded language model isn't asked, since a sentence answers as well.

Of 397 questions of six public sets, 125 reach it, each judged by a fit on the other sets. The sentence is right for 105
of them and the draft for 103; 4 sentences and 3 drafts answer questions that have no answer (`docs/evaluation.md`)."""


class FactAnswerer:
    """Answers a question in a sentence, or in several where the style says so."""

    def __init__(self, collaborators: Collaborators, style: DraftStyle = ONE_SENTENCE) -> None:
        self._with = collaborators
        self._style = style

    def answer(self, request: Request, clock: Clock) -> Generator[Event, None, Outcome]:
        """Answer the parts of the question one by one, join the answers, and yield the events on the way.

        Raises:
            ModelError: the language model did not answer.
        """
        parts: list[PartAnswer] = []
        passages: list[Passage] = []
        usage: Counter[str] = Counter()
        for part in self._with.split(request.question):
            turns = [Turn(question=each.question, answer=render_words(each.composition.segments)) for each in parts]
            asked = standalone_question(part, turns, self._with.llm)
            clock.mark("understand")
            parts.append((yield from self._answer(asked, request, clock, passages, usage)))
        evidence = [window for part in parts for window in part.evidence]
        return Outcome(composition=join_parts(parts), passages=passages, evidence=evidence, usage=usage)

    def _answer(
        self, question: str, request: Request, clock: Clock, all_passages: list[Passage], usage: Counter[str]
    ) -> Generator[Event, None, PartAnswer]:
        """Answer one question: find passages, choose evidence, quote or draft, check the claims, decide, and compose.

        Yields the events on the way. The passages are added to `all_passages`, the tokens to `usage`.
        """
        passages = find_passages(self._with, question, request, self._with.settings.top_k)
        add_passages(all_passages, passages)
        yield PassagesFound(standalone_question=question, passages=tuple(all_passages))

        evidence = self._choose_evidence(question, passages, request)
        clock.mark("retrieve")
        clock.mark_once("first_citation")
        yield CitationsChosen(citations=numbered(evidence))

        claims = self._quote(question, evidence, request)
        decision = self._with.decider.decide(question, claims)
        clock.mark("read")
        if self._with.llm is not None and decision.confidence < AT_ONCE_MIN:
            draft = yield from self._write_draft(self._with.llm, question, evidence, clock)
            clock.mark("write")
            usage.update(draft.usage)
            claims = list(ground(draft.text, question, evidence, self._with.checker))
            decision = self._with.decider.decide(question, supported_claims(claims))
        clock.mark_once("first_token")
        for claim in claims:
            yield ClaimChecked(claim=shown_claim(claim))

        composition = self._compose(question, request, evidence, claims, decision)
        composition = self._count_carriers(composition, passages)
        if self._style is ONE_SENTENCE and _may_be_shortened(claims):
            composition = self._with.shorten(question, composition)
        clock.mark("check")
        return PartAnswer(question=question, evidence=evidence, composition=composition)

    def _quote(self, question: str, evidence: Sequence[Window], request: Request) -> list[GroundedClaim]:
        """Return a quote of the sentence that answers best, or nothing where a draft is written in any case."""
        is_drafted = self._with.llm is not None and not self._may_be_at_once(request)
        if is_drafted or not evidence:
            return []
        return [best_quote(self._with.decider.reader, question, evidence)]

    def _may_be_at_once(self, request: Request) -> bool:
        """Return whether a sentence may be shown without a draft, if it surely answers."""
        settings = self._with.settings
        return (
            settings.answer_at_once == "auto"
            and settings.llm.startswith("builtin:")
            and self._with.decider.reader is not None
            and self._style is ONE_SENTENCE
            and not request.wish.prefers_recent
        )

    def _compose(
        self,
        question: str,
        request: Request,
        evidence: Sequence[Window],
        claims: Sequence[GroundedClaim],
        decision: Decision,
    ) -> Composition:
        catalog = self._with.library.catalog
        if not evidence:
            return abstain_unread(catalog, request)
        return say_window(compose(question, evidence, claims, decision, catalog), request.wish)

    def _choose_evidence(self, question: str, passages: Sequence[Passage], request: Request) -> list[Window]:
        tokens = self._style.prompt_tokens or self._with.settings.prompt_tokens
        evidence = self._with.evidence.choose(question, passages, evidence_budget(question, tokens))
        return newest_first(evidence) if request.wish.prefers_recent else evidence

    def _write_draft(
        self, llm: BaseChatModel, question: str, evidence: Sequence[Window], clock: Clock
    ) -> Generator[Event, None, Draft]:
        """Yield the tokens of the draft as they are written; without evidence it is empty."""
        draft = Draft()
        if evidence:
            tokens = self._style.answer_tokens or self._with.settings.answer_tokens
            for token in write_draft(llm, question, evidence, tokens, draft, self._style.prompt):
                clock.mark_once("first_token")
                yield TokenWritten(text=token)
        return draft

    def _count_carriers(self, composition: Composition, passages: Sequence[Passage]) -> Composition:
        stories = self._with.library.catalog.stories_of([passage.article.id for passage in passages])
        return count_carriers(composition, passages, stories)


def _may_be_shortened(claims: Sequence[GroundedClaim]) -> bool:
    """Return whether a short answer may be put first: what is cited is in English, and all claims are supported."""
    cited = [window for claim in claims for window in claim.evidence]
    return is_english(language_of(cited)) and all(claim.is_supported for claim in claims)
