"""Whether claims answer the question: the language model's own probability, the features, and both models."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import PrivateAttr

from rag.checking.checker import SignalsChecker
from rag.checking.claims import quote_claim
from rag.checking.decision import Answerability, answer_features, load_answerability, probability_stated
from rag.models.logistic import LogisticModel, Weight
from rag.records import Evidence
from tests.fakes import ScriptedChatModel, ScriptedChecker
from tests.rag.build import evidence


def fitting(quote: str, score: float) -> Evidence:
    return replace(evidence(quote), score=score)


QUOTE = fitting("Kenya hosts the festival in March.", 0.8)
CLAIM = quote_claim(QUOTE)


class OpenChatModel(ScriptedChatModel):
    """A chat model that tells the probabilities of its first word, as OpenAI-compatible servers do."""

    top_logprobs: int | None = None
    _told: dict[str, float] = PrivateAttr(default_factory=dict)

    def __init__(self, *replies: str) -> None:
        super().__init__(*replies)

    def tell(self, told: dict[str, float]) -> None:
        self._told = told

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        assert kwargs["logprobs"] and kwargs["max_tokens"] == 1
        self._next(messages)
        words = [{"token": word, "logprob": math.log(share)} for word, share in self._told.items()]
        metadata = {"logprobs": {"content": [{"top_logprobs": words}]}}
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content="", response_metadata=metadata))])


def open_model(**told: float) -> OpenChatModel:
    model = OpenChatModel("")
    model.tell(told)
    return model


def test_yes_is_weighed_against_no_in_all_spellings() -> None:
    model = open_model(**{"Yes": 0.3, " yes": 0.1, "No": 0.1, "The": 0.5})
    assert probability_stated(model, "Who hosts the festival?", [QUOTE]) == pytest.approx(0.4 / 0.5)
    assert QUOTE.quote in model.prompts[0]
    assert "Who hosts the festival?" in model.prompts[0]


def test_a_model_that_tells_nothing_of_use_gives_no_probability() -> None:
    asked = "Who hosts the festival?"
    assert probability_stated(None, asked, [QUOTE]) is None
    assert probability_stated(ScriptedChatModel("yes"), asked, [QUOTE]) is None
    assert probability_stated(open_model(The=0.9), asked, [QUOTE]) is None
    assert probability_stated(OpenChatModel(), asked, [QUOTE]) is None  # its server fails
    assert probability_stated(open_model(Yes=0.9), asked, []) is None


def test_features_tell_how_far_the_cited_sentence_stands_out() -> None:
    others = [fitting("Rain fell.", 0.1), fitting("Snow fell.", 0.3)]
    features = answer_features("Who hosts the festival?", [CLAIM], [QUOTE, *others], ScriptedChecker())
    assert features["lead"] == pytest.approx(0.8 - 0.4)
    assert features["answering"] == pytest.approx(math.log(0.9 / 0.1))


def test_the_probability_of_the_language_model_chooses_the_model() -> None:
    def constant(value: float) -> LogisticModel:
        return LogisticModel(intercept=value, weights={}, provenance="")

    judge = Answerability(ScriptedChecker(), with_stated=constant(2.0), alone=constant(-2.0))
    assert judge.probability("Who?", [CLAIM], [QUOTE], 0.5) > 0.8
    assert judge.probability("Who?", [CLAIM], [QUOTE], None) < 0.2
    assert judge.probability("Who?", [], [QUOTE], 0.5) == 0.0


def test_the_language_models_word_is_weighed_in() -> None:
    judge = Answerability(
        ScriptedChecker(),
        with_stated=LogisticModel(intercept=0.0, weights={"stated": Weight(slope=1.0, mean=0.0)}, provenance=""),
        alone=LogisticModel(intercept=0.0, weights={}, provenance=""),
    )
    assert judge.probability("Who?", [CLAIM], [QUOTE], 0.9) == pytest.approx(0.9)


def test_the_models_of_the_package_prefer_what_stands_out() -> None:
    judge = load_answerability(SignalsChecker())
    near = fitting("Kenya hosts the festival in March.", 0.85)
    distant = fitting("Rain fell in the north on Monday.", 0.1)
    asked = "Who hosts the festival?"
    for stated in (0.9, None):
        good = judge.probability(asked, [quote_claim(near)], [near, distant], stated)
        assert good > 0.5
        assert good > judge.probability(asked, [quote_claim(distant)], [near, distant], stated) + 0.2
    sure, unsure = (judge.probability(asked, [quote_claim(near)], [near, distant], stated) for stated in (0.99, 0.01))
    assert sure > unsure
