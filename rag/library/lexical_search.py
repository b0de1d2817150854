"""BM25 over the catalog's lexical indexes (SQLite FTS5), fast also in a large library.

FTS5 scores every row that holds any of the words, at one microsecond a row, and a common word occurs in most rows. So a
large index is searched by the question's rarest words. Their rows are scored by all the words, exactly as BM25 is
defined; only rows that hold nothing but common words are left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import sqlalchemy as sa

from rag.library import schema
from rag.library.lexical_words import spaced

ROWS_SCORED_MAX = 10_000
"""The largest number of rows that are scored for one search; those of the rarest word are always scored.

At 100,000 chunks and five words, of which three occur in a quarter of the chunks or more, chunks take 11 ms (95th
percentile) instead of 160, and their articles 5 instead of 36. On TIME, nDCG@10 of the fused search is
.756; with a tenth of its rows scored, it is .764; with a hundredth, .731."""


def search_rows(
    connection: sa.Connection, index: str, words: Sequence[str], top_k: int, articles: Sequence[str] | None = None
) -> list[tuple[str, float]]:
    """Return ids with BM25, best first, ties by id.

    Args:
        connection: a connection to the catalog.
        index: `chunks_fts`, which gives the ids of chunks, or `articles_fts`, which gives those of articles.
        words: plain words; each is quoted, so that no character is an operator.
        top_k: the largest number of ids.
        articles: the ids of the articles that are searched; None for all.
    """
    quoted = [f'"{spaced(word)}"' for word in (re.sub(r'["\x00]', " ", word).strip() for word in words) if word]
    if not quoted:
        return []
    rare, common = _split(connection, index, quoted)
    wanted = {"rare": _any_of(rare), "top_k": top_k}
    if articles is not None:
        every_word = {"rare": _any_of(quoted), "articles": json.dumps(list(articles))}
        found = connection.execute(schema.SEARCH_WITHIN[index], wanted | every_word)
        return [(row.id, row.score) for row in found]
    statement = schema.SEARCH[index]
    if common:
        wanted |= {
            "without": f"{_any_of(rare)} NOT {_any_of(common)}",
            "with": f"{_any_of(rare)} AND {_any_of(common)}",
        }
        statement = schema.SEARCH_BY_RARE[index]
    return [(row.id, row.score) for row in connection.execute(statement, wanted)]


def _split(connection: sa.Connection, index: str, quoted: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the rarest words, as many as have few enough rows to be scored but at least one, and the other words."""
    limit = ROWS_SCORED_MAX + 1
    n_rows = {
        word: connection.execute(schema.COUNT_ROWS[index], {"word": word, "limit": limit}).scalar_one()
        for word in dict.fromkeys(quoted)
    }
    rare: list[str] = []
    n_scored = 0
    for word in sorted(n_rows, key=lambda word: (n_rows[word], word)):
        if n_scored and n_scored + n_rows[word] > ROWS_SCORED_MAX:
            break
        rare.append(word)
        n_scored += n_rows[word]
    return rare, [word for word in n_rows if word not in rare]


def _any_of(words: Sequence[str]) -> str:
    return f"({' OR '.join(words)})"
