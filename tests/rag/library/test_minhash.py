"""MinHash: phrases, resemblance, and signatures that estimate it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ingest
from rag.library.minhash import (
    MIN_PHRASES,
    SAME_STORY_MIN,
    bands,
    resemblance,
    shingles,
    signature,
    signature_resemblance,
)
from tests.rag.texts import numbered_sentences

SAMPLES = [Path(source).read_text(encoding="utf-8") for source in ingest.sample_sources()]


def test_phrases_are_runs_of_five_words_whatever_the_marks_between() -> None:
    assert shingles("One, two THREE – four; five six!") == {"one two three four five", "two three four five six"}
    assert shingles("One two") == {"one two"}
    assert shingles(" … ") == frozenset()


def test_resemblance_is_the_share_of_common_phrases() -> None:
    assert resemblance("a b c d e f", "a b c d e g") == pytest.approx(1 / 3)
    assert resemblance("a b c", "") == 0.0


@given(st.integers(0, 40))
def test_a_signature_tells_the_resemblance_of_the_texts(n_dropped: int) -> None:
    whole, part = numbered_sentences(80), numbered_sentences(80 - n_dropped)
    estimate = signature_resemblance(signature(whole), signature(part))
    assert estimate == pytest.approx(resemblance(whole, part), abs=0.18)  # four standard errors


def test_signatures_are_what_they_were_since_they_are_stored() -> None:
    assert signature(numbered_sentences(80))[:12].hex() == "33004e0118514c01f28f3601"
    assert bands(signature(numbered_sentences(80)))[:2] == [9156580631935138103, 8858526375741049635]


def test_copies_share_a_band_and_different_articles_resemble_each_other_little() -> None:
    signatures = [signature(sample) for sample in SAMPLES]
    for one in range(len(SAMPLES)):
        for two in range(one):
            assert signature_resemblance(signatures[one], signatures[two]) < SAME_STORY_MIN / 2
        copy = signature(SAMPLES[one][: len(SAMPLES[one]) * 6 // 10])
        assert signature_resemblance(signatures[one], copy) >= SAME_STORY_MIN
        assert set(bands(signatures[one])) & set(bands(copy))


def test_a_short_text_has_no_signature_and_so_no_copies() -> None:
    assert signature(" ".join(f"word{n}" for n in range(MIN_PHRASES + 3))) == b""
    assert signature(" ".join(f"word{n}" for n in range(MIN_PHRASES + 4))) != b""
    assert bands(b"") == [] and signature_resemblance(b"", b"") == 0.0
