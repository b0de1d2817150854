"""Questions for the reader, edited so that a passage no longer answers them, or made by rule from text."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from eval.training.edits import (
    YEAR,
    Edit,
    find_names,
    negate,
    replace_span,
    swap_antonym,
    swap_date,
    swap_name,
    swap_number,
    swap_ordinal,
    swap_roles,
)

_TIME_WORDS = re.compile(
    r"\d{3,4}|\b(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"\w+day|ago|century|after|before|during|when|while|until|since|later|years?|now|then|once|today|time)\b"
)
_STOPWORDS = frozenset({
    "a", "an", "the", "of", "in", "on", "at", "to", "for", "from", "by", "with", "and", "or", "is", "are",
    "was", "were", "be", "been", "being", "do", "does", "did", "has", "have", "had", "what", "who",
    "whom", "whose", "which", "when", "where", "why", "how", "that", "this", "it", "its", "he", "she",
    "they", "his", "her", "their", "there", "as", "not", "many", "much", "kind", "type", "name", "called",
    "one",
})  # fmt: skip


def content_words(text: str) -> set[str]:
    """Return the content words of a text in lower case."""
    return {w for w in re.findall(r"\w+", text.lower()) if w not in _STOPWORDS}


YES_NO_EDITS = frozenset({"name", "verb"})
"""Edits that leave a yes/no question open; after the others the passage still answers it, with "no"."""


def edit_question(
    question: str, passage: str, names: Sequence[str], rng: random.Random, only: frozenset[str] = frozenset()
) -> tuple[str, Edit] | None:
    """Return the question changed so that the passage no longer answers it, with the kind of the change.

    `only` names the kinds to choose from; empty means all.
    """
    local = [passage[a:b] for a, b in find_names(passage)]
    rules: list[tuple[str, Callable[[], Edit | None]]] = [
        ("name", lambda: swap_name(question, local if rng.random() < 0.6 else names, rng)),
        ("name", lambda: _swap_lowered_name(question, passage, names, rng)),
        ("number", lambda: swap_number(question, rng)),
        ("date", lambda: swap_date(question, rng)),
        ("ordinal", lambda: swap_ordinal(question, rng)),
        ("antonym", lambda: swap_antonym(question, rng)),
        ("antonym", lambda: swap_antonym(question, rng)),
        ("roles", lambda: swap_roles(question, rng)),
        ("when", lambda: _ask_when(question, passage)),
        ("verb", lambda: _swap_verb(question, passage, rng)),
    ]
    if rng.random() < 0.3:
        rules.append(("negation", lambda: negate(question, rng)))
    rng.shuffle(rules)
    for kind, rule in rules:
        edit = rule() if not only or kind in only else None
        if edit is not None and edit.text != question:
            return kind, edit
    return None


def _swap_lowered_name(question: str, passage: str, names: Sequence[str], rng: random.Random) -> Edit | None:
    """Change one name of the passage that the question writes in lower case to another name."""
    found = {
        match.span()
        for start, end in find_names(passage)
        for match in re.finditer(rf"\b{re.escape(passage[start:end].lower())}\b", question)
    }
    if not found:
        return None
    span = rng.choice(sorted(found))
    taken = set(re.findall(r"\w+", question.lower()))
    others = [n.lower() for n in rng.sample(names, 20) if not taken & set(re.findall(r"\w+", n.lower()))]
    return replace_span(question, span, rng.choice(others)) if others else None


def _ask_when(question: str, passage: str) -> Edit | None:
    """Ask for the time where the passage states none."""
    match = re.match(r"(Where|Why|How) (?=is |was |are |were |did |does |do |has |had |will )", question)
    if match is None or _TIME_WORDS.search(passage):
        return None
    return Edit("When " + question[match.end() :], match.group(1), "When")


_VERBS = [
    "described", "introduced", "founded", "discovered", "invented", "published", "criticized", "defeated",
    "married", "arrested", "appointed", "funded", "designed", "translated", "directed", "painted", "sued",
    "fired", "replaced", "rescued", "visited", "attacked", "banned", "purchased", "inspected", "recorded",
    "produced", "elected", "nominated", "photographed", "interviewed", "murdered", "abandoned",
    "celebrated", "recommended", "destroyed", "repaired", "inherited", "borrowed", "ignored", "praised",
    "warned", "threatened", "copied", "measured",
]  # fmt: skip


def _swap_verb(question: str, passage: str, rng: random.Random) -> Edit | None:
    """Change one past form of the question to another that the passage does not use."""
    found = [m for m in re.finditer(r"\b[a-z]{3,}ed\b", question) if m.group() not in {"used", "called", "named"}]
    if not found:
        return None
    match = rng.choice(found)
    new = rng.choice([v for v in _VERBS if v not in passage and v not in question])
    return Edit(question[: match.start()] + new + question[match.end() :], match.group(), new)


def ask_claim(claim: str) -> str | None:
    """Return a claim as a yes/no question: "X was born in Y." → "Was X born in Y?"; None if no rule fits."""
    match = re.match(
        r"((?:[A-Z][\w'’.-]*|of|the|and|\([^)]*\))(?: (?:[A-Z0-9][\w'’.-]*|of|the|and|\([^)]*\)))*) "
        r"(is|was|are|were|has been|has|will|can|did)\b (.+?)\.?$",
        claim,
    )
    if match is None:
        return None
    subject, verb, rest = match.groups()
    if verb == "has been":
        verb, rest = "has", f"been {rest}"
    elif verb == "has":
        verb = "does" if not re.match(r"\w+ed\b|never|not|won|had|made|been", rest) else "has"
        rest = f"have {rest}" if verb == "does" else rest
    return f"{verb.capitalize()} {subject} {rest}?"


_CLAUSE_VERB = re.compile(
    r" (was|were|is|are|became|won|made|wrote|directed|founded|led|played|served|joined|said|announced|"
    r"killed|took|gave|signed|published|released|received|lost|built|designed|produced|moved|died|held|ran|began|"
    r"has|had) "
)


def question_by_rule(sentence: str, rng: random.Random) -> tuple[str, str] | None:
    """Return a question that the sentence answers, with the answer's words; None if no rule fits.

    Years become "what year", numbers before a plural "how many", and a leading name "who" or "what".
    """
    if not 6 <= len(sentence.split()) <= 26 or sentence[-1] != "." or '"' in sentence or "(" in sentence:
        return None
    clause = re.split(r"[;:]|, (?:and|but|which|who|where|while|although)\b", sentence.rstrip("."))[0]
    options: list[tuple[str, str]] = []
    verb = _CLAUSE_VERB.search(clause)
    subject = clause[: verb.start()] if verb else ""
    if verb and 1 <= len(subject.split()) <= 6 and "," not in subject and len(clause.split()) > 5:
        named = bool(find_names(subject))
        wh = "Who" if named and rng.random() < 0.5 else ("Which one" if rng.random() < 0.15 else "What")
        options.append((wh + clause[verb.start() :] + "?", subject))
    year = YEAR.search(clause)
    if year and re.search(r"\bin $", clause[: year.start()]) and not re.match(r"\s*[–-]", clause[year.end() :]):
        options.append((clause[: year.start()] + "what year" + clause[year.end() :] + "?", year.group()))
    many = re.search(r"(?<![\w.,$£€])(\d[\d,]*|two|three|four|five|six|seven|eight|nine|ten) (?=[a-z]+s\b)", clause)
    if many:
        options.append((clause[: many.start()] + "how many " + clause[many.end() :] + "?", many.group(1)))
    by = re.search(r" by ", clause)
    if by:
        name = next(((a, b) for a, b in find_names(clause) if a == by.end()), None)
        if name:
            asked = clause[: by.end()] + "whom" + clause[name[1] :]
            options.append((asked + "?", clause[name[0] : name[1]]))
    options = [(q[0].upper() + q[1:], a) for q, a in options if len(content_words(q)) >= 3]
    return rng.choice(options) if options else None
