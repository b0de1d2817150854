"""Deterministic signals of support: numbers, names and words of a claim in its evidence, and negation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from rag.words import FUNCTION_WORDS, WORD, content_stems, stem, words

_SMALL = dict(
    zip(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split(),
        range(20),
        strict=True,
    )
)
_TENS = dict(zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True))
_ORDINALS = {"first": 1} | dict(
    zip("third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), range(3, 13), strict=True)
)
"""Without "second", which is as often a unit of time."""

_UNITS = _SMALL | _TENS | {"dozen": 12}
_SCALES = {
    "hundred": 1e2,
    "thousand": 1e3,
    "k": 1e3,
    "million": 1e6,
    "mn": 1e6,
    "m": 1e6,
    "billion": 1e9,
    "bn": 1e9,
    "b": 1e9,
    "trillion": 1e12,
    "tn": 1e12,
}
_NUMBER = re.compile(
    r"(?<![\w.,])(?:[$€£¥]\s?)?(?P<digits>\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:\s?-?(?P<scale>hundred|thousand|million|billion|trillion|bn|mn|tn|[kmb](?![\w])))?"
    r"(?:st|nd|rd|th|s)?(?![\w])",
    re.IGNORECASE,
)
_MONTHS = "january february march april may june july august september october november december".split()
_MONTH_SHORT = {month[:3]: month for month in _MONTHS} | {"sept": "september"}
_WEEKDAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
_NEGATIONS = frozenset(
    """no not never none nobody nothing neither nor without cannot fail fails failed refuse refuses refused deny denies
    denied reject rejects rejected lack lacks lacked unlikely impossible""".split()
)
_HEDGE = re.compile(
    r"\b(?:may|might|could|perhaps|probabl[ye]|likely|possibl[ye]|potential(?:ly)?|reportedly|allegedly|alleged|expect(?:s|ed)"
    r"|hop(?:es|ed|ing)|rumou?red|apparently|plan(?:s|ned|ning)?|intends?|consider(?:s|ing)|propos(?:es|ed))\b"
)
"""Only in lower case: "May" is a month."""
_FUTURE = re.compile(
    r"\b(?:will|would|shall|soon|(?:is|are|was|were) (?:(?:due|set|about) )?to)\b|'ll\b", re.IGNORECASE
)
_ASKS_FOR = re.compile(r"\b(?:what|which)\s+$", re.IGNORECASE)
"""Before a number: "which two cities" counts what is asked for, as the evidence need not."""

_OPENERS = frozenset("yes no not according due despite based given compared like unlike".split())
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


def compare(claim: str, evidence: str, context: str = "") -> Signals:
    """The signals of a claim over its evidence.

    Args:
        claim: one sentence.
        evidence: the sentences that it is cited with; numbers must stand here.
        context: what stands around the evidence (title, neighbours): names may stand here instead.
    """
    both = f"{evidence}\n{context}"
    lacking_numbers, lacking_names = missing_numbers(claim, evidence), missing_names(claim, both)
    n_facts = len({written for written, _ in numbers(claim)}) + len(set(names(claim)))
    return Signals(
        coverage=coverage(claim, both),
        bigrams=_bigram_coverage(claim, evidence),
        facts=1 - (len(lacking_numbers) + len(lacking_names)) / n_facts if n_facts else 1.0,
        missing_numbers=lacking_numbers,
        missing_names=lacking_names or missing_opening(claim, both),
    )


def _bigram_coverage(claim: str, evidence: str) -> float:
    wanted = set(pairwise(words(claim)))
    return len(wanted & set(pairwise(words(evidence)))) / len(wanted) if wanted else 1.0


def coverage(claim: str, evidence: str) -> float:
    """Share of the claim's distinct content stems that stand in the evidence, 0 to 1; 1 for a claim without any.

    A number counts as covered when the evidence holds the same value in other words, an acronym when it holds the name.
    """
    wanted = set(content_stems(claim))
    if not wanted:
        return 1.0
    there = set(content_stems(evidence))
    left = wanted - there
    if not left:
        return 1.0
    values, acronyms = {value for _, value in numbers(evidence)}, _acronyms(evidence)
    covered = len(wanted) - sum(_value(word) not in values and word not in acronyms for word in left)
    return covered / len(wanted)


def numbers(text: str) -> list[tuple[str, float]]:
    """The numbers of a text: (as written, value); magnitudes are multiplied in, `9.55bn` is 9.55e9.

    Number words count up to the nineties, with a magnitude behind them ("twenty million"). "one" alone doesn't
    count: it is more often a pronoun.
    """
    return [(mention.written, mention.value) for mention in number_mentions(text)]


def number_mentions(text: str) -> list[NumberMention]:
    """The numbers of a text with their places: those in digits, then those in words."""
    found = []
    for match in _NUMBER.finditer(text):
        value = float(match["digits"].replace(",", ""))
        scale = (match["scale"] or "").lower()
        found.append(
            NumberMention(
                written=match.group().strip(),
                value=round(value * _SCALES.get(scale, 1.0), 6),
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
            end = matches[i + 1].end() if after in _SCALES and tokens[i] in _UNITS else match.end()
            found.append(NumberMention(written=match.group(), value=spelled, start=match.start(), end=end))
    return found


def _word_value(word: str, before: str, after: str) -> float | None:
    value = _UNITS.get(word, _ORDINALS.get(word))
    if value is None:
        return None
    if word in _TENS and 0 < (_SMALL | _ORDINALS).get(after, 0) < 10:
        return None  # counts with the word behind it
    if before in _TENS and 0 < value < 10:
        value += _TENS[before]
    elif word == "one" and after not in _SCALES:
        return None
    return float(value) * (_SCALES.get(after, 1.0) if word in _UNITS else 1.0)


def _value(word: str) -> float | None:
    found = numbers(word)
    return found[0][1] if found else None


def missing_numbers(claim: str, evidence: str) -> tuple[str, ...]:
    """The numbers of the claim whose value the evidence lacks, as written, without those that a question asks for."""
    there = {value for _, value in numbers(evidence)}
    told = [mention for mention in number_mentions(claim) if not _ASKS_FOR.search(claim[: mention.start])]
    return tuple(dict.fromkeys(mention.written for mention in told if mention.value not in there))


def names(text: str) -> list[str]:
    """The name-like words of a text in order: capitalised inside a sentence, or all capitals, or months and days.

    A capitalised first word of a sentence is left out when it is a function word; a text all in capitals has none.
    """
    if text.upper() == text:
        return []
    found = []
    for match in WORD.finditer(text):
        word = match.group()
        if not word[0].isupper() or word.lower() in FUNCTION_WORDS or _plain(word) in _UNITS:
            continue
        opens = bool(_SENTENCE_END.search(text[: match.start()])) or match.start() == 0
        if not opens or word[1:].lower() != word[1:] or _next_is_capital(text, match.end()):
            found.append(word)
    return found


def _next_is_capital(text: str, end: int) -> bool:
    following = WORD.match(text, end + 1) if end + 1 < len(text) and text[end] == " " else None
    return following is not None and following.group()[0].isupper()


def missing_names(claim: str, text: str) -> tuple[str, ...]:
    """The names of the claim that the text lacks, as written; `SCO` is found in its full name and the reverse."""
    plain_words = {_plain(word) for word in words(text)}
    there = {stem(word) for word in plain_words} | {_MONTH_SHORT.get(word, word) for word in plain_words}
    acronyms = _acronyms(text)
    missing = []
    claim_acronyms = {initials: full for initials, full in _acronyms_with_words(claim)}
    explained = {word for initials, full in claim_acronyms.items() if initials in there for word in full}
    for name in names(claim):
        plain = _plain(name)
        plain = _MONTH_SHORT.get(plain, plain)
        if stem(plain) in there or plain in there or plain in acronyms or plain in explained:
            continue
        missing.append(name)
    return tuple(dict.fromkeys(missing))


def missing_opening(claim: str, text: str) -> tuple[str, ...]:
    """The first word of the claim, when it may be a name and the text lacks it: `names` can't tell there.

    A claim mostly opens with what it speaks of, so a text that lacks the word doesn't support it either way.
    """
    first = WORD.search(claim)
    if first is None or not first.group()[0].isupper() or claim.upper() == claim:
        return ()
    word = _plain(first.group())
    known = word in FUNCTION_WORDS or word in _OPENERS or word.endswith("ly") or word in _UNITS
    there = {stem(_plain(other)) for other in words(text)}
    return () if known or stem(word) in there else (first.group(),)


def has_negation(text: str) -> bool:
    """Whether the text negates: an odd number of negating words would need parsing, so any counts."""
    return any(word in _NEGATIONS or word.endswith("n't") for word in words(text))


def says_more_surely(claim: str, evidence: str) -> bool:
    """Whether the evidence says that something may be or is still to come, and the claim that it is so."""
    return any(form.search(evidence) and not form.search(claim) for form in (_HEDGE, _FUTURE))


def is_date_word(word: str) -> bool:
    """Whether a word names a month or a day of the week."""
    plain = _plain(word)
    return plain in _MONTHS or plain in _MONTH_SHORT or plain in _WEEKDAYS


def _acronyms(text: str) -> set[str]:
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
