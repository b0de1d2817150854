"""Rows are read strictly and split by page."""

import json
from pathlib import Path

import pytest

from eval.training.errors import TrainingDataError
from eval.training.pairs import Pair, read_rows, share_of, split_pairs


def _pair(page: str, first: str) -> Pair:
    return Pair(first=first, second="text", label=0, kind="test/kind", page=page)


def test_a_page_is_never_on_both_sides() -> None:
    pairs = [_pair(f"page {i % 50}", f"question {i}") for i in range(500)]
    train, dev = split_pairs(pairs, 0.3)
    assert len(train) + len(dev) == 500
    assert dev
    assert not {p.page for p in train} & {p.page for p in dev}


def test_repeated_texts_are_dropped() -> None:
    train, dev = split_pairs([_pair("a", "same"), _pair("b", "same")], 0.3)
    assert len(train) + len(dev) == 1


def test_the_share_of_a_page_is_the_same_each_time() -> None:
    assert share_of("a page") == share_of("a page") != share_of("another")
    assert 0 <= share_of("a page") < 1


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps({"a": 1}) + "\n{broken\n")
    with pytest.raises(TrainingDataError, match="line 2"):
        list(read_rows(path))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingDataError, match=r"none\.jsonl"):
        list(read_rows(tmp_path / "none.jsonl"))
