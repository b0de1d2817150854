"""The built-in data set, held against the sample articles."""

from __future__ import annotations

from collections import Counter
from importlib import resources
from pathlib import Path

import pytest

from eval.data.questions import load_questions
from eval.data.sources import is_source
from eval.metrics.alias_containment import missing_groups
from eval.records import Question
from ingest import Document, sample_sources
from ingest.readers.files import read_file

QUESTIONS = load_questions(Path(str(resources.files("eval.datasets") / "samples.jsonl")))


@pytest.fixture(scope="module")
def articles() -> dict[str, str]:
    """The canonical text of each sample by source."""
    texts = {}
    for path in sample_sources():
        for document in read_file(path):
            assert isinstance(document, Document)
            texts[document.source] = document.text
    return texts


def test_all_kinds_are_there() -> None:
    kinds = Counter(question.kind for question in QUESTIONS)
    assert len(QUESTIONS) >= 60 and min(kinds.values()) >= 5 and len(kinds) == 5
    assert any(len(question.articles) > 1 for question in QUESTIONS if question.kind == "answerable")


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: str(question.id))
def test_gold_articles_exist_and_hold_the_evidence_and_it_the_answers(
    question: Question, articles: dict[str, str]
) -> None:
    golds = {gold: [source for source in articles if is_source(source, gold)] for gold in question.articles}
    assert all(len(sources) == 1 for sources in golds.values()), golds
    texts = [articles[sources[0]] for sources in golds.values()]
    for evidence in question.evidence:
        assert any(evidence in text for text in texts), evidence
    if question.evidence:
        assert not missing_groups(" ".join(question.evidence), question.answers)
    assert not (question.expects_answer and not question.evidence)
