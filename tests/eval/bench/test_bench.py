from __future__ import annotations

from pathlib import Path

import pytest

from eval.bench.figures import Figure, percentile, render_table, summarize
from eval.bench.synthetic import make_questions, write_articles


@pytest.mark.parametrize(("share", "value"), [(0.0, 1.0), (0.5, 5.0), (0.95, 10.0), (0.9, 9.0), (1.0, 10.0)])
def test_percentile_is_the_nearest_rank(share: float, value: float) -> None:
    assert percentile([10.0, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0], share) == value


def test_table_shows_median_and_spread() -> None:
    figures = [
        Figure(name="search", unit="ms", values=(12.0, 1500.0, 11.0), aim="under 60"),
        Figure(name="memory", unit="MB", values=(2.5,)),
    ]

    assert render_table(figures).splitlines()[1:] == [
        "search    12.0  11.0 to 1,500  ms    under 60",
        "memory    2.50                 MB",
    ]
    assert summarize(figures[0]) == {
        "name": "search",
        "unit": "ms",
        "median": 12.0,
        "min": 11.0,
        "max": 1500.0,
        "n": 3,
        "aim": "under 60",
    }


def test_made_up_articles_repeat_by_number_and_differ_otherwise(tmp_path: Path) -> None:
    first = [path.read_text() for path in write_articles(tmp_path / "a", 0, 3)]
    again = [path.read_text() for path in write_articles(tmp_path / "b", 1, 2)]

    assert again == first[1:]
    assert len(set(first)) == 3


def test_questions_repeat_and_differ() -> None:
    questions = make_questions(50, 40)

    assert questions == make_questions(50, 40)
    assert len(set(questions)) == 40
