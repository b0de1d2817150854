"""The choice of the articles that the next question may use, as HTML, and what the browser sends of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from rag.records import Article, Filters
from rag.rendering import render_filters
from rag.serialization import parse_filters
from ui.web.markup import article_name

ARTICLES_MAX = 50
"""The most articles that can be chosen one by one."""


def render_using(filters: Filters) -> str:
    """Return the line that says which articles the next question may use, with the button that opens the choice."""
    if not filters:
        using, all_again = "Using all articles", ""
    else:
        phrase = render_filters(filters)
        using = f"{phrase[0].upper()}{phrase[1:]}"
        all_again = '<button type="button" class="fn-quiet" data-all>Use all</button>'
    return (
        f'<p class="fn-using"><span>{escape(using)}</span> '
        '<button type="button" class="fn-quiet" data-choose aria-expanded="false" aria-controls="fn-choice">'
        f"Choose</button> {all_again}</p>"
    )


def render_choice(filters: Filters, publishers: Sequence[tuple[str, int]], chosen: Sequence[Article]) -> str:
    """Return the form of the choice.

    Args:
        filters: what is chosen.
        publishers: the library's publishers with the number of their articles.
        chosen: the articles of the filters.
    """
    named = {name.casefold() for name in filters.publishers}
    boxes = "".join(
        _render_box("publisher", name, f"{name} ({n_articles:,})", checked=name.casefold() in named)
        for name, n_articles in publishers
        if name
    )
    fieldsets = f"<fieldset><legend>Publishers</legend>{boxes}</fieldset>" if boxes else ""
    first, last = (day.isoformat() if day else "" for day in (filters.published_from, filters.published_to))
    days = (
        "<fieldset><legend>Published</legend>"
        f'<label>from <input type="date" name="published_from" value="{first}"></label> '
        f'<label>to <input type="date" name="published_to" value="{last}"></label></fieldset>'
    )
    articles = "".join(
        _render_box("article", each.id, article_name(each.title, each.source), checked=True) for each in chosen
    )
    hint = "" if articles else "<p>Open an article, and choose “Ask only about this article”.</p>"
    return (
        f'<div class="fn-choice">{fieldsets}{days}'
        f"<fieldset><legend>Articles</legend>{articles}{hint}</fieldset>"
        '<p><button type="button" class="fn-plain" data-chosen>Done</button></p></div>'
    )


def parse_choice(data: Mapping[str, Any], before: Filters) -> Filters:
    """Return the filters that the browser sends, as `rag.serialization.parse_filters` reads them.

    A choice that can't be read, such as one with an unfinished date, leaves the filters as they were before.
    """
    try:
        lists = {
            name: [str(each) for each in data.get(name) or ()][:ARTICLES_MAX] for name in ("publishers", "articles")
        }
        days = {name: str(data.get(name) or "") for name in ("published_from", "published_to")}
        return parse_filters({**lists, **days})
    except (TypeError, ValueError):
        return before


def _render_box(name: str, value: str, label: str, *, checked: bool) -> str:
    box = f'<input type="checkbox" name="{name}" value="{escape(value)}"{" checked" if checked else ""}>'
    return f"<label>{box} <span>{escape(label)}</span></label>"
