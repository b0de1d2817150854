"""Advertisements in the tree of a web page, recognised by markup: elements, classes, ids and labels."""

from __future__ import annotations

import re
from typing import Any

from ingest.cleaning.advertisements import label_language

_ELEMENTS = {"amp-ad", "amp-embed", "amp-sticky-ad"}
_WORDS = frozenset(
    {"ad", "ads", "advert", "adverts", "advertisement", "advertisements", "advertising", "advertorial"}
    | {"adsbygoogle", "adslot", "adunit", "sponsored"}
)
"""A class or an id that has one of these among its words names an advertisement."""
_DENIALS = frozenset({"no", "non", "not", "has", "with", "without", "free", "enabled", "disabled", "supported"})
"""A class with one of these words, such as `has-ads`, describes the page and is no advertisement itself."""
_NEVER = {"html", "body", "main", "article", "h1"}
_HIDDEN = {"script", "style", "template", "noscript"}
_WORD_ENDS = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z])(?=[A-Z])")
MAX_SHARE = 0.5
"""An element with a larger share of the page's text is no advertisement, whatever its class says."""


def drop_advertisements(tree: Any) -> None:
    """Remove from a page's tree what its markup declares to be advertisements; the text behind them stays."""
    n_chars = max(_n_chars(tree), 1)
    for node in list(tree.iter()):
        if node.getparent() is None or not _is_declared(node):
            continue
        if _holds_article(node) or _n_chars(node) > MAX_SHARE * n_chars:
            continue
        node.drop_tree()


def _is_declared(node: Any) -> bool:
    """Return whether an element is an advertisement by its name, its attributes, or the label that heads it."""
    if not isinstance(node.tag, str) or node.tag in _NEVER:
        return False
    if node.tag in _ELEMENTS or any(name.startswith("data-ad-") for name in node.attrib):
        return True
    if any(_names_advertisement(word) for name in ("class", "id") for word in (node.get(name) or "").split()):
        return True
    if label_language(node.get("aria-label") or "") or label_language(node.get("data-label") or ""):
        return True
    return _is_labelled(node)


def _names_advertisement(name: str) -> bool:
    words = {word.lower() for word in _WORD_ENDS.split(name)}
    return bool(words & _WORDS) and not words & _DENIALS


def _is_labelled(node: Any) -> bool:
    """Return whether an element opens with the label and holds at most one thing more; an aside may hold several."""
    if (node.text or "").strip():
        return False
    if not label_language(next((text.strip() for text in node.itertext() if text.strip()), "")):
        return False
    children = [child for child in node if isinstance(child.tag, str) and "".join(child.itertext()).strip()]
    if len(children) < 2 or not label_language("".join(children[0].itertext())):
        return False
    return len(children) == 2 or node.tag == "aside"


def _holds_article(node: Any) -> bool:
    return next(node.iterdescendants("h1", "main", "article"), None) is not None


def _n_chars(node: Any) -> int:
    """Return the number of characters of visible text in an element."""
    shown = (each for each in node.iter() if each.tag not in _HIDDEN)
    return sum(len((each.text or "").strip()) + len((each.tail or "").strip()) for each in shown)
