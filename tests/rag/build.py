"""Records and libraries for the tests of the core, with values that a test doesn't care about filled in."""

from __future__ import annotations

from typing import Any

from ingest.indexing.writing import Indexer
from ingest.records import Document
from rag.library.library import Library
from rag.records import Article, Chunk, Passage, Turn, Window


def article(text: str = "Xi arrived in Astana on Tuesday.", **values: Any) -> Article:
    defaults: dict[str, Any] = {
        "id": "a1b2c3d4e5f60718",
        "source": "news/a.txt",
        "title": "The summit",
        "language": "en",
    }
    return Article(text=text, **{**defaults, **values})


def whole_chunk(of: Article, chunk_id: str = "") -> Chunk:
    """The chunk that is the article's whole text."""
    return Chunk(
        id=chunk_id or f"{of.id}:{of.version}:0-{len(of.text)}",
        article_id=of.id,
        version=of.version,
        position=0,
        start=0,
        end=len(of.text),
        text=of.text,
    )


def passage(text: str, rank: int = 1, **values: Any) -> Passage:
    """A passage that is its article's whole text."""
    whole = article(text, **values)
    return Passage(chunk=whole_chunk(whole), article=whole, score=1.0 / rank, rank=rank)


def evidence(quote: str, text: str = "", **values: Any) -> Window:
    """A window with this quote, out of an article that is nothing else unless a text is given."""
    whole = article(text or quote, **values)
    start = whole.text.index(quote)
    return Window(article=whole, start=start, end=start + len(quote))


def turn(question: str, answer: str = "") -> Turn:
    return Turn(question=question, answer=answer)


def add(library: Library, **texts: str) -> dict[str, str]:
    """Ingests texts under their names; gives the articles' ids by name."""
    with library.writing():
        indexer = Indexer(library)
        ids = {
            name: indexer.add(
                Document(source=f"news/{name}.txt", key=name, text=text, title=f"About {name}", language="en")
            )
            for name, text in texts.items()
        }
        indexer.flush()
    return ids


def publish(library: Library, name: str, text: str, publisher: str = "", published: str = "", title: str = "") -> None:
    """Ingests one English article."""
    with library.writing():
        indexer = Indexer(library)
        indexer.add(
            Document(
                source=f"news/{name}.txt",
                key=name,
                text=text,
                title=title or f"About {name}",
                publisher=publisher,
                published=published,
                language="en",
            )
        )
        indexer.flush()
