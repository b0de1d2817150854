"""Denials: the sentence of an article that says that a statement is not so.

A denial is only seen in fixed forms of words, since what it leads to is told before any answer and must be right: the
claim checker's network takes "acquitted of fraud" for "convicted of fraud".
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.conflicts import NEGATED_VERB
from rag.dates import find_times, parse_published
from rag.evidence import previous_sentence, surroundings
from rag.points import base, bases
from rag.records import Evidence
from rag.signals import names
from rag.statements import Statement
from rag.words import words

_STAYED_AWAY = re.compile(
    r"\b(?:stay(?:s|ed)? away from|(?:has |had )?decided against (?:travelling|traveling|going|coming) to"
    r"|(?:has |had )?decided against attending|(?:has |had )?boycott(?:s|ed)|skipped)\b",
    re.IGNORECASE,
)
_PRESENCE = frozenset(base(verb) for verb in "attend come travel go arrive appear visit participate show".split())
_DECLINED = re.compile(
    r"(?<!had )\b(?:refuse[sd]? to|decline[sd]? to|fail(?:s|ed)? to|(?:decide[sd]?|voted) against|ruled out"
    r"|refrained from|stopped short of|(?:saw|sees|is|was) no reason (?:to|for)) (?:be |being )?(\w+)",
    re.IGNORECASE,
)
"""A verb that wasn't done, as its only group. What "had refused" may have been done since."""

_OPPOSITES = {
    base(verb): frozenset(base(other) for other in others.split())
    for verb, others in {
        "win": "lose",
        "lose": "win keep retain",
        "approve": "reject",
        "adopt": "reject",
        "pass": "reject",
        "ratify": "reject",
        "accept": "reject refuse",
        "reject": "approve accept adopt pass ratify",
        "confirm": "deny",
        "deny": "confirm admit",
        "admit": "deny",
        "rise": "fall",
        "fall": "rise",
        "raise": "lower cut unchanged",
        "lower": "raise unchanged",
        "cut": "raise unchanged",
        "increase": "decrease unchanged",
        "decrease": "increase unchanged",
        "convict": "acquit clear",
        "acquit": "convict",
        "ban": "allow permit",
        "prohibit": "allow permit",
        "allow": "ban prohibit",
        "permit": "ban prohibit",
        "boycott": "attend",
        "attend": "boycott",
        "oppose": "support back",
        "support": "oppose",
        "back": "oppose",
        "resign": "remain stay",
        "leave": "remain stay",
        "quit": "remain stay",
        "succeed": "remain stay",
        "replace": "remain stay",
        "sell": "keep retain",
        "close": "keep",
        "cancel": "confirm",
        "die": "survive",
        "survive": "die",
    }.items()
}
"""Verbs, and those that can't be true of the same subject and object at the same time."""

_PRONOUN = r"(?:he|she|it|they)"
_HELPERS = r"(?: (?:has|had|have|was|were|is|are|did|does|do|\w+ly))*"


def find_denial(statement: Statement, sentences: Iterable[Evidence]) -> Evidence | None:
    """The first sentence that denies the statement; None where one affirms it, too.

    A sentence denies it that says of the same subject that it did not do it, refused or declined to, did the opposite
    ("lost", "was acquitted"), or was not there at all.
    """
    denial = None
    for sentence in sentences:
        if not is_about(statement, sentence):
            continue
        if _denies(statement, sentence):
            denial = denial or sentence
        elif statement.verb in bases(sentence.quote) and _holds_half(statement, sentence):
            return None
    return denial


def is_about(statement: Statement, sentence: Evidence) -> bool:
    """Whether the subject's last name stands in it, or it opens with a pronoun behind a sentence with that name."""
    return statement.subject[-1] in words(f"{referred_sentence(sentence)} {sentence.quote}")


def referred_sentence(sentence: Evidence) -> str:
    """The sentence before, where the sentence opens with a pronoun; else ""."""
    opens = re.match(rf"[\"“‘']?(?:{_PRONOUN}|his|her|its|their)\b", sentence.quote, re.IGNORECASE)
    return previous_sentence(sentence) if opens else ""


def _denies(statement: Statement, sentence: Evidence) -> bool:
    text = sentence.quote
    if _is_of_another_time(sentence):
        return False
    return (
        _is_absent(statement, sentence)
        or any(_denies_verb(statement, sentence, match) for match in NEGATED_VERB.finditer(text))
        or any(_denies_verb(statement, sentence, match) for match in _DECLINED.finditer(text))
        or _says_opposite(statement, sentence)
    )


def _denies_verb(statement: Statement, sentence: Evidence, match: re.Match[str]) -> bool:
    """Whether the denied verb is the statement's, of its subject, and nothing but its objects stands behind it."""
    verb = match[1].lower()
    if statement.verb not in (base(verb), base(verb.removesuffix("ing"))):
        return False
    if not _is_subject(statement, sentence, sentence.quote[: match.start()]):
        return False
    object_ = bases(_clause_after(sentence.quote, match.end()))
    return object_ <= statement.rest if object_ else statement.rest <= bases(surroundings(sentence))


def _is_absent(statement: Statement, sentence: Evidence) -> bool:
    """Whether its subject wasn't where the statement places it."""
    text = sentence.quote
    for match in [*NEGATED_VERB.finditer(text), *_STAYED_AWAY.finditer(text)]:
        if match.re is NEGATED_VERB and base(match[1].lower()) not in _PRESENCE:
            continue
        if statement.verb == base("boycott") or not _is_subject(statement, sentence, text[: match.start()]):
            continue
        object_, around = bases(_clause_after(text, match.end())), bases(surroundings(sentence))
        if any(place & object_ and place <= around for place in statement.places):
            return True
    return False


def _says_opposite(statement: Statement, sentence: Evidence) -> bool:
    """Whether it says of the subject what can't be true together with the statement, and holds all that it names."""
    opposites = _OPPOSITES.get(statement.verb, frozenset())
    text = sentence.quote
    if not opposites or statement.verb in bases(text) or not statement.rest & bases(text):
        return False
    if not statement.rest <= bases(surroundings(sentence)) or NEGATED_VERB.search(text):
        return False
    for match in re.finditer(r"\b[a-z]+\b", text):
        if base(match.group()) not in opposites:
            continue
        before = text[: match.start()]
        if statement.is_passive and _opens_with(statement, text[match.end() :]):
            return True
        is_passive = re.search(r"\b(?:was|were|been|is|are)(?: \w+ly)? $", before) is not None
        if is_passive == statement.is_passive and _is_subject(statement, sentence, before):
            return True
    return False


def _is_subject(statement: Statement, sentence: Evidence, before: str) -> bool:
    """Whether the clause before a verb has the statement's subject, and no other name, as its own.

    A pronoun that opens the sentence stands for the subject where the sentence before opens with it.
    """
    before = re.sub(r",[^,]*, $", " ", before)
    clause = re.split(r"[;:,]| (?:but|and|that|while|because) ", before)[-1]
    if re.fullmatch(rf"\W*{_PRONOUN}{_HELPERS}\s*", clause, re.IGNORECASE):
        return _opens_with(statement, referred_sentence(sentence))
    named = {word for name in names(f"of {clause.strip()}") for word in words(name)}
    return statement.subject[-1] in words(clause) and named <= set(statement.subject)


def _opens_with(statement: Statement, text: str) -> bool:
    """Whether a text opens with the subject, an article or title aside."""
    return statement.subject[-1] in words(text)[: len(statement.subject) + 1]


def _clause_after(text: str, at: int) -> str:
    """What follows up to the next comma or conjunction."""
    return re.split(r"[,;:]| (?:and|but|because|as|while|since|after|although|though) ", text[at:])[0]


def _holds_half(statement: Statement, sentence: Evidence) -> bool:
    return 2 * len(statement.rest & bases(surroundings(sentence))) >= len(statement.rest)


def _is_of_another_time(sentence: Evidence) -> bool:
    """Whether it names a time long before or after its article's; "since 2018" goes on."""
    published = parse_published(sentence.article.published)
    text = re.sub(r"\bsince\b[^,.;]*", "", sentence.quote)
    return published is not None and any(
        not span.meets(published, slack_days=30) for span in find_times(text, published)
    )
