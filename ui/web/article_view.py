"""The article pane: one whole article with a passage marked, and the list of articles. All text is escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from rag.records import Article
from rag.rendering import source_name
from ui.web.markup import article_name, opens, render_date, render_origin, render_source

LISTED_MAX = 300
"""Articles that the list shows. A page with tens of thousands of buttons would be unusable."""


def render_article(article: Article, start: int = 0, end: int = 0) -> str:
    """Return the article as HTML, with the characters `[start, end)` of its text marked.

    A span outside the text, or an empty one, marks nothing.
    """
    start, end = max(0, start), min(len(article.text), end)
    body = "".join(
        _render_paragraph(line.group(), line.start(), start, end)
        for line in re.finditer(r"[^\n]+", article.text)
        if line.group().strip()
    )
    authors = f"<dt>By</dt><dd>{escape(', '.join(article.authors))}</dd>" if article.authors else ""
    updated = f"<dt>Updated</dt><dd>{escape(render_date(article.updated))}</dd>" if article.updated else ""
    note = f'<p class="fn-note" role="note">{escape(article.note)}</p>' if article.note else ""
    version = f"<dt>Version</dt><dd>{article.version}</dd>" if article.version > 1 else ""
    language = f' lang="{escape(article.language)}"' if article.language else ""
    to_quote = (
        '<button type="button" class="fn-quiet" data-to-quote>Go to the marked passage</button>' if start < end else ""
    )
    only = (
        f'<button type="button" class="fn-quiet" data-only="{escape(article.id)}">Ask only about this article</button>'
    )
    return (
        f'<article class="fn-article" data-article-id="{escape(article.id)}" data-span="{start}-{end}"'
        f"{language}>"
        f'<header><p class="fn-origin">{render_origin(article.publisher, article.published)}</p>'
        f'<h2 tabindex="-1">{escape(article_name(article.title, article.source))}</h2>'
        f"<dl>{authors}{updated}<dt>Source</dt><dd>{render_source(article.source, article.url)}</dd>{version}</dl>"
        f'{note}<p class="fn-links">{to_quote} {only}</p></header><div class="fn-body">{body}</div></article>'
    )


def render_no_article() -> str:
    """Return the text of the pane before an article is opened."""
    return (
        '<div class="fn-empty"><p>Click a footnote number, a quote or an article: '
        "the whole article opens here, with the passage marked.</p></div>"
    )


def render_missing_article(article_id: str) -> str:
    """Return the text of the pane for an article that was removed from the library."""
    return (
        '<div class="fn-empty" role="alert"><p>This article is no longer in the library '
        f"(its id was {escape(article_id)}).</p></div>"
    )


def render_articles(articles: Sequence[Article]) -> str:
    """Return the list of the library's articles, each a button that opens it."""
    if not articles:
        return '<div class="fn-empty"><p>No articles yet. Add some files, and ask about them.</p></div>'
    count = "1 article" if len(articles) == 1 else f"{len(articles):,} articles"
    if len(articles) > LISTED_MAX:
        count += f", of which the first {LISTED_MAX} are listed"
    items = "".join(
        f'<li><button type="button" {opens(article.id, article.version)}>'
        f"<strong>{escape(article_name(article.title, article.source))}</strong>"
        f'<span class="fn-origin">{_render_where(article)}</span></button></li>'
        for article in articles[:LISTED_MAX]
    )
    return f'<p class="fn-count">{count}</p><ul class="fn-articles">{items}</ul>'


def _render_where(article: Article) -> str:
    return render_origin(article.publisher, article.published) or escape(source_name(article.source))


def _render_paragraph(line: str, offset: int, start: int, end: int) -> str:
    """Return one line of the text as a paragraph. `offset` is the position of the line in the text."""
    first = min(max(start - offset, 0), len(line))
    last = min(max(end - offset, 0), len(line))
    if first >= last:
        return f"<p>{escape(line)}</p>"
    return f"<p>{escape(line[:first])}<mark>{escape(line[first:last])}</mark>{escape(line[last:])}</p>"
