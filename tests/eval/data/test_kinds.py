"""The built-in data set of all kinds of questions, held against the articles that it asks about."""

from __future__ import annotations

from collections import Counter

import pytest

from eval.data.built_in import BUILT_IN, invented_sources
from eval.data.questions import load_questions
from eval.data.sources import is_source
from eval.metrics.alias_containment import missing_groups
from eval.records import UNCITED, Question
from ingest import Document
from ingest.readers.files import read_file
from rag.records import KINDS, Kind

QUESTIONS = load_questions(BUILT_IN["kinds"].questions)
LEAST: dict[Kind, int] = {
    "fact": 20,
    "yesno": 12,
    "list": 18,
    "explanation": 16,
    "overview": 16,
    "comparison": 12,
    "timeline": 10,
}
LEAST |= {"summary": 14, "library": 10, "talk": 6}


def read_articles(paths: list[str]) -> dict[str, Document]:
    documents = [document for path in paths for document in read_file(path)]
    return {document.source: document for document in documents if isinstance(document, Document)}


@pytest.fixture(scope="module")
def articles() -> dict[str, Document]:
    return read_articles(BUILT_IN["kinds"].articles())


def golds(question: Question, articles: dict[str, Document]) -> list[Document]:
    """The gold articles of a question, after a check that each of its sources matches just one."""
    found = [[source for source in articles if is_source(source, gold)] for gold in question.articles]
    assert all(len(sources) == 1 for sources in found), question.articles
    return [articles[sources[0]] for sources in found]


@pytest.mark.parametrize("path", invented_sources(), ids=lambda path: path.rpartition("/")[2])
def test_an_invented_article_has_all_its_metadata(path: str) -> None:
    (document,) = read_articles([path]).values()
    assert document.title and document.publisher and document.authors and document.language == "en"
    assert "2022-03" <= document.published <= "2024-01-31"
    assert 250 <= len(document.text.split()) <= 600


def test_the_invented_articles_come_from_several_publishers() -> None:
    publishers = Counter(document.publisher for document in read_articles(invented_sources()).values())
    assert sum(publishers.values()) == 20 and len(publishers) >= 7


def test_every_kind_of_answer_is_wanted_often_enough() -> None:
    wanted = Counter(question.wants for question in QUESTIONS if question.expects_answer and not question.history)
    wanted += Counter(question.wants for question in QUESTIONS if question.wants == "talk" and question.history)
    assert set(wanted) == set(KINDS)
    assert {name: n for name, n in LEAST.items() if wanted[name] < n} == {}


def test_follow_ups_unanswerable_questions_and_both_topics_are_there() -> None:
    kinds = Counter(question.kind for question in QUESTIONS)
    assert kinds["followup"] >= 10 and kinds["unanswerable"] + kinds["false_premise"] >= 12 and kinds["conflict"]
    topics = Counter(question.id.partition("-")[0] for question in QUESTIONS)
    assert topics["company"] >= 45 and topics["election"] >= 45


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: str(question.id))
def test_the_gold_articles_hold_the_evidence_and_the_facts(question: Question, articles: dict[str, Document]) -> None:
    texts = [document.text for document in golds(question, articles)]
    for evidence in question.evidence:
        assert any(evidence in text for text in texts), evidence
    if question.expects_answer and question.wants not in UNCITED:
        assert question.evidence and question.facts
        assert not missing_groups("\n".join(texts), question.facts)


def test_an_answer_from_the_catalog_has_titles_or_dates_of_articles_as_facts(articles: dict[str, Document]) -> None:
    for question in QUESTIONS:
        if question.wants == "library" and question.articles:
            known = [f"{document.title}\n{document.published}" for document in golds(question, articles)]
            assert not missing_groups("\n".join(known), question.facts), question.id
