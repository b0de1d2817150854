"""False premises: a question that takes for granted what an article denies of the same subject.

"Why did Modi walk out of the summit?" takes for granted that he did. Seen is only a sentence that denies the very verb
("never joined"), or that its subject was there at all ("did not attend"); what the articles merely don't tell is left
to abstention.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rag.answering import Composition, render_citation
from rag.conflicts import NEGATED_VERB
from rag.dates import find_times, parse_published
from rag.evidence import passage_sentences, surroundings
from rag.grounding import quote_claim
from rag.points import base, bases
from rag.records import Claim, Evidence, Passage
from rag.signals import names
from rag.words import WORD, content_words, words

DENIED = "The articles do not say this; they say the opposite:"
REASON = "The question takes for granted what the articles deny."

_ASKS = re.compile(
    r"^\W*(?:why|when|where|how|what|which|who)\b[^?]*?\b(?:did|does|has|have|had|was|were)\s+(?P<rest>[^?]+)",
    re.IGNORECASE,
)
_PRESENCE = frozenset(base(verb) for verb in "attend come travel go arrive appear visit participate show".split())
_PLACED = re.compile(r"\b(?:in|at|to|of|from|during|into) (?P<place>(?:(?! (?:in|at|to|of|from|during|into) )[^,?])+)")
_STAYED_AWAY = re.compile(
    r"\b(?:stay(?:s|ed)? away from|(?:has |had )?decided against (?:travelling|traveling|going|coming) to"
    r"|(?:has |had )?decided against attending|(?:has |had )?boycott(?:s|ed)|skipped)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Premise:
    """What a question takes for granted.

    Attributes:
        subject: the name that is said to have done something, lower case words.
        verb: base of what it did.
        rest: bases of the other content words: to whom or where.
        places: bases of each place and event that it did it at.
    """

    subject: tuple[str, ...]
    verb: str
    rest: frozenset[str]
    places: tuple[frozenset[str], ...]


def parse_premise(question: str) -> Premise | None:
    """What a question takes for granted of a named subject; None where it takes nothing so."""
    asks = _ASKS.match(question)
    if asks is None:
        return None
    tokens = list(WORD.finditer(asks["rest"]))
    named = names(f"of {asks['rest']}")
    subject = []
    for token in tokens:
        if token.group() not in named:
            break
        subject.append(token.group())
    after = [token for token in tokens[len(subject) :] if token.group().lower() in content_words(token.group().lower())]
    if not subject or not after or after[0].group() in named:
        return None
    return Premise(
        subject=tuple(word for name in subject for word in words(name)),
        verb=base(after[0].group().lower()),
        rest=frozenset(base(token.group().lower()) for token in after[1:]),
        places=tuple(frozenset(bases(match["place"])) for match in _PLACED.finditer(asks["rest"], after[0].end())),
    )


def find_denial(question: str, sentences: Iterable[Evidence]) -> Evidence | None:
    """The first sentence that denies what the question takes for granted; None where one affirms it, too."""
    premise = parse_premise(question)
    if premise is None:
        return None
    denial = None
    for sentence in sentences:
        if not set(premise.subject[-1:]) <= set(words(sentence.quote)):
            continue
        if _denies(premise, sentence):
            denial = denial or sentence
        elif premise.verb in bases(sentence.quote) and premise.rest <= bases(surroundings(sentence)):
            return None
    return denial


def note_premise(question: str, composition: Composition, passages: Sequence[Passage]) -> Composition:
    """The answer, or where the passages deny what the question takes for granted, their own words on it.

    It is partial then: its reason says that the articles say the opposite.
    """
    denial = find_denial(question, passage_sentences(passages))
    if denial is None:
        return composition
    judgement = quote_claim(denial).judgement
    claim = Claim(
        text=denial.quote,
        verdict=judgement.verdict,
        score=judgement.score,
        citations=(1,),
        reason=judgement.reason,
    )
    return replace(
        composition,
        verdict="partial",
        reason=REASON,
        text=f"{DENIED} {claim.text} [1]",
        confidence=judgement.score,
        claims=(claim,),
        citations=(render_citation(1, denial),),
    )


def _denies(premise: Premise, sentence: Evidence) -> bool:
    """Whether the sentence opens with the subject and denies the verb of it, or its presence where it happened."""
    text = sentence.quote
    if _is_of_another_time(sentence):
        return False
    for match in [*NEGATED_VERB.finditer(text), *_STAYED_AWAY.finditer(text)]:
        if not _is_subject(premise, text[: match.start()]):
            continue
        object_ = bases(re.split(r"[,;:]| (?:and|but|because|as|while) ", text[match.end() :])[0])
        verb = base(match[1].lower()) if match.re is NEGATED_VERB else ""
        if verb == premise.verb and premise.rest and object_ <= premise.rest and object_:
            return True
        absent = verb in _PRESENCE or match.re is _STAYED_AWAY
        around = bases(surroundings(sentence)) if absent else set()
        if absent and any(place & object_ and place <= around for place in premise.places):
            return True
    return False


def _is_subject(premise: Premise, before: str) -> bool:
    """Whether the clause before a denial has the premise's subject, and no other name, as its own."""
    clause = re.split(r"[;:,]| (?:but|and|that|while|because) ", before)[-1]
    tokens = set(words(clause))
    named = {word for name in names(f"of {clause.strip()}") for word in words(name)}
    return premise.subject[-1] in tokens and named <= set(premise.subject)


def _is_of_another_time(sentence: Evidence) -> bool:
    published = parse_published(sentence.article.published)
    return published is not None and any(
        not span.meets(published, slack_days=30) for span in find_times(sentence.quote, published)
    )
