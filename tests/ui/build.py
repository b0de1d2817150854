"""Records for the tests of the views, with values that a test doesn't care about filled in."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from rag.records import Answer, Article, Chunk, Citation, Claim, Passage, Segment

TEXT = "Leaders met in Astana.\nThe SCO has 14 dialogue partners. It was founded in 2001."

HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(1)> [x](http://evil.example) ![](http://evil.example/y) "
    "\"><b onmouseover='a()'> ${7*7} {{constructor}} `code` &amp; </p></article> javascript:alert(1)"
)
"""Markup of every kind that must come out as text."""


def article(**values: Any) -> Article:
    defaults = {"id": "a1b2c3d4e5f60718", "source": "news/sco.txt", "text": TEXT, "title": "The summit"}
    return Article(**{**defaults, **values})


def citation(**values: Any) -> Citation:
    quote = "The SCO has 14 dialogue partners."
    defaults = {
        "number": 1,
        "article_id": "a1b2c3d4e5f60718",
        "version": 1,
        "title": "The summit",
        "publisher": "Daily",
        "published": "2024-07-03",
        "source": "news/sco.txt",
        "start": TEXT.index(quote),
        "end": TEXT.index(quote) + len(quote),
        "quote": quote,
    }
    return Citation(**{**defaults, **values})


def claim(text: str = "The SCO has 14 dialogue partners.", **values: Any) -> Claim:
    defaults: dict[str, Any] = {"verdict": "supported", "score": 0.9, "citations": (1,)}
    return Claim(text=text, **{**defaults, **values})


def segment(text: str = "The SCO has 14 dialogue partners.", **values: Any) -> Segment:
    defaults: dict[str, Any] = {"citations": (1,), "claim": 0}
    return Segment(text=text, **{**defaults, **values})


def passage(words: str = "The SCO has 14 dialogue partners.", **values: Any) -> Passage:
    """A passage that is its article's whole text, unless a `text` is given that starts with it."""
    whole = article(**{"text": words, **values})
    chunk = Chunk(
        id="c1",
        article_id=whole.id,
        version=whole.version,
        position=0,
        start=0,
        end=len(words),
        text=words,
    )
    return Passage(chunk=chunk, article=whole, score=0.5, rank=1)


def answer(**values: Any) -> Answer:
    defaults: dict[str, Any] = {
        "id": "q1",
        "question": "How many?",
        "standalone_question": "How many?",
        "verdict": "answered",
        "reason": "",
        "text": "The SCO has 14 dialogue partners. [1]",
        "segments": (segment(),),
        "claims": (claim(),),
        "citations": (citation(),),
        "passages": (passage(),),
        "timings_ms": {"first_citation": 120.0, "total": 2400.0},
    }
    return Answer(**{**defaults, **values})


class Seen(HTMLParser):
    """What a browser would make of a piece of HTML: its tags, attributes and text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open, f"left open: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag != "input":  # which has no end
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open and self._open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, name: str) -> list[str]:
        """All values of an attribute, in order."""
        return [value for key, value in self.attributes if key == name]


ALLOWED_TAGS = {
    *("article", "section", "header", "h2", "h3", "p", "q", "cite", "strong", "small", "span", "sup", "time"),
    *(
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "div",
        "details",
        "summary",
        "label",
        "textarea",
        "select",
        "option",
        "button",
        "mark",
    ),
    *("a", "b", "fieldset", "legend", "input"),
}

OWN_ADDRESSES = ("?conversation=", "footnote-conversations/")
"""How the addresses of the page itself start."""


def assert_harmless(html: str) -> Seen:
    """That the HTML is well-formed, of our own tags only, and runs and fetches nothing by itself."""
    seen = Seen(html)
    assert seen.tags <= ALLOWED_TAGS
    assert not [name for name, _ in seen.attributes if name.startswith("on") or name in {"src", "style"}]
    assert all(address.startswith(("http://", "https://", *OWN_ADDRESSES)) for address in seen.values("href"))
    return seen
