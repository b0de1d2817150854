"""Titles for articles that bring none."""

from __future__ import annotations

import pytest

from ingest.cleaning.titles import choose_title, headline, readable_name

LONG = "The leaders of eight countries met on Wednesday in the capital, and they spoke for most of the day. " * 2


def test_a_headline_wins_over_name_and_sentence() -> None:
    assert choose_title(f"Leaders meet\n\n{LONG}", "notes-from-astana.txt") == "Leaders meet"


def test_a_readable_name_wins_over_the_first_sentence() -> None:
    assert choose_title(LONG, "/tmp/2024-07-03_astana-summit_opens.txt") == "Astana summit opens"


def test_the_first_sentence_is_cut_at_a_word() -> None:
    title = choose_title(LONG, "000_b3752613440873f9.txt")
    assert title == "The leaders of eight countries met on Wednesday in the capital, and they spoke…"


def test_a_short_first_sentence_loses_only_its_full_stop() -> None:
    assert choose_title("It rained. Nobody came.") == "It rained"


@pytest.mark.parametrize(
    "name", ["document1.txt", "000_b3752613440873f9.txt", "scan 12.pdf", "article.html", "x y.md", ""]
)
def test_names_that_say_nothing_are_no_titles(name: str) -> None:
    assert readable_name(name) == ""


@pytest.mark.parametrize("first", ["By Jane Doe", "1 Introduction", "A sentence.", "- an item here", "Word"])
def test_first_lines_that_are_no_headlines(first: str) -> None:
    assert headline(f"{first}\n\n{LONG}") == ""


def test_a_short_line_over_short_lines_is_no_headline() -> None:
    assert headline("Roses are red\n\nViolets are blue") == ""


def test_blank_text_has_no_title() -> None:
    assert choose_title("") == ""
