from __future__ import annotations

import pytest

from eval.data.sources import is_source, matching


@pytest.mark.parametrize(
    ("source", "gold", "same"),
    [
        ("/site/ingest/samples/summit.md", "summit.md", True),
        ("C:\\samples\\summit.md", "samples/summit.md", True),
        ("summit.md", "summit.md", True),
        ("/samples/nato-summit.md", "summit.md", False),
        ("articles.jsonl#p17", "p17", True),
        ("p17", "p1", False),
        ("summit.md", "", False),
        ("./a/b.md", "./b.md", True),
    ],
)
def test_a_gold_source_is_whole_or_a_tail_after_a_separator(source: str, gold: str, same: bool) -> None:
    assert is_source(source, gold) is same


def test_the_first_gold_source_that_matches() -> None:
    assert matching("/x/b.md", ["a.md", "b.md"]) == "b.md"
    assert matching("/x/c.md", ["a.md", "b.md"]) is None
