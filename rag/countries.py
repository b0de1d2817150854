"""The words that news uses for a country: its names, its people's, and its capital for its government."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from countryinfo import all_countries

from rag.words import FUNCTION_WORDS, words

_ALSO_CALLED = {
    "america": "United States",
    "washington": "United States",
    "white house": "United States",
    "britain": "United Kingdom",
    "downing street": "United Kingdom",
    "holland": "Netherlands",
    "kremlin": "Russia",
}
"""Beside what the package countryinfo knows."""

_WORDS_MAX = 3


def may_be_same_country(one: str, other: str) -> bool:
    """Whether two names hold words for one country: "France", "the French president" and "Paris" do."""
    return bool(countries_in(one) & countries_in(other))


def countries_in(name: str) -> frozenset[str]:
    """The countries that a name's words may stand for, by their English names, whatever its case."""
    parts = _parts(name)
    known = _by_word()
    runs = (
        " ".join(parts[first : first + length])
        for length in range(1, _WORDS_MAX + 1)
        for first in range(len(parts) - length + 1)
    )
    return frozenset(country for run in runs for country in known.get(run, ()))


def same_country_names(name: str) -> frozenset[str]:
    """The words for the countries that a name's words may stand for: "france" and "paris" for "French".

    Codes that are also function words, such as "is" for Iceland, are left out.
    """
    countries = countries_in(name)
    return frozenset(word for word, named in _by_word().items() if named & countries and word not in FUNCTION_WORDS)


@cache
def _by_word() -> Mapping[str, frozenset[str]]:
    known: dict[str, set[str]] = {word: {country} for word, country in _ALSO_CALLED.items()}
    for country in all_countries():
        data = country.info()
        called = [data["name"], *data.get("altSpellings", []), data.get("demonym"), data.get("capital")]
        for word in (word for word in called if isinstance(word, str)):
            known.setdefault(" ".join(_parts(word)), set()).add(data["name"])
    known.pop("", None)
    return {word: frozenset(names) for word, names in known.items()}


def _parts(name: str) -> list[str]:
    """The words of a name, lower case: `us` of "U.S."."""
    return [word.replace(".", "") for word in words(name)]
