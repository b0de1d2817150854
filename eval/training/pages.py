"""Pages of running text as lists of sentences, and windows of neighbouring sentences cut from them."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from eval.training.pairs import read_rows
from rag.text.sentences import sentence_spans

TEXT_FILES = (
    "text_wikipedia_fever.jsonl",
    "text_wikipedia_boolq.jsonl",
    "text_wikipedia_nq_paragraphs.jsonl",
)
_MIN_WORDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A titled text, split into sentences; `title` is "" where the source has no usable one."""

    id: str
    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageLibrary:
    """All pages, with an index from sentences and runs of words to their places."""

    pages: tuple[Page, ...]
    _places: Mapping[str, list[tuple[int, int]]] = field(repr=False)

    def find(self, text: str) -> tuple[Page, list[int]] | None:
        """Return the page that holds most sentences of `text`, with their positions in it; None if none does."""
        hits: dict[int, set[int]] = defaultdict(set)
        for sentence in split_sentences(text):
            for page, position in self._places.get(letters(sentence), ()):
                hits[page].add(position)
        if not hits:
            return None
        best = max(hits, key=lambda page: (len(hits[page]), -page))
        return self.pages[best], sorted(hits[best])


def letters(text: str) -> str:
    """Return the first 80 letters and digits of `text` in lower case; copies with other spacing get the same."""
    return re.sub(r"[\W_]+", "", text.lower())[:80]


def split_sentences(text: str) -> list[str]:
    """Return the sentences of `text` of at least four words."""
    return [s for start, end in sentence_spans(text) if len((s := text[start:end]).split()) >= _MIN_WORDS]


def build_library(pages: Sequence[Page]) -> PageLibrary:
    """Return the pages with an index of their sentences."""
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for number, page in enumerate(pages):
        for position, sentence in enumerate(page.sentences):
            places[letters(sentence)].append((number, position))
    return PageLibrary(tuple(pages), dict(places))


def load_pages(data: Path) -> list[Page]:
    """Return the Wikipedia pages of the data folder; paragraphs of one title become one page."""
    texts: dict[str, list[str]] = defaultdict(list)
    for name in TEXT_FILES:
        for row in read_rows(data / name):
            texts[row["title"]] += split_sentences(row["text"])
    return [
        Page(id=title.lower(), title=title, sentences=tuple(dict.fromkeys(sentences)))
        for title, sentences in texts.items()
        if len(sentences) > 1
    ]


def load_news_pages(data: Path) -> list[Page]:
    """Return documents of sentences (mostly Wikinews) in order; some sentences of a document may be missing."""
    documents: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for row in read_rows(data / "text_qamr_sentences.jsonl"):
        document, paragraph, sentence = row["title"].rsplit(":", 2)
        documents[document].append((int(paragraph), int(sentence), row["text"]))
    return [
        Page(id=document, title="", sentences=tuple(text for _, _, text in sorted(parts)))
        for document, parts in documents.items()
    ]


def cut_window(
    page: Page, position: int, rng: random.Random, *, max_words: int, without: Sequence[int] = ()
) -> list[int]:
    """Return the positions of a run of sentences around `position`, of random extent up to `max_words` words.

    Sentences in `without` are left out, as if the page did not have them.
    """
    banned = set(without)
    chosen = [position]
    words = len(page.sentences[position].split())
    target = rng.uniform(0.35, 1.0) * max_words
    left, right = position - 1, position + 1
    while True:
        sides = [side for side in (left, right) if 0 <= side < len(page.sentences)]
        if not sides:
            break
        side = rng.choice(sides)
        if side == left:
            left -= 1
        else:
            right += 1
        if side in banned:
            continue
        words += len(page.sentences[side].split())
        if words > target:
            break
        chosen.append(side)
    return sorted(chosen)


def join(page: Page, positions: Sequence[int]) -> str:
    """Return the sentences at the positions as running text."""
    return " ".join(page.sentences[p] for p in positions)
