"""Deterministic signals of support: numbers, names and words of a claim in its evidence, and negation.

Each takes the language of the article that it looks into (see `rag.text.languages`), or English where that is a question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from rag.text.languages import ENGLISH, is_english, table_of
from rag.text.words import WORD, content_stems, stem, words

_COUNTING = {**ENGLISH.units, **ENGLISH.tens, "dozen": 12}
_BEHIND_TENS = {**ENGLISH.units, **ENGLISH.ordinals}
_NUMBER = re.compile(
    r"(?<![\w.,])(?:[$€£¥]\s?)?(?P<digits>\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:\s?-?(?P<scale>hundred|thousand|million|billion|trillion|bn|mn|tn|[kmb](?![\w])))?"
    r"(?:st|nd|rd|th|s)?(?![\w])",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w])")
"""Where it isn't known which mark parts thousands: 1.000 and 1,000 are the same digits."""

_MONTH_SHORT = {month[:3]: month for month in ENGLISH.months} | {"sept": "september"}
_ASKS_FOR = re.compile(r"\b(?:what|which)\s+$", re.IGNORECASE)
"""Before a number: "which two cities" counts what is asked for, as the evidence need not."""

_LINKING_WORDS = frozenset({"of", "for", "and", "the", "on", "in"})
_SENTENCE_END = re.compile(r"[.!?:]['\"”’)]*\s+$|^\W*$|\n\s*$|[“\"‘(]\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """How a claim compares with its evidence.

    Attributes:
        coverage: share of the claim's distinct content stems that stand in the evidence, 0 to 1; 1 without any.
        bigrams: share of the claim's pairs of neighbouring words that are neighbours in the evidence; 1 without any.
        facts: share of the claim's names and numbers that stand in the evidence; 1 without any.
        missing_numbers: numbers of the claim that the evidence lacks, as written.
        missing_names: names of the claim that neither the evidence nor its surroundings hold, as written.
    """

    coverage: float
    bigrams: float
    facts: float
    missing_numbers: tuple[str, ...]
    missing_names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberMention:
    """A number of a text: as written, its value with the magnitude, and its half-open place."""

    written: str
    value: float
    start: int
    end: int


def compare(claim: str, evidence: str, context: str = "", language: str = "en") -> Signals:
    """The signals of a claim over its evidence.

    Args:
        claim: one sentence.
        evidence: the sentences that it is cited with; numbers must stand here.
        context: what stands around the evidence (title, neighbours): names may stand here instead.
        language: the evidence's.
    """
    both = f"{evidence}\n{context}"
    lacking_numbers = missing_numbers(claim, evidence, language)
    lacking_names = missing_names(claim, both, language)
    n_facts = len({written for written, _ in numbers(claim, language)}) + len(set(names(claim, language)))
    return Signals(
        coverage=coverage(claim, both, language),
        bigrams=_bigram_coverage(claim, evidence),
        facts=1 - (len(lacking_numbers) + len(lacking_names)) / n_facts if n_facts else 1.0,
        missing_numbers=lacking_numbers,
        missing_names=lacking_names or missing_opening(claim, both, language),
    )


def _bigram_coverage(claim: str, evidence: str) -> float:
    wanted = set(pairwise(words(claim)))
    return len(wanted & set(pairwise(words(evidence)))) / len(wanted) if wanted else 1.0


def coverage(claim: str, evidence: str, language: str = "en") -> float:
    """Share of the claim's distinct content stems that stand in the evidence, 0 to 1; 1 for a claim without any.

    A number counts as covered when the evidence holds the same value in other words, an acronym when it holds the name.
    """
    wanted = set(content_stems(claim, language))
    if not wanted:
        return 1.0
    there = set(content_stems(evidence, language))
    left = wanted - there
    if not left:
        return 1.0
    values, acronyms = {value for _, value in numbers(evidence, language)}, _acronyms(evidence, language)
    covered = len(wanted) - sum(_value(word, language) not in values and word not in acronyms for word in left)
    return covered / len(wanted)


def numbers(text: str, language: str = "en") -> list[tuple[str, float]]:
    """The numbers of a text: (as written, value); magnitudes are multiplied in, `9.55bn` is 9.55e9.

    Number words count up to the nineties, with a magnitude behind them ("twenty million"). "one" alone doesn't
    count: it is more often a pronoun. In a language without a table a number's value is what its digits make.
    """
    return [(mention.written, mention.value) for mention in number_mentions(text, language)]


def number_mentions(text: str, language: str = "en") -> list[NumberMention]:
    """The numbers of a text with their places: those in digits, then those in words."""
    if not is_english(language):
        return [
            NumberMention(
                written=match.group(),
                value=float(re.sub(r"\D", "", match.group())),
                start=match.start(),
                end=match.end(),
            )
            for match in _DIGITS.finditer(text)
        ]
    found = []
    for match in _NUMBER.finditer(text):
        value = float(match["digits"].replace(",", ""))
        scale = (match["scale"] or "").lower()
        found.append(
            NumberMention(
                written=match.group().strip(),
                value=round(value * ENGLISH.scales.get(scale, 1.0), 6),
                start=match.start(),
                end=match.end(),
            )
        )
    matches = list(WORD.finditer(text.replace("-", " ")))
    tokens = [match.group().lower() for match in matches]
    for i, match in enumerate(matches):
        before = tokens[i - 1] if i else ""
        after = tokens[i + 1] if i + 1 < len(tokens) else ""
        spelled = _word_value(tokens[i], before, after)
        if spelled is not None:
            end = matches[i + 1].end() if after in ENGLISH.scales and tokens[i] in _COUNTING else match.end()
            found.append(NumberMention(written=match.group(), value=spelled, start=match.start(), end=end))
    return found


def _word_value(word: str, before: str, after: str) -> float | None:
    value = _COUNTING.get(word, ENGLISH.ordinals.get(word))
    if value is None:
        return None
    if word in ENGLISH.tens and 0 < _BEHIND_TENS.get(after, 0) < 10:
        return None  # counts with the word behind it
    if before in ENGLISH.tens and 0 < value < 10:
        value += ENGLISH.tens[before]
    elif word == "one" and after not in ENGLISH.scales:
        return None
    return float(value) * (ENGLISH.scales.get(after, 1.0) if word in _COUNTING else 1.0)


def _value(word: str, language: str) -> float | None:
    found = numbers(word, language)
    return found[0][1] if found else None


def missing_numbers(claim: str, evidence: str, language: str = "en") -> tuple[str, ...]:
    """The numbers of the claim whose value the evidence lacks, as written, without those that a question asks for."""
    there = {value for _, value in numbers(evidence, language)}
    told = [mention for mention in number_mentions(claim, language) if not _ASKS_FOR.search(claim[: mention.start])]
    return tuple(dict.fromkeys(mention.written for mention in told if mention.value not in there))


def names(text: str, language: str = "en") -> list[str]:
    """The name-like words of a text in order: capitalised inside a sentence, or all capitals, or months and days.

    A capitalised first word of a sentence is left out when it is a function word; a text all in capitals has none, nor
    has one in a language whose capitals aren't known to mark names.
    """
    table = table_of(language)
    if not table.capitals_are_names or text.upper() == text:
        return []
    found = []
    for match in WORD.finditer(text):
        word = match.group()
        if not word[0].isupper() or word.lower() in table.function_words or _plain(word) in _COUNTING:
            continue
        opens = bool(_SENTENCE_END.search(text[: match.start()])) or match.start() == 0
        if not opens or word[1:].lower() != word[1:] or _next_is_capital(text, match.end()):
            found.append(word)
    return found


def _next_is_capital(text: str, end: int) -> bool:
    following = WORD.match(text, end + 1) if end + 1 < len(text) and text[end] == " " else None
    return following is not None and following.group()[0].isupper()


def missing_names(claim: str, text: str, language: str = "en") -> tuple[str, ...]:
    """The names of the claim that the text lacks, as written; `SCO` is found in its full name and the reverse."""
    named = names(claim, language)
    if not named:
        return ()
    plain_words = {_plain(word) for word in words(text)}
    there = {stem(word) for word in plain_words} | {_MONTH_SHORT.get(word, word) for word in plain_words}
    acronyms = _acronyms(text, language)
    missing = []
    claim_acronyms = {initials: full for initials, full in _acronyms_with_words(claim)}
    explained = {word for initials, full in claim_acronyms.items() if initials in there for word in full}
    for name in named:
        plain = _plain(name)
        plain = _MONTH_SHORT.get(plain, plain)
        if stem(plain) in there or plain in there or plain in acronyms or plain in explained:
            continue
        missing.append(name)
    return tuple(dict.fromkeys(missing))


def missing_opening(claim: str, text: str, language: str = "en") -> tuple[str, ...]:
    """The first word of the claim, when it may be a name and the text lacks it: `names` can't tell there.

    A claim mostly opens with what it speaks of, so a text that lacks the word doesn't support it either way.
    """
    table, first = table_of(language), WORD.search(claim)
    if not table.capitals_are_names or first is None or not first.group()[0].isupper() or claim.upper() == claim:
        return ()
    word = _plain(first.group())
    known = word in table.function_words or word in table.openers or word.endswith("ly") or word in _COUNTING
    there = {stem(_plain(other)) for other in words(text)}
    return () if known or stem(word) in there else (first.group(),)


def has_negation(text: str, language: str = "en") -> bool:
    """Whether the text negates: an odd number of negating words would need parsing, so any counts.

    False in a language without a table.
    """
    negations = table_of(language).negations
    return bool(negations) and any(word in negations or word.endswith("n't") for word in words(text))


def is_date_word(word: str) -> bool:
    """Whether a word names a month or a day of the week in English."""
    plain = _plain(word)
    return plain in ENGLISH.months or plain in _MONTH_SHORT or plain in ENGLISH.weekdays


def _acronyms(text: str, language: str) -> set[str]:
    if not table_of(language).capitals_are_names:
        return set()
    return {initials for initials, _ in _acronyms_with_words(text)}


def _acronyms_with_words(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """Initials of runs of two to six capitalised words, with the words; small words inside a run are skipped."""
    runs: list[list[str]] = [[]]
    end = 0
    for match in WORD.finditer(text):
        word = match.group()
        if text[end : match.start()].strip(" -\u2019'"):
            runs.append([])
        if word[0].isupper():
            runs[-1].append(word)
        elif word not in _LINKING_WORDS:
            runs.append([])
        end = match.end()
    found = []
    for run in runs:
        for first in range(len(run)):
            for last in range(first + 2, min(first + 6, len(run)) + 1):
                part = run[first:last]
                found.append(("".join(word[0] for word in part).lower(), tuple(_plain(word) for word in part)))
    return found


def _plain(word: str) -> str:
    return re.sub(r"['’]s?$", "", word.lower()).replace(".", "")
