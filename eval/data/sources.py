"""The rule by which an article's source, as ingest shows it, matches the gold source that a data set names."""

from __future__ import annotations

from collections.abc import Iterable


def is_source(source: str, gold: str) -> bool:
    """Return whether `source` is `gold` or ends with it after a separator (a slash, a backslash, `#` or `:`).

    For example, `summit.md` matches `/somewhere/samples/summit.md`, wherever the package is installed, and a record's
    id matches `articles.jsonl#id`. An empty gold source matches nothing.
    """
    if not gold:
        return False
    source, gold = source.replace("\\", "/"), gold.replace("\\", "/").removeprefix("./")
    return source == gold or (source.endswith(gold) and source[: -len(gold)][-1] in "/#:")


def missing_golds(golds: Iterable[str], sources: Iterable[str]) -> list[str]:
    """Return the gold sources that no source matches, each once, in their order."""
    there = list(sources)
    return [gold for gold in dict.fromkeys(golds) if not any(is_source(source, gold) for source in there)]


def matching(source: str, golds: Iterable[str]) -> str | None:
    """Return the first of the gold sources that `source` matches, or None."""
    return next((gold for gold in golds if is_source(source, gold)), None)
