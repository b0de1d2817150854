"""Statements: what a question takes for granted, as a clause of the question's own words.

"Why did Anna Rao leave the Arland summit?" takes for granted that "Anna Rao did leave the Arland summit". No word is
inflected, so none can come out wrong; a question whose subject can't be told from its verb for certain gives none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from rag.points import base, bases, is_irregular_past
from rag.signals import number_mentions
from rag.words import FUNCTION_WORDS, words

AskedFor = Literal["circumstance", "object", "actor"]

_PREPOSITIONS = (
    "about across after against among around as at before behind below between beyond by despite during for from in "
    "inside into near of off on onto out outside over since than through to toward towards under until up upon with "
    "within without"
).split()
_PARTICLES = "down back away again together".split()
_NOUNS_OF_TIME = "year month day date week century decade season time point".split()
_WORD = r"[a-z][\w'’-]*"
_QUESTION = re.compile(
    r"^\W*(?:why|when|where|how(?: (?:long|often|quickly|soon|far|come))?"
    rf"|(?:{'|'.join(_PREPOSITIONS)}) (?:what|which|whom|whose)(?: [\w'’-]+){{0,3}}?"
    rf"|(?:what|which) (?:{'|'.join(_NOUNS_OF_TIME)})"
    rf"|(?P<what>what|who|whom|how much)|(?:what|which|how many|how much) (?P<things>{_WORD}(?: {_WORD}){{0,2}}?))"
    r" +(?P<helper>did|does|do|was|were|is|are|has|have|had) (?P<rest>[^?,;:]+)\W*$",
    re.IGNORECASE,
)
_ACTOR_QUESTION = re.compile(
    rf"^\W*(?:who|(?:what|which) (?P<things>{_WORD}(?: {_WORD})??)) (?P<verb>[a-z]+) (?P<rest>[^?,;:]+)\W*$",
    re.IGNORECASE,
)
_TAKES_NOTHING = re.compile(
    r"\b(?:not|never|no|nobody|none|nothing|neither|nor|if|would|could|might|should|or)\b|n['’]t\b", re.IGNORECASE
)
_DOING = frozenset({"did", "do", "does"})
_NAME_WORD = r"(?:(?:Dr|Mr|Mrs|Ms|St)\.|[A-Z][\w.&'’-]*)"
_SUBJECT = re.compile(
    rf"(?:(?:[Tt]he|[Aa]n?) )?(?P<names>{_NAME_WORD}(?: (?:(?:of|for|and|de|van|von|der|del|la|al|bin) )*"
    rf"(?:the (?=[A-Z]))?{_NAME_WORD})*) "
)
_NOT_OF_A_NOUN = frozenset(
    [*_PREPOSITIONS, *_PARTICLES, *"the a an his her its their this that these those all any".split()]
)
"""Before one of these, a name, a number or the end stands the verb, not a part of the subject."""

_PARTICIPLE = re.compile(r"(?:\w{2,}ed|\w{3,}ing|\w{2,}en)$")
_NOUNS_MAX = 2
"""So many lower-case words may belong to a subject behind its name: "the Arland customs union"."""

_PLACED = re.compile(r"\b(?:in|at|to|of|from|during|into) (?P<place>(?:(?! (?:in|at|to|of|from|during|into) )[^,?])+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a question takes for granted.

    Attributes:
        text: a clause that can follow "do not say that".
        asked_for: when, where, why or how it came about; what it was done to; or who did it.
        subject: the name that it is about, lower-case words; where the actor is asked for, whom it was done to.
        verb: base of what was done.
        rest: bases of the other content words: to whom, where, when, as what.
        places: bases of each place and event that it was done at.
        is_past: whether it happened, rather than holds.
        is_passive: whether it was done to the subject.
    """

    text: str
    asked_for: AskedFor
    subject: tuple[str, ...]
    verb: str
    rest: frozenset[str]
    places: tuple[frozenset[str], ...] = ()
    is_past: bool = True
    is_passive: bool = False


def parse_statement(question: str, texts: Iterable[str] = ()) -> Statement | None:
    """What a question takes for granted of a name; None where it takes nothing so, or it can't be told.

    A yes/no question, a negated and a hypothetical one take nothing for granted.

    Args:
        question: one that stands alone.
        texts: what was found for it; word pairs there tell "did the Orvane parliament meet" from "did the SCO meet".
    """
    if _TAKES_NOTHING.search(question):
        return None
    asks = _QUESTION.match(question.strip())
    if asks:
        return _of_named(asks, {pair for text in texts for pair in pairwise(words(text))})
    asks = _ACTOR_QUESTION.match(question.strip())
    return _of_actor(asks) if asks else None


def _of_named(asks: re.Match[str], pairs: set[tuple[str, str]]) -> Statement | None:
    """The statement of a question with its helping verb before the subject."""
    subject = _SUBJECT.match(asks["rest"])
    if subject is None or subject["names"].endswith(("'s", "’s")) or subject["names"].lower() in FUNCTION_WORDS:
        return None
    tokens = asks["rest"][subject.end() :].split()
    helper = asks["helper"].lower()
    at = _verb_place(tokens, subject["names"], helper, pairs)
    if at is None:
        return None
    after = tokens[at + 1 :]
    wants_object = bool(asks["what"] or asks["things"])
    if wants_object:
        things = (asks["things"] or "").split()
        if not _takes_plain_object(after) or any(not word.islower() or word in _PREPOSITIONS for word in things):
            return None
        after = [f"any {asks['things']}" if asks["things"] else "anything", *after]
    text = " ".join([subject.group().strip(), *tokens[:at], helper, tokens[at], *after])
    return _build(
        text,
        subject["names"],
        tokens[at],
        "object" if wants_object else "circumstance",
        is_past=helper not in ("do", "does", "is", "are"),
        is_passive=helper not in _DOING and helper not in ("has", "have", "had") and not tokens[at].endswith("ing"),
    )


def _verb_place(tokens: Sequence[str], name: str, helper: str, pairs: set[tuple[str, str]]) -> int | None:
    """Place of the verb in the words behind the subject's name; None where it isn't certain."""
    before = words(name)[-1]
    for i, word in enumerate(tokens[: _NOUNS_MAX + 1]):
        if not word.isalpha() or not word.islower() or word in FUNCTION_WORDS:
            return None
        is_last = _starts_something_else(tokens[i + 1 : i + 2])
        if helper in _DOING:
            if (before, word) not in pairs:
                return i if is_last else None
        elif _PARTICIPLE.search(word) or is_irregular_past(word):
            return i if is_last else None
        before = word
    return None


def _starts_something_else(following: Sequence[str]) -> bool:
    """Whether the next word, if any, can't belong to the same noun as the one before."""
    if not following:
        return True
    word = following[0]
    return (
        word.lower() in _NOT_OF_A_NOUN
        or word[0].isupper()
        or word.endswith(("ing", "ly"))
        or bool(number_mentions(word))
    )


def _takes_plain_object(after: Sequence[str]) -> bool:
    """Whether what is asked for is the verb's own object: not in "what did Rao talk about", "promise the miners"."""
    if not after:
        return True
    return after[0].lower() in _PREPOSITIONS and len(after) > 1 and after[1].lower() not in [*_PREPOSITIONS, "do"]


def _of_actor(asks: re.Match[str]) -> Statement | None:
    """The statement of "Who succeeded Rao?", about whom it was done to."""
    verb, whom = asks["verb"].lower(), _SUBJECT.search(f"{asks['rest']} ")
    regular = verb.endswith("ed") and len(verb) > 4
    if whom is None or not (regular or is_irregular_past(verb)) or verb in ("was", "were", "did", "had"):
        return None
    actor = f"any {asks['things']}" if asks["things"] else "anyone"
    return _build(f"{actor} {verb} {asks['rest'].strip()}", whom["names"], verb, "actor")


def _build(
    text: str, name: str, verb: str, asked_for: AskedFor, *, is_past: bool = True, is_passive: bool = False
) -> Statement | None:
    subject = tuple(word for word in words(name) if word not in FUNCTION_WORDS)
    if not subject:
        return None
    plain_verb = base(verb.lower())
    unsaid = {plain_verb, *(base(word) for word in (*subject, *_PARTICLES, "anything", "anyone"))}
    return Statement(
        text=text,
        asked_for=asked_for,
        subject=subject,
        verb=plain_verb,
        rest=frozenset(bases(text) - unsaid),
        places=tuple(frozenset(bases(match["place"])) for match in _PLACED.finditer(text)),
        is_past=is_past,
        is_passive=is_passive,
    )
