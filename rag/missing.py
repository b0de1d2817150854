"""What an abstention says: that the articles don't say it, and which names and words of the question they lack."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from rag.points import base, bases
from rag.signals import missing_names, missing_numbers, names, numbers
from rag.words import WORD, content_words

NOT_STATED = "The articles found do not say this."

PHRASES_MAX = 3
"""So many missing names and words are told: more is no longer short, and the first ones are told first."""

_COMPOUND = re.compile(rf"(?:{WORD.pattern})(?:-(?:{WORD.pattern}))*")
_POSSESSIVE = re.compile(r"['’]s?$")
_UNTELLING = frozenset(
    base(word)
    for word in """many much name named kind type sort year date day month time people person place thing way exactly
    make take get give go come say tell become happen use call know like mean new last next first best main refer
    need describe often besides certain sure true approximately roughly shortly recently actually currently""".split()
)
"""Words that ask, or say too little for their absence to tell a reader anything."""


def say_missing(question: str, texts: Iterable[str], elsewhere: Sequence[str] = ()) -> str:
    """Why there is no answer, in one to three short sentences.

    Args:
        question: what was asked.
        texts: all that was found, with titles: only what none of them holds in any form is called missing.
        elsewhere: names and numbers that some of it holds, but not what would answer.
    """
    found = "\n".join(texts)
    named, worded = missing_mentions(question, found), missing_phrases(question, found)
    said = [NOT_STATED]
    lacking = [f"mentions {_either(named)}"] if named else []
    if worded:
        lacking.append(f"has the words {_either([f'“{phrase}”' for phrase in worded])}")
        if len(worded) == 1 and " " not in worded[0]:
            lacking[-1] = f"has the word “{worded[0]}”"
    if lacking:
        said.append(f"No passage found {', or '.join(lacking)}.")
    nearer = [name for name in dict.fromkeys(map(_bare, elsewhere)) if name not in " ".join(named)]
    if nearer:
        said.append(f"What comes nearest does not speak of {_either(nearer)}.")
    return " ".join(said)


def missing_mentions(question: str, found: str) -> list[str]:
    """The question's names, neighbours as one, and numbers that a text lacks, as written; at most `PHRASES_MAX`."""
    figures = [number for number in missing_numbers(question, found) if not number.isalpha()]
    lacking = {*missing_names(question, found), *figures}
    return _phrases(question, lambda word: word in lacking)


def missing_phrases(question: str, found: str) -> list[str]:
    """The question's other content words that a text lacks in any form, neighbours as one; at most `PHRASES_MAX`."""
    there, named = bases(found), set(names(question))
    return _phrases(
        question,
        lambda word: (
            word not in named
            and word.isalpha()
            and not numbers(word)
            and bool(content_words(word.lower()))
            and base(word.lower()) not in there | _UNTELLING
        ),
    )


def _phrases(question: str, is_missing: Callable[[str], bool]) -> list[str]:
    """The words of a question that are missing, those with only a space between them as one phrase.

    Of a word with a hyphen all parts must be: "non-stop".
    """
    found: list[str] = []
    end = -1
    for match in _COMPOUND.finditer(question):
        if not all(is_missing(part) for part in match.group().split("-")):
            continue
        if found and question[end : match.start()] == " ":
            found[-1] += f" {match.group()}"
        else:
            found.append(match.group())
        end = match.end()
    return list(dict.fromkeys(map(_bare, found)))[:PHRASES_MAX]


def _bare(phrase: str) -> str:
    return _POSSESSIVE.sub("", phrase)


def _either(words: Sequence[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    return " or ".join([part for part in (", ".join(words[:-1]), words[-1]) if part])
