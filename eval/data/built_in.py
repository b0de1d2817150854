"""The data sets that come with Footnote, by name, with the articles that they ask about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ingest import sample_sources

DIRECTORY = Path(__file__).parent.parent / "datasets"


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltIn:
    """A data set of the package.

    Attributes:
        questions: its file.
        articles: the paths of the articles that it asks about.
    """

    questions: Path
    articles: Callable[[], list[str]]


def invented_sources() -> list[str]:
    """Return the paths of the articles about an invented company and an invented local election."""
    return [str(path) for topic in ("company", "election") for path in sorted((DIRECTORY / topic).glob("*.md"))]


BUILT_IN: dict[str, BuiltIn] = {
    "samples": BuiltIn(questions=DIRECTORY / "samples.jsonl", articles=sample_sources),
    "kinds": BuiltIn(
        questions=DIRECTORY / "kinds.jsonl",
        articles=lambda: [*sample_sources(), *invented_sources()],
    ),
}
