"""Understanding: what a question asks, on its own and in a conversation, and which kind of answer it wants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from rag.answering.collaborators import Collaborators
from rag.answering.kinds import CERTAIN_MIN, KindGuess
from rag.answering.library_answers import named_publishers
from rag.answering.places import PLACED
from rag.answering.requests import AskOptions, Request
from rag.answering.scope import Scope, narrow, read_scope, within_dates
from rag.library.filtering import Mentions
from rag.records import KINDS, Filters, Kind, Turn
from rag.retrieval.date_wishes import DateWish
from rag.text.words import words
from rag.writing.standalone import standalone_question

DOUBTFUL_MAX = 0.6
NEXT_MIN = 0.15
"""A guess below the first is in doubt; a second guess from the second on is tried if the first finds no answer.
Both are set by hand."""

SHORT_CLAIMS = 2
"""The number of claims after "shorter, please"."""

WITH_MORE: frozenset[Kind] = frozenset({"list", "overview", "timeline", "summary"})
"""Kinds that can say more, or less; after any other kind, "tell me more" gets an overview."""

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
    scope = read_scope(standalone or question, collaborators.library.catalog)
    guess = collaborators.classify(scope.question, previous)
    wanted = kind or _kind_of(guess)
    if kind is None and guess.kind not in KINDS:
        continued = _continue(collaborators, guess.kind, history, options)
        if continued is not None:
            return continued
    asked = standalone or question
    is_placed = wanted == "summary" and guess.ask in PLACED
    if standalone is None and wanted not in WITHOUT_SEARCH and not is_placed:
        asked = standalone_question(question, history, collaborators.llm)
    named = _named_for(collaborators, wanted, scope)
    filters = narrow(options.get("filters") or Filters(), named)
    day = options.get("as_of") or collaborators.settings.reference_date or date.today()
    wish = collaborators.parse_wish(asked, day)
    return Request(
        question=asked,
        topic=_topic_of(collaborators, scope.question if asked == (standalone or question) else asked, named),
        kind=wanted,
        next_kind=None if kind else _next_kind(guess, wanted),
        ask=guess.ask,
        wish=wish,
        filters=within_dates(filters, wish) if wanted == "summary" else filters,
        history=history,
        previous_wish=collaborators.parse_wish(previous, day) if previous else DateWish(),
    )


def _named_for(collaborators: Collaborators, kind: Kind, scope: Scope) -> Filters:
    """Return the filters that a question names; library answers read publishers themselves, with short names.

    A publisher's short name is read in a summary of nothing else: "Summarise the article from the Courier." Where more
    articles have the name in their text than are from the publisher, it is a topic.
    """
    if kind == "library":
        return replace(scope.filters, publishers=())
    if kind != "summary" or scope.filters:
        return scope.filters
    catalog = collaborators.library.catalog
    named = named_publishers(scope.question, [name for name, _ in catalog.publishers(Filters()) if name])
    names = {word for name in named for word in words(name)}
    topic = tuple(collaborators.topic_words(scope.question))
    if not named or not topic or not all(word.lower() in names for word in topic):
        return scope.filters
    publishers = Filters(publishers=tuple(named))
    is_topic = catalog.count(Filters(), Mentions(words=topic)) > catalog.count(publishers)
    return scope.filters if is_topic else publishers


def _continue(collaborators: Collaborators, move: str, history: Sequence[Turn], options: AskOptions) -> Request | None:
    """Return the request of the last full question again, as "tell me more" or "shorter" want it; None without one."""
    for place in range(len(history) - 1, -1, -1):
        asked = history[place]
        before = history[place - 1].question if place else ""
        guess = collaborators.classify(read_scope(asked.question, collaborators.library.catalog).question, before)
        if guess.kind in KINDS and guess.kind not in WITHOUT_SEARCH:
            request = understand(collaborators, asked.question, history[:place], options)
            return replace(
                request,
                kind=request.kind if request.kind in WITH_MORE and move != "source" else "overview",
                said=_said_before(move, asked, history),
                wants_sources=move == "source",
                claims_max=SHORT_CLAIMS if move == "shorter" else None,
                history=history,
            )
    return None


def _said_before(move: str, asked: Turn, history: Sequence[Turn]) -> list[str]:
    """Return the earlier answers that "tell me more" doesn't repeat, or the one whose articles are asked for."""
    if move == "source":
        return [asked.answer]
    return [turn.answer for turn in history] if move == "more" else []


def _next_kind(guess: KindGuess, wanted: Kind) -> Kind | None:
    """Return the next probable kind, where the guess was in doubt between two; None elsewhere."""
    doubtful = guess.probability < DOUBTFUL_MAX and guess.second_probability >= NEXT_MIN
    others = [kind for kind in KINDS if kind in (guess.kind, guess.second) and kind != wanted]
    return others[0] if doubtful and others and others[0] not in WITHOUT_SEARCH else None


def _topic_of(collaborators: Collaborators, question: str, named: Filters) -> str:
    """Return the question's words on a topic, without the names of publishers, which are filters already."""
    names = {word for name in named.publishers for word in words(name)}
    return " ".join(word for word in collaborators.topic_words(question) if word.lower() not in names)


def _kind_of(guess: KindGuess) -> Kind:
    """Return the guessed kind where it is certain enough, else a fact."""
    return guess.kind if guess.kind in KINDS and guess.probability >= CERTAIN_MIN else "fact"
