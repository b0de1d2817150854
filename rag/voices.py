"""Voices: how many independent articles carry what an answer says; copies of one story are one voice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.answering import Composition
from rag.checking import hypothesis_of
from rag.evidence import surroundings
from rag.ports import ClaimChecker
from rag.records import Citation, Evidence
from rag.signals import coverage, has_negation, missing_names, missing_numbers

CARRIES_MIN = 0.8
"""A sentence with this share of a claim's words, all its numbers and names, and no other negation carries it."""

CLOSE_MIN = 0.5
"""One with at least this share is left to the claim checker."""

CHECKS_MAX = 4
"""So many sentences the checker reads for one answer, so that counting stays below a tenth of a second."""


def count_voices(
    question: str,
    composition: Composition,
    sentences: Sequence[Evidence],
    stories: Mapping[str, str],
    checker: ClaimChecker,
) -> Composition:
    """The answer, each citation with the number of independent articles that carry the first claim it stands under.

    Args:
        question: what was asked; a short claim ("14") is read together with it.
        composition: the answer.
        sentences: all sentences of the passages.
        stories: the story by article id.
        checker: judges the sentences that are close, at most `CHECKS_MAX`.
    """
    story_of = {citation.number: _story(citation, stories) for citation in composition.citations}
    voices: dict[int, int] = {}
    left = CHECKS_MAX
    for claim in composition.claims:
        own = {story_of[number] for number in claim.citations}
        carrying, left = _carrying(hypothesis_of(claim.text, question), own, sentences, stories, checker, left)
        for number in claim.citations:
            voices.setdefault(number, len(carrying))
    citations = [replace(each, carried_by=voices.get(each.number, 1)) for each in composition.citations]
    return replace(composition, citations=tuple(citations))


def _carrying(
    claim: str,
    own: set[str],
    sentences: Sequence[Evidence],
    stories: Mapping[str, str],
    checker: ClaimChecker,
    checks_left: int,
) -> tuple[set[str], int]:
    """The stories that carry a claim, `own` among them, and how many checks are left after it."""
    carrying = set(own)
    close: dict[str, list[tuple[float, Evidence]]] = defaultdict(list)
    for sentence in sentences:
        story = stories.get(sentence.article.id, sentence.article.id)
        if story in own or not _may_carry(claim, sentence):
            continue
        share = coverage(claim, sentence.quote)
        if share >= CARRIES_MIN:
            carrying.add(story)
        elif share >= CLOSE_MIN:
            close[story].append((share, sentence))
    for story in [story for story in close if story not in carrying][:checks_left]:
        _, best = max(close[story], key=lambda item: item[0])
        checks_left -= 1
        if checker.check(claim, [best]).verdict == "supported":
            carrying.add(story)
    return carrying, checks_left


def _may_carry(claim: str, sentence: Evidence) -> bool:
    """Whether a sentence has the claim's numbers, and its names there or around it, and negates as it does."""
    return (
        not missing_numbers(claim, sentence.quote)
        and has_negation(claim) == has_negation(sentence.quote)
        and coverage(claim, sentence.quote) >= CLOSE_MIN
        and not missing_names(claim, surroundings(sentence))
    )


def _story(citation: Citation, stories: Mapping[str, str]) -> str:
    return stories.get(citation.article_id, citation.article_id)
