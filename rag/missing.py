"""What an abstention says: that the articles don't say it, and which names and numbers of the question they lack."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from rag.signals import missing_names, missing_numbers
from rag.words import WORD

NOT_STATED = "The articles found do not say this."

PHRASES_MAX = 3
"""So many missing names and numbers are told: more is no longer short, and the first ones are told first."""

_COMPOUND = re.compile(rf"(?:{WORD.pattern})(?:-(?:{WORD.pattern}))*")
_POSSESSIVE = re.compile(r"['’]s?$")


def say_missing(question: str, texts: Iterable[str], elsewhere: Sequence[str] = (), language: str = "en") -> str:
    """Why there is no answer, in one to three short sentences.

    Args:
        question: what was asked.
        texts: all that was found, with titles: only what none of them holds in any form is called missing.
        elsewhere: names and numbers that some of it holds, but not what would answer.
        language: the articles'; where it has no table (see `rag.languages`), only numbers are called missing.
    """
    found = "\n".join(texts)
    named = missing_mentions(question, found, language)
    said = [NOT_STATED]
    if named:
        said.append(f"No passage found mentions {_either(named)}.")
    nearer = [name for name in dict.fromkeys(map(_bare, elsewhere)) if name not in " ".join(named)]
    if nearer:
        said.append(f"What comes nearest does not speak of {_either(nearer)}.")
    return " ".join(said)


def missing_mentions(question: str, found: str, language: str = "en") -> list[str]:
    """The question's names, neighbours as one, and numbers that a text lacks, as written; at most `PHRASES_MAX`."""
    figures = [number for number in missing_numbers(question, found, language) if not number.isalpha()]
    lacking = {*missing_names(question, found, language), *figures}
    return _phrases(question, lambda word: word in lacking)


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
