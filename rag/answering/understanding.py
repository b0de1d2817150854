"""Understanding: what a question asks, on its own and in a conversation, and which kind of answer it wants."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rag.answering.collaborators import Collaborators
from rag.answering.kinds import KindGuess
from rag.answering.requests import AskOptions, Request
from rag.answering.topics import topic_of
from rag.records import KINDS, Filters, Kind, Turn
from rag.writing.standalone import standalone_question

CERTAIN_MIN = 0.5
"""A kind other than a fact is served if it is at least this probable."""

SHORT_CLAIMS = 1
"""The number of claims after "shorter, please"."""

WITHOUT_SEARCH: frozenset[Kind] = frozenset({"talk", "library"})
"""Kinds whose questions aren't rewritten, since nothing is searched for."""


def understand(collaborators: Collaborators, question: str, history: Sequence[Turn], options: AskOptions) -> Request:
    """Return the request that a question makes, as it was typed, after the earlier turns.

    A question such as "tell me more" repeats the last question that was asked in full, with other claims.

    Raises:
        ModelError: the language model, which rewrites follow-ups, did not answer.
    """
    previous = history[-1].question if history else ""
    standalone, kind = options.get("standalone_question"), options.get("kind")
    guess = collaborators.classify(standalone or question, previous)
    move = "" if kind or guess.kind in KINDS else guess.kind
    repeated = _last_full_question(collaborators, history) if move else ""
    wanted = kind or ("overview" if repeated else _kind_of(guess))
    asked = repeated or standalone or question
    if not repeated and standalone is None and wanted not in WITHOUT_SEARCH:
        asked = standalone_question(question, history, collaborators.llm)
    day = options.get("as_of") or collaborators.settings.reference_date or date.today()
    return Request(
        question=asked,
        topic=topic_of(asked),
        kind=wanted,
        ask=guess.ask,
        wish=collaborators.parse_wish(asked, day),
        filters=options.get("filters") or Filters(),
        history=history,
        said=[turn.answer for turn in history] if repeated and move == "more" else [],
        claims_max=SHORT_CLAIMS if repeated and move == "shorter" else None,
    )


def _kind_of(guess: KindGuess) -> Kind:
    """Return the guessed kind where it is certain enough, else a fact."""
    return guess.kind if guess.kind in KINDS and guess.probability >= CERTAIN_MIN else "fact"


def _last_full_question(collaborators: Collaborators, history: Sequence[Turn]) -> str:
    """Return the last question of the conversation that asks for something by itself; "" for none."""
    for place in range(len(history) - 1, -1, -1):
        question = history[place].question
        before = history[place - 1].question if place else ""
        kind = collaborators.classify(question, before).kind
        if kind in KINDS and kind not in WITHOUT_SEARCH:
            return question
    return ""
