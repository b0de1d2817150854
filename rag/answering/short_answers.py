"""Short answers: puts the few words that a question asks for, such as "14" or "Temur Umarov", before the answer."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.answering.composing import Composition, claim_segment
from rag.checking.checker import VERBATIM, is_verbatim
from rag.text.names import is_date_word, names
from rag.text.numbers import number_mentions, numbers
from rag.text.questions import YEAR, asked_kind
from rag.text.words import FUNCTION_WORDS, WORD, content_stems, content_words, stem, words

SHORT_WORDS_MAX = 6

_ASKS_NAME = re.compile(
    r"^\W*(?:(?:by|in|at|to|for|from|on|with|of) )?(?:who|whom|whose|where"
    r"|(?:what|which) (?:city|country|state|team|club|company|party|person|man|woman|actor|actress|singer|band|group"
    r"|president|minister|king|queen|river|town|island|region|university|newspaper|agency|organi[sz]ation|airline|bank"
    r"|player|coach|director|author|writer|film|book|song|show|language|nation|continent|airport|hotel|school))\b",
    re.IGNORECASE,
)
_COUNTS = re.compile(r"\bhow many \w", re.IGNORECASE)
_NEARLY = re.compile(
    r"\b(?:almost|nearly|about|around|roughly|approximately|some|over|under|up to|at least|at most"
    r"|(?:more|less|fewer) than) (?:[$€£¥] ?)?$",
    re.IGNORECASE,
)
"""Words that belong to the number behind them: without "almost", the number would say more than the claim."""
_JOINING = frozenset("of the de von van der da di la le el al bin and in for".split())


def put_short_first(question: str, composition: Composition) -> Composition:
    """Return the answer with the few words that the question asks for on a line before it.

    These words occur in the first claim and in its quotes, and have its citations. Where no such words are found, and
    where the answer reports a conflict, it is left as it is.
    """
    if not composition.claims or composition.conflicts or composition.segments[0].claim != 0:
        return composition
    first = composition.claims[0]
    short = short_answer(question, first.text)
    quotes = [citation.quote for citation in composition.citations if citation.number in first.citations]
    if not short or short == first.text.rstrip(".") or not is_verbatim(short, quotes):
        return composition
    claims = (replace(first, text=short, score=1.0, reason=VERBATIM), *composition.claims)
    behind = [
        replace(segment, claim=None if segment.claim is None else segment.claim + 1, starts_line=place == 0)
        for place, segment in enumerate(composition.segments)
    ]
    return replace(composition, claims=claims, segments=(claim_segment(claims, 0), *behind))


def short_answer(question: str, claim: str) -> str:
    """Return the words of the claim that answer the question; "" where there is a doubt.

    The question must ask for a quantity, a time or a name. The answer is the only run of words in the claim that is of
    this kind and that the question lacks; with two such runs there is a doubt. Of 6,181 sentences that answer a natural
    question (QED), 912 give a short answer, and 840 of these are the answer or a part of it.
    """
    kind = asked_kind(question)
    if kind is None and (not _ASKS_NAME.search(question) or _asks_who_one_is(question)):
        return ""
    runs = _new_runs(question, claim)
    if kind == "quantity":
        fitting = _quantities(question, claim)
    elif kind == "time":
        fitting = [run for run in runs if any(word[0].isdigit() or is_date_word(word) for word in words(run))]
    else:
        fitting = [run for run in runs if names(f"of {run}")]
        fitting = [run for run in fitting if len(fitting) == 1 and _is_name(run, claim)]
    if len(fitting) != 1 or not 0 < len(words(fitting[0])) <= SHORT_WORDS_MAX:
        return ""
    return f"{fitting[0][0].upper()}{fitting[0][1:]}"


def _asks_who_one_is(question: str) -> bool:
    """Return whether a question asks who the named person is: "who is Yury Ushakov"."""
    named = {word for name in names(f"of {question}") for word in words(name)}
    return set(content_words(question)) <= named


def _new_runs(question: str, claim: str) -> list[str]:
    """Return the longest runs of words that the question lacks, without function words at their ends."""
    asked = set(content_stems(question)) | {stem(word) for word in words(question)}
    runs: list[list[re.Match[str]]] = [[]]
    for match in WORD.finditer(claim):
        word = words(match.group())[0]
        breaks = runs[-1] and re.search(r"[,;:.!?()“”\"—–]", claim[runs[-1][-1].end() : match.start()])
        if breaks and not (word[0].isdigit() and is_date_word(runs[-1][-2 if len(runs[-1]) > 1 else -1].group())):
            runs.append([])
        is_joining = match.group() in _JOINING and bool(runs[-1])
        if stem(word) not in asked and (word not in FUNCTION_WORDS or is_joining):
            runs[-1].append(match)
        elif runs[-1]:
            runs.append([])
    found = []
    for run in runs:
        while run and words(run[-1].group())[0] in FUNCTION_WORDS:
            run.pop()
        if run:
            found.append(claim[run[0].start() : run[-1].end()])
    return found


def _quantities(question: str, claim: str) -> list[str]:
    """Return the numbers that the question lacks, as in "almost $5 million" or "14 dialogue partners".

    Each has a word such as "almost" before it, its currency sign, and up to two words of unit behind it. Years and the
    numbers of dates are left out.
    """
    asked = {value for _, value in numbers(question)}
    stems = {stem(word) for word in words(question)}
    found = []
    for mention in number_mentions(claim):
        before = words(claim[: mention.start])[-1:]
        if mention.value in asked or YEAR.fullmatch(mention.written) or (before and is_date_word(before[0])):
            continue
        unit = ""
        for match in re.finditer(r"(?: ?%|[ -][a-z]+)", claim[mention.end :]):
            word = match.group().strip(" -")
            if match.start() != len(unit) or word in FUNCTION_WORDS or stem(word) in stems or len(unit.split()) == 2:
                break
            unit += match.group()
        if unit and _COUNTS.search(question):
            continue  # it counts something else: "two men" doesn't answer "how many days"
        nearly = _NEARLY.search(claim[: mention.start])
        found.append(f"{claim[nearly.start() if nearly else mention.start : mention.end]}{unit}")
    return found


def _is_name(run: str, claim: str) -> bool:
    """Return whether a run of words is a name, perhaps behind a title: "foreign minister Subrahmanyam Jaishankar".

    An adverb or participle that opens a sentence is no name, nor is a date, nor a name with other words behind it.
    """
    if claim.startswith(run) and len(words(run)) == 1 and run.lower().endswith(("ly", "ing", "ed")):
        return False
    found = [name for name in names(f"of {run}") if not is_date_word(name)]
    if not found:
        return False
    behind = WORD.findall(run[run.index(found[0]) :])
    return all(not word[0].islower() or word in _JOINING for word in behind)
