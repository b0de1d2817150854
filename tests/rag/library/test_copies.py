"""Patterns: reports of one pattern are told apart, and a copy of one stays a copy, whatever newsrooms do to it."""

from __future__ import annotations

import random
from itertools import combinations
from pathlib import Path

import pytest

import ingest
from eval.training.copy_threshold import EDITS
from eval.training.report_patterns import FRAME, PATTERNS
from rag.library.copies import is_copy, pattern
from rag.library.library import Library
from rag.library.minhash import SAME_STORY_MIN, resemblance
from tests.rag.build import add

SAMPLES = [Path(source).read_text(encoding="utf-8") for source in ingest.sample_sources()]


@pytest.mark.parametrize("name", PATTERNS)
def test_reports_of_one_pattern_are_told_apart(name: str) -> None:
    rng = random.Random(5)
    pairs = list(combinations([PATTERNS[name](rng) for _ in range(12)], 2))
    assert all(resemblance(*pair) >= SAME_STORY_MIN for pair in pairs)  # so their phrases alone don't tell them apart
    copies = [pair for pair in pairs if is_copy(*map(pattern, pair))]
    assert len(copies) <= len(pairs) * 0.05  # by chance, a few have the same names or numbers


@pytest.mark.parametrize("name", PATTERNS)
@pytest.mark.parametrize("edit", ["agency's line and end added", "last 30% cut off"])
def test_a_copy_of_a_report_stays_a_copy(name: str, edit: str) -> None:
    rng = random.Random(5)
    report = PATTERNS[name](rng)
    assert is_copy(pattern(report), pattern(EDITS[edit](report, rng)))


@pytest.mark.parametrize("edit", EDITS)
def test_edited_articles_are_copies(edit: str) -> None:
    rng = random.Random(5)
    assert all(is_copy(pattern(text), pattern(EDITS[edit](text, rng))) for text in SAMPLES)


def test_a_corrected_number_leaves_a_copy() -> None:
    report = PATTERNS["market"](random.Random(5))
    assert is_copy(pattern(report), pattern(report.replace("4 percent", "6 percent")))


def test_texts_in_one_frame_are_no_copies() -> None:
    sentences = [sentence for sample in SAMPLES for sentence in sample.split("\n\n") if len(sentence.split()) > 30]
    letters = [
        f"{FRAME}\n\n{first}\n\n{second}" for first, second in zip(sentences[::2], sentences[1::2], strict=False)
    ]
    pairs = [pair for pair in combinations(letters, 2) if resemblance(*pair) >= SAME_STORY_MIN]
    assert len(pairs) > 20
    assert not [pair for pair in pairs if is_copy(*map(pattern, pair))]


def test_a_blank_text_has_no_pattern_and_is_no_reason_to_fail() -> None:
    assert pattern(" ").words == frozenset()
    assert is_copy(pattern(" "), pattern("One 2 Three."))


def test_reports_of_one_pattern_are_stories_of_their_own_in_the_library(library: Library) -> None:
    rng = random.Random(7)
    reports = {f"week{n}": PATTERNS["market"](rng) for n in range(6)}
    ids = add(library, **reports, copy=f"{reports['week3']} Printed by our sister paper.")
    assert set(library.catalog.stories()) == {ids["week3"], ids["copy"]}
