"""Suggestions: after an abstention, suggests a similar question that the articles do answer.

The language model turns the nearest sentence into a question. The question is shown only if it passes these checks: its
words are the article's, it can be understood alone, it isn't the question that was just refused, and the claim checker
finds that the sentence answers it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage, SystemMessage

from rag.answering.composing import Composition
from rag.errors import ModelError
from rag.ports import ClaimChecker
from rag.records import Window
from rag.text.languages import is_english
from rag.text.names import missing_names
from rag.text.numbers import missing_numbers
from rag.text.questions import asked_kind, holds_kind
from rag.text.words import content_stems, words
from rag.writing.drafts import stream_chat
from rag.writing.prompts import SUGGEST_PROMPT, as_data
from rag.writing.standalone import is_follow_up

SUGGESTION_TOKENS_MAX = 25
SENTENCES_LOOKED_AT = 4
SENTENCE_WORDS = range(6, 46)
QUESTION_WORDS = range(4, 19)

ANSWERS_MIN = 0.9
"""Support that "Question? Sentence" must reach, by the claim checker, for the sentence to answer the question.

Of the development questions of SQuAD 2.0, 70% reach it with the sentence that holds the answer, and 18% with the most
similar other sentence of the paragraph. Of the unanswerable ones, 43% reach it with the most similar sentence. At 0.8
these are 86, 60 and 75%."""

_ASKS = re.compile(
    r"(?:(?:in|at|on|to|from|by|for|with) )?(?:who|whom|whose|what|which|when|where|why|how)\b[^?]*\?", re.IGNORECASE
)
_ASKING_WORDS = frozenset(
    content_stems(
        "many much long old often far number people person name year date day month time kind type place country city "
        "percentage share happen happened take"
    )
)
"""Stems of words that a question may have though the sentence lacks them."""

_NAME_RUN = re.compile(r"[A-Z][\w'’-]*(?: [A-Z][\w'’-]*)*")
_MARKUP = re.compile(r"[<>{}\[\]@#|\\`]|://|\bwww\.")


def suggest_question(
    question: str,
    composition: Composition,
    evidence: Sequence[Window],
    llm: BaseChatModel | None,
    checker: ClaimChecker,
) -> str:
    """Return a question that the evidence answers, after an abstention; "" for none.

    The language model is asked once, for at most `SUGGESTION_TOKENS_MAX` tokens. Without a model, or if it fails, there
    is no suggestion.

    Args:
        question: the question that was refused.
        composition: the answer so far.
        evidence: the windows chosen for it, best first.
        llm: writes the question.
        checker: judges whether the sentence answers it.
    """
    sentence = nearest_sentence(question, evidence)
    if composition.verdict != "abstained" or llm is None or sentence is None:
        return ""
    asked = f"Sentence: {as_data(sentence.quote)}\nQuestion:"
    try:
        chunks = stream_chat(llm, [SystemMessage(SUGGEST_PROMPT), HumanMessage(asked)], SUGGESTION_TOKENS_MAX)
        written = "".join(chunk.text for chunk in chunks)
    except ModelError:
        return ""
    suggested = written.strip().split("\n")[0].removeprefix("Question:").strip(' "“”*')
    return suggested if is_worth_asking(suggested, question, sentence, checker) else ""


def nearest_sentence(question: str, evidence: Sequence[Window]) -> Window | None:
    """Return the first window of the evidence that shares a word with the question and isn't too short or too long.

    Only windows in English are considered, since the checks of a suggestion are made for English.
    """
    asked = set(content_stems(question))
    return next(
        (
            sentence
            for sentence in evidence[:SENTENCES_LOOKED_AT]
            if is_english(sentence.article.language)
            and len(words(sentence.quote)) in SENTENCE_WORDS
            and asked & set(content_stems(_known(sentence)))
        ),
        None,
    )


def is_worth_asking(suggested: str, refused: str, sentence: Window, checker: ClaimChecker) -> bool:
    """Return whether a suggestion passes all checks (see the module)."""
    return (
        _ASKS.fullmatch(suggested) is not None
        and _MARKUP.search(suggested) is None
        and len(words(suggested)) in QUESTION_WORDS
        and not is_follow_up(suggested)
        and _is_made_of(suggested, _known(sentence))
        and bool(set(content_stems(suggested)) & set(content_stems(refused)))
        and _asks_something_else(suggested, refused)
        and _leaves_an_answer(suggested, sentence)
        and checker.check(f"{suggested} {sentence.quote}", [sentence]).score >= ANSWERS_MIN
    )


def _known(sentence: Window) -> str:
    return f"{sentence.article.title}\n{sentence.quote}"


def _is_made_of(suggested: str, known: str) -> bool:
    return (
        set(content_stems(suggested)) - _ASKING_WORDS <= set(content_stems(known))
        and not missing_names(suggested, known)
        and not missing_numbers(suggested, known)
    )


def _asks_something_else(suggested: str, refused: str) -> bool:
    """Return whether a suggestion has a content word that the refused question lacks, or asks for another kind.

    More words of a name don't count: "Where is Ana Rao staying?" asks the same as "At which hotel is Rao staying?".
    """
    asked = set(content_stems(refused))
    runs = [set(content_stems(run)) for run in _NAME_RUN.findall(suggested)]
    more_of_names = {word for run in runs if run & asked for word in run}
    if set(content_stems(suggested)) - asked - more_of_names - _ASKING_WORDS:
        return True
    return asked_kind(suggested) is not None and asked_kind(suggested) != asked_kind(refused)


def _leaves_an_answer(suggested: str, sentence: Window) -> bool:
    """Return whether the sentence says more than the question, and holds the number or time asked for."""
    kind = asked_kind(suggested)
    return bool(set(content_stems(sentence.quote)) - set(content_stems(suggested))) and holds_kind(
        sentence.quote, kind, suggested
    )
