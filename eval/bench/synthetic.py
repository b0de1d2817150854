"""Synthetic news articles, and questions about them, for measuring at sizes of which there is no free news.

They have what makes a search costly: common words that occur in many articles, and names that occur in few.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

N_SENTENCES = 20

_ONSETS = ("b", "br", "d", "f", "g", "gr", "h", "k", "l", "m", "n", "p", "r", "s", "st", "t", "tr", "v", "z")
_VOWELS = ("a", "e", "i", "o", "u", "ai", "or", "en", "el")
_ROLES = (
    "minister",
    "governor",
    "engineer",
    "director",
    "mayor",
    "judge",
    "farmer",
    "coach",
    "captain",
    "doctor",
)
_THINGS = [
    "bridge",
    "harbour",
    "budget",
    "treaty",
    "railway",
    "hospital",
    "reservoir",
    "festival",
    "election",
    "pipeline",
    "satellite",
    "museum",
    "strike",
    "flood",
    "vaccine",
    "airport",
    "tariff",
    "stadium",
    "library",
    "refinery",
    "ferry",
    "census",
    "archive",
    "tunnel",
    "orchard",
    "glacier",
    "mine",
    "dispute",
    "merger",
    "school",
    "forest",
    "market",
    "network",
    "prison",
    "laboratory",
    "turbine",
    "canal",
    "lighthouse",
    "monument",
    "quarry",
]
_DEEDS = [
    "announced",
    "approved",
    "rejected",
    "delayed",
    "opened",
    "inspected",
    "financed",
    "criticised",
    "repaired",
    "closed",
    "expanded",
    "signed",
    "postponed",
    "praised",
    "measured",
    "defended",
    "cancelled",
    "reviewed",
    "sold",
    "bought",
    "surveyed",
    "restored",
    "questioned",
    "welcomed",
]
_REASONS = (
    "after months of talks",
    "despite warnings from residents",
    "because costs had risen sharply",
    "ahead of the spring session",
    "under pressure from trade unions",
    "in line with a court ruling",
    "to the surprise of observers",
    "with support from regional banks",
)


def write_articles(folder: Path, first: int, n_articles: int) -> list[Path]:
    """Write text files of about 400 words each, numbered from `first`; the same number always gives the same text."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in range(first, first + n_articles):
        source = random.Random(number)
        names = _names(number)
        title = f"{names[0]} {source.choice(_THINGS)} {source.choice(_DEEDS)} in {names[1]}"
        paragraphs = [" ".join(_sentence(source, names) for _ in range(4)) for _ in range(N_SENTENCES // 4)]
        path = folder / f"article-{number:06}.txt"
        path.write_text("\n\n".join([title, *paragraphs]) + "\n", encoding="utf-8")
        paths.append(path)
    return paths


def make_questions(n_articles: int, n_questions: int) -> list[str]:
    """Return different questions, each about names of one of the first `n_articles` articles."""
    source = random.Random("questions")
    questions = []
    for _ in range(n_questions):
        names = _names(source.randrange(n_articles))
        thing, deed = source.choice(_THINGS), source.choice(_DEEDS)
        questions.append(f"Why was the {thing} in {names[1]} {deed} by {names[2]}, and how many people were there?")
    return questions


def _names(number: int) -> list[str]:
    source = random.Random(f"names {number}")
    syllables = [f"{source.choice(_ONSETS)}{source.choice(_VOWELS)}" for _ in range(15)]
    return ["".join(syllables[first : first + 3]).capitalize() for first in range(0, 15, 3)]


def _sentence(source: random.Random, names: Sequence[str]) -> str:
    return (
        f"The {source.choice(_ROLES)} {source.choice(names)} {source.choice(_DEEDS)} the"
        f" {source.choice(_THINGS)} in {source.choice(names)} {source.choice(_REASONS)},"
        f" and {source.randrange(2, 9000):,} people {source.choice(_DEEDS)} the {source.choice(_THINGS)}."
    )
