"""Tables: every chunk of one is found and read with the table's header, and its span stays exact."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import ingest
from ingest.indexing.chunks import Chunker
from rag.integrations.langchain import _document
from rag.library.library import Library
from rag.serialization import render_search
from rag.settings import load_settings
from rag.text.tables import readable_text, table_header
from rag.wiring import build_chatbot, build_library
from tests.fakes import BagOfWordsEmbeddings
from tests.rag.build import article

NAMES = [f"{first}{last}" for first in ("Lom", "Har", "Ben", "Tarn", "Oss", "Wex") for last in ("wick", "by", "ton")]
ROWS = [(name, 1200 + 37 * n, f"Mayor{n}") for n, name in enumerate(NAMES)]
HEADER = ("Town", "Inhabitants", "Leader")


def as_csv() -> str:
    return "\n".join(",".join(map(str, row)) for row in (HEADER, *ROWS))


def as_markdown() -> str:
    lines = [HEADER, ("---",) * 3, *ROWS]
    return "Figures of the year.\n\n" + "\n".join(f"| {' | '.join(map(str, row))} |" for row in lines)


def as_html() -> str:
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in (HEADER, *ROWS))
    words = "The towns of the district and how many people live in each of them, as they were counted in the spring. "
    return f"<html><body><article><h1>Towns</h1><p>{words * 3}</p><table>{rows}</table></article></body></html>"


@pytest.fixture
def library(empty_home: Path) -> Iterator[Library]:
    opened = build_library(load_settings(chunk_tokens=48, llm="none"), embeddings=BagOfWordsEmbeddings())
    yield opened
    opened.close()


@pytest.mark.parametrize(("name", "write"), [("t.csv", as_csv), ("t.md", as_markdown), ("t.html", as_html)])
def test_each_chunk_of_a_table_is_found_by_its_header_and_read_with_it(
    library: Library, tmp_path: Path, name: str, write: Callable[[], str]
) -> None:
    (tmp_path / name).write_text(write())
    ingest.ingest([str(tmp_path / name)], library=library)
    chunks = library.catalog.chunks(library.catalog.chunk_ids())
    rows = {id_ for id_, (chunk, _) in chunks.items() if any(town in chunk.text for town in NAMES)}
    assert len(rows) >= 3
    assert {id_ for id_, _ in library.catalog.search_chunks(["Inhabitants", "Leader"], 100)} >= rows
    for id_ in rows:
        chunk, of = chunks[id_]
        assert of.text[chunk.start : chunk.end] == chunk.text
        assert readable_text(of, chunk).count("Inhabitants") == 1


def test_the_header_is_embedded_and_shown_beside_the_exact_text(library: Library, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(as_csv())
    ingest.ingest([str(tmp_path / "t.csv")], library=library)
    result = build_chatbot(library.settings, library=library).search(f"How many Inhabitants does {NAMES[-1]} have?", 3)
    last = next(passage for passage in result.passages if NAMES[-1] in passage.chunk.text)
    assert "inhabitants" in last.matched_words
    shown = next(each for each in render_search(result)["passages"] if NAMES[-1] in each["text"])
    assert (shown["header"], shown["text"]) == ("Town | Inhabitants | Leader", last.chunk.text)
    assert _document(last).metadata["header"] == "Town | Inhabitants | Leader"
    chunker = Chunker(BagOfWordsEmbeddings(), 48)
    assert "Inhabitants" in chunker.embedding_text(last.article, last.chunk.text, last.chunk.start)


def test_a_header_longer_than_its_share_is_cut_and_the_limit_kept() -> None:
    wide = " | ".join(f"column number {n}" for n in range(60))
    table = article("\n".join([wide, *(f"{name} | {n}" for name, n, _ in ROWS)]), title="Wide")
    embeddings = BagOfWordsEmbeddings()
    chunker = Chunker(embeddings, 48)
    texts = [chunker.embedding_text(table, chunk.text, chunk.start) for chunk in chunker.chunk(table)]
    assert max(embeddings.count_tokens(texts)) <= 48
    assert texts[-1].startswith("Wide\ncolumn number 0 |") and "…" in texts[-1]


@pytest.mark.parametrize(
    ("text", "at", "header"),
    [
        ("Town | Mayor\nOsset | Ott\nQuell | Roth", "Quell", "Town | Mayor"),
        ("Town | Mayor\nOsset | Ott", "Mayor", ""),
        ("A title\nTown | Mayor\nOsset | Ott", "Osset", "Town | Mayor"),
        ("One | Two\n\nOsset | Ott", "Osset", ""),
        ("Town | Mayor\nOsset | Ott\n\nOther words.", "Other", ""),
        ("Town | Mayor\nA note without cells", "note", ""),
        ("", "", ""),
    ],
)
def test_a_header_is_the_first_row_of_the_same_table(text: str, at: str, header: str) -> None:
    assert table_header(text, text.index(at)) == header
