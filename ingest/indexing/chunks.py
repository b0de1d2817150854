"""Chunks: spans of whole sentences of an article, none longer than the embedding model reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.cleaning.canonical import is_heading, is_list_item
from rag.errors import SettingsError
from rag.ports import TokenCounter
from rag.records import Article, Chunk
from rag.text.sentences import sentence_spans
from rag.text.tables import table_header

WELL_FILLED = 0.6
"""From this share of the budget on, a chunk ends with a paragraph rather than within the next one."""

TITLE_SHARE = 4
"""The title, and the header of a table, each take at most one in this many of the embedding's tokens."""

FITTED_LINES_MAX = 100


def embedding_text(article: Article, chunk_text: str, title: str | None = None, header: str = "") -> str:
    """Return the text that is embedded for a chunk: a line with the title, a line with a table's header, the chunk.

    For a chunk that opens with the title, or with the sentence that the title was cut from, the title is left out.

    Args:
        article: holds the title.
        chunk_text: the chunk's text.
        title: the title as `Chunker.embedding_text` has fitted it, instead of the article's whole one.
        header: of the table whose rows the chunk begins with, if it doesn't begin with the header itself.
    """
    title = article.title if title is None else title
    chunk_text = f"{header}\n{chunk_text}" if header else chunk_text
    if not title or chunk_text.startswith(title.rstrip("…")):
        return chunk_text
    return f"{title}\n{chunk_text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unit:
    """A part that chunks are made of: a sentence, or a piece of one that is over the limit by itself.

    Attributes:
        tokens: without special tokens.
        opens: 2 for the first unit of a section (a heading), 1 for the first of a paragraph, 0 for others.
        leads: belongs with the next unit: a heading, or a line that announces a list.
        whole: True for a sentence, False for a piece of one.
    """

    start: int
    end: int
    tokens: int
    opens: int
    leads: bool
    whole: bool


class Chunker:
    """Splits articles into chunks; the same article and parameters always give the same chunks."""

    def __init__(self, counter: TokenCounter, max_tokens: int, overlap_sentences: int = 1) -> None:
        """Take the limits.

        Args:
            counter: counts the tokens of the embedding model.
            max_tokens: of the longest embedding text, including title and special tokens.
            overlap_sentences: sentences that a chunk repeats from the one before, within a section.

        Raises:
            SettingsError: the model reads less than `max_tokens`, and would silently cut what is longer.
        """
        if max_tokens > counter.max_tokens:
            raise SettingsError(
                f"chunk_tokens is {max_tokens}, but the embedding model reads at most {counter.max_tokens}; "
                f"set chunk_tokens to {counter.max_tokens} or less"
            )
        self._counter = counter
        self._max_tokens = max_tokens
        self._overlap_sentences = overlap_sentences
        self._special_tokens = counter.count_tokens([""])[0]
        self._fitted_lines: dict[str, str] = {}

    def embedding_text(self, article: Article, chunk_text: str, start: int = 0) -> str:
        """Return the text that is embedded for a chunk; a title or header over a quarter of the limit is cut.

        Args:
            article: holds the chunk.
            chunk_text: the chunk's text.
            start: where it starts in the article; rows of a table get the table's header.
        """
        header = self._fitted(table_header(article.text, start))
        return embedding_text(article, chunk_text, self._fitted(article.title), header)

    def chunk(self, article: Article) -> list[Chunk]:
        """Return the article's chunks in order; blank text gives none.

        Spans start and end with a sentence; only a sentence that is over the limit by itself is cut, at white space if
        it has any. Together they cover every character but white space, and both their starts and their ends increase.
        No chunk ends with a heading, unless the heading and the next sentence together are over the limit.

        Raises:
            SettingsError: the limit is too small for a single word.
        """
        budget = self._max_tokens - self._count([f"{self._fitted(article.title)}\n"])[0]
        budget -= self._special_tokens
        while budget > 0:
            chunks = self._chunks(article, budget)
            texts = [self.embedding_text(article, chunk.text, chunk.start) for chunk in chunks]
            over = max(self._counter.count_tokens(texts), default=0) - self._max_tokens if texts else 0
            if over <= 0:
                return chunks
            budget -= over  # for some tokenizers, a text has more tokens than its sentences together
        raise SettingsError(f"chunk_tokens is {self._max_tokens}, too few to hold a word; raise it")

    def _chunks(self, article: Article, budget: int) -> list[Chunk]:
        units = self._units(article, budget)
        chunks = []
        for position, (first, end) in enumerate(self._spans(units, budget)):
            start, stop = units[first].start, units[end - 1].end
            chunks.append(
                Chunk(
                    id=f"{article.id}:{article.version}:{start}-{stop}",
                    article_id=article.id,
                    version=article.version,
                    position=position,
                    start=start,
                    end=stop,
                    text=article.text[start:stop],
                )
            )
        return chunks

    def _spans(self, units: Sequence[_Unit], budget: int) -> Iterator[tuple[int, int]]:
        """Yield half-open ranges of units, each with at least one unit that the ranges before it lack."""
        first = covered = 0
        while covered < len(units):
            end, tokens = covered, sum(unit.tokens for unit in units[first:covered])
            while end < len(units) and (end == covered or tokens + units[end].tokens <= budget):
                tokens += units[end].tokens
                end += 1
            if end < len(units):
                end = _good_end(units, first, covered, end, budget)
            yield first, end
            first, covered = self._next_first(units, first, end, budget), end

    def _next_first(self, units: Sequence[_Unit], first: int, end: int, budget: int) -> int:
        """Return where the next range begins: some sentences back, if the units that must follow still fit."""
        if end == len(units) or units[end].opens == 2:
            return end
        needed_end = end
        while needed_end < len(units) - 1 and units[needed_end].leads:
            needed_end += 1
        needed = sum(unit.tokens for unit in units[end : needed_end + 1])
        back = end
        for candidate in range(end - 1, max(first, end - self._overlap_sentences - 1), -1):
            needed += units[candidate].tokens
            if needed > budget or not units[candidate].whole:
                break
            back = candidate
            if units[candidate].opens == 2:
                break
        return back

    def _units(self, article: Article, budget: int) -> list[_Unit]:
        text = article.text
        spans = sentence_spans(text, article.language or "en")
        counts = self._count([text[start:end] for start, end in spans])
        units = []
        for at, ((start, end), tokens) in enumerate(zip(spans, counts, strict=True)):
            before = text[spans[at - 1][1] : start] if at else "\n\n"
            after = text[end : spans[at + 1][0]] if at + 1 < len(spans) else ""
            heading = "\n\n" in before and "\n\n" in after and is_heading(text[start:end])
            announces = text[end - 1] == ":" and is_list_item(text[end:].lstrip()[:10])
            for number, (piece_start, piece_end, piece_tokens) in enumerate(
                self._pieces(text, start, end, budget) if tokens > budget else [(start, end, tokens)]
            ):
                units.append(
                    _Unit(
                        start=piece_start,
                        end=piece_end,
                        tokens=piece_tokens,
                        opens=0 if number else 2 if heading else 1 if "\n" in before else 0,
                        leads=heading or announces,
                        whole=tokens <= budget,
                    )
                )
        return units

    def _pieces(self, text: str, start: int, end: int, budget: int) -> list[tuple[int, int, int]]:
        """Split a span that is over the budget at white space, and inside words that are over it; return the pieces."""
        words = [(start + match.start(), start + match.end()) for match in re.finditer(r"\S+", text[start:end])]
        counts = self._count([text[slice(*word)] for word in words])
        pieces: list[tuple[int, int, int]] = []
        for (word_start, word_end), tokens in zip(words, counts, strict=True):
            if tokens > budget and word_end - word_start > 1:
                middle = (word_start + word_end) // 2
                for half in ((word_start, middle), (middle, word_end)):
                    pieces += self._pieces(text, *half, budget)
            elif pieces and pieces[-1][2] + tokens <= budget:
                pieces[-1] = (pieces[-1][0], word_end, pieces[-1][2] + tokens)
            else:
                pieces.append((word_start, word_end, tokens))
        return pieces

    def _fitted(self, line: str) -> str:
        if line not in self._fitted_lines:
            if len(self._fitted_lines) > FITTED_LINES_MAX:
                self._fitted_lines.clear()
            self._fitted_lines[line] = self._fit(line)
        return self._fitted_lines[line]

    def _fit(self, line: str) -> str:
        limit = self._max_tokens // TITLE_SHARE
        if self._count([line])[0] <= limit:
            return line
        return line[slice(*self._pieces(line, 0, len(line), max(limit - 1, 1))[0][:2])] + "…"

    def _count(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text, without special tokens."""
        return [tokens - self._special_tokens for tokens in self._counter.count_tokens(texts)] if texts else []


def _good_end(units: Sequence[_Unit], first: int, covered: int, end: int, budget: int) -> int:
    """Return the best end of a range that could reach up to `end`, and must go beyond `covered`."""
    if not units[end].opens:
        tokens = sum(unit.tokens for unit in units[first:end])
        for candidate in range(end - 1, covered, -1):
            tokens -= units[candidate].tokens
            if tokens < WELL_FILLED * budget:
                break
            if units[candidate].opens:
                end = candidate
                break
    last = end
    while last - 1 > covered and units[last - 1].leads:
        last -= 1
    return end if units[last - 1].leads else last
