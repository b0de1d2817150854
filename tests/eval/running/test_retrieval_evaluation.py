from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.data.beir import load_collection, write_articles
from eval.data.corpus import open_corpus
from eval.running.retrieval_evaluation import build_stages, render_retrieval_markdown, retrieval_report
from rag.errors import DatasetError
from rag.settings import load_settings
from tests.fakes import BagOfWordsEmbeddings, OverlapReranker

CORPUS = [
    {"_id": "1", "title": "Ferry", "text": "The ferry sank near the island. Nobody was hurt."},
    {"_id": "2", "title": "", "text": "The museum opened its doors in Mongolia."},
    {"_id": "3", "title": "Wheat", "text": "Wheat prices rose because the harvest failed."},
    {"_id": "4", "title": "", "text": " "},
]
QUERIES = [{"_id": "a", "text": "ferry island"}, {"_id": "b", "text": "museum Mongolia"}, {"_id": "c", "text": "x"}]


@pytest.fixture
def collection_dir(tmp_path: Path) -> Path:
    (tmp_path / "qrels").mkdir()
    for name, lines in (("corpus", CORPUS), ("queries", QUERIES)):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\na\t1\t1\nb\t2\t2\nc\t3\t0\n")
    return tmp_path


def test_a_collection_is_read_without_queries_that_have_nothing_relevant(collection_dir: Path) -> None:
    collection = load_collection(collection_dir)
    assert collection.queries == {"a": "ferry island", "b": "museum Mongolia"}
    assert collection.qrels["b"] == {"2": 2}
    assert write_articles(collection, collection_dir / "articles.jsonl") == 3


def test_stages_are_scored_side_by_side(collection_dir: Path) -> None:
    collection = load_collection(collection_dir)
    records = collection_dir / "articles.jsonl"
    write_articles(collection, records)
    folder = collection_dir / "library"
    with open_corpus(load_settings(), [str(records)], folder, embeddings=BagOfWordsEmbeddings()) as library:
        report = retrieval_report(collection, build_stages(library, OverlapReranker()), name="tiny")
    stages = ["dense", "lexical", "lexical, whole articles", "fused", "fused, 10 passages", "reranked"]
    assert list(report["stages"]) == stages
    assert report["stages"]["lexical"]["figures"]["nDCG@10"]["mean"] == 1
    assert report["stages"]["fused"]["rankings"]["a"][0] == "1"
    assert "| reranked | 1.000" in render_retrieval_markdown(report)


@pytest.mark.parametrize("line", ["a 1 1", "a\t1\tx", "a\t1"])
def test_a_wrong_judgement_is_named_with_its_line(collection_dir: Path, line: str) -> None:
    (collection_dir / "qrels" / "test.tsv").write_text(f"query-id\tcorpus-id\tscore\n{line}\n")
    with pytest.raises(DatasetError, match="line 2"):
        load_collection(collection_dir)


def test_a_document_without_id_is_named_with_its_line(collection_dir: Path) -> None:
    (collection_dir / "corpus.jsonl").write_text('{"_id": "1", "text": "x"}\n{"text": "y"}\n')
    with pytest.raises(DatasetError, match="line 2"):
        write_articles(load_collection(collection_dir), collection_dir / "out.jsonl")
