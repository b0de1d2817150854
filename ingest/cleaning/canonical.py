r"""Canonical text: the one form of an article that is stored, split into chunks and quoted.

Every `\n` in it is a hard boundary. Paragraphs and headings are lines of their own between empty lines. The items of a
list, the rows of a table and short lines that were together in the original have no empty line between them.
"""

from __future__ import annotations

import re

from ingest.cleaning.characters import clean_characters
from ingest.cleaning.unwrapping import belongs_together, joining_end, wrap_width

SHORT_LINE = 80
"""Longest line that can be part of a group, such as verse or an address; a longer one is a paragraph."""

_LIST_ITEM = re.compile(r"(?:-|\(?\d{1,3}[.)]|\(?[a-z][.)]) \S")
_BULLET = re.compile(r" ?[•‣◦▪●∙⁃*+·] ?(?=\w)|- +(?=\S)")
_TABLE_ROW = re.compile(r"\S.* \| ")
_RULE = re.compile(r" ?(?:[-=_*~#·•—–] ?){3,}")
_SENTENCE_END = re.compile(r"[.!:;,…。！：；，]['\"”’»)\]]*$")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")

_POINTER = re.compile(
    r"(?:also read|read also|read more|read next|see also|must read|you may also like"
    r"|more on this(?: story| topic)?|don[’']t miss|recommended(?: reading)?"
    r"|related(?: (?:articles?|stor(?:y|ies)|news|coverage))?)"
    r" ?[:|–—] ?\S.{0,180}",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"(?:advertisements?|story continues below(?: advertisement)?|article continues below(?: this ad)?"
    r"|scroll to continue(?: with content)?|share this (?:article|story)|skip to (?:main )?content"
    r"|sign up (?:for|to) our (?:free )?(?:daily |weekly )?newsletters?|all rights reserved)[.:!]?",
    re.IGNORECASE,
)

_SERVICE = (
    r"(?:facebook|twitter|x|whats ?app|telegram|linked ?in|instagram|threads|bluesky|mastodon|reddit|pinterest|tumblr"
    r"|flipboard|weibo|line|vk|viber|messenger|pocket|youtube|rss|e-?mail|mail|print|copy(?: the)? link|link|sms)"
)
_SHARE = re.compile(
    rf"(?:share|tweet|\d+ shares?|share (?:this|it)(?: (?:article|story|post|page))?)(?: ?[:|] ?{_SERVICE}| ?:)?"
    rf"|(?:(?:click to )?(?:share|send|post|save|print|e-?mail)(?: (?:this|it|article|story))*|(?:follow|join|find) us)"
    rf" (?:on|to|via|with|by|in):? {_SERVICE}(?:(?: ?[,|/·•&+-] ?| and | ){_SERVICE})*"
    rf"|{_SERVICE}(?:(?: ?[,|/·•&+-] ?| and | ){_SERVICE}){{2,}}",
    re.IGNORECASE,
)
"""A line that only offers to share the page: a verb, a verb with services, or three services in a row."""
_COOKIES = re.compile(
    r"(?:we(?: and our (?:\d+ )?(?:\w+ )?partners)?|(?:this|our) (?:web)?site|by (?:continuing|using|clicking))\b"
    r"[^.!?]{0,80}\b(?:uses?|stores?|sets?|places?)\b[^.!?]{0,60}\bcookies?\b.{0,300}"
    r"|(?:accept|reject|manage|allow)(?: all)? cookies?\.?|cookie (?:policy|settings|preferences)",
    re.IGNORECASE,
)
"""A paragraph in which the site informs about its own cookies."""


def canonical_text(text: str, *, unwrap: bool = True, hyphenated: bool = False) -> str:
    """Return the canonical form of a text; "" for a blank one. A canonical text stays as it is.

    Left out are invisible characters (see `clean_characters`), lines that only point to other articles
    ("Also read: …") or belong to the page ("Advertisement", "Share on …", its cookies), and lines of nothing but
    dashes. Everything else stays in its order; only white space, bullets and hyphenated words change.

    Args:
        text: any text.
        unwrap: join hard-wrapped lines if the text has them; False if the format of the source marks paragraphs.
        hyphenated: the text is typeset, so a hyphen at a line's end breaks a word.
    """
    while True:
        once = _canonical_once(text, unwrap=unwrap, hyphenated=hyphenated)
        if once == text:
            return once
        text = once  # each pass joins lines or leaves some out, so this ends


def is_list_item(line: str) -> bool:
    """Return whether a line of canonical text is an item of a list."""
    return _LIST_ITEM.match(line) is not None


def is_table_row(line: str) -> bool:
    """Return whether a line of canonical text is a row of a table, its cells separated by ` | `."""
    return _TABLE_ROW.match(line) is not None


def is_heading(line: str) -> bool:
    """Return whether a line between empty lines reads as a heading: short, and not ended like a sentence."""
    if not line or len(line) > 100 or len(line.split()) > 16:
        return False
    if is_list_item(line) or is_table_row(line) or _SENTENCE_END.search(line):
        return False
    letters = [character for character in line if character.isalpha()]
    return bool(letters) and not letters[0].islower()


def _canonical_once(text: str, *, unwrap: bool, hyphenated: bool) -> str:
    lines = [_normal_line(line) for line in clean_characters(text).split("\n")]
    has_empty_lines = "" in lines[1:-1]
    if unwrap:
        lines = _unwrapped(lines, hyphenated=hyphenated)
    kept: list[str] = []
    gap = False
    parts: list[str] = []
    for line in (line.strip() for line in lines):
        if any(furniture.fullmatch(line) for furniture in (_POINTER, _FURNITURE, _SHARE, _COOKIES)):
            line = ""
        if not line:
            gap = True
            continue
        if kept:
            tight = not gap and has_empty_lines
            parts.append("\n" if _are_in_one_block(kept[-1], line, tight=tight) else "\n\n")
        parts.append(line)
        kept.append(line)
        gap = False
    return "".join(parts)


def _normal_line(line: str) -> str:
    if _RULE.fullmatch(line):
        return ""
    return _BULLET.sub("- ", line, count=1) if _BULLET.match(line) else line


def _are_in_one_block(line: str, following: str, *, tight: bool) -> bool:
    if is_list_item(following):
        return is_list_item(line) or line.endswith(":")
    if is_table_row(line) and is_table_row(following):
        return True
    if is_list_item(line):
        return False
    return tight and len(line) <= SHORT_LINE and len(following) <= SHORT_LINE


def _unwrapped(lines: list[str], *, hyphenated: bool) -> list[str]:
    """Return the lines with each hard-wrapped paragraph joined to one line."""
    stand_alone = [is_list_item(line) or is_table_row(line) for line in (line.strip() for line in lines)]
    width = wrap_width(["" if alone else line for line, alone in zip(lines, stand_alone, strict=True)])
    if not width:
        return lines
    words = frozenset(word.lower() for line in lines for word in _WORD.findall(line))
    paragraphs: list[list[str]] = []
    last = ""
    for line, alone in zip(lines, stand_alone, strict=True):
        indented = line.startswith(" ") and not last.startswith(" ") and not is_list_item(last.strip())
        if not alone and not indented and last and line and belongs_together(last, line, width):
            paragraph, following = paragraphs[-1], line.lstrip()
            paragraph[-1] = joining_end(paragraph[-1], following, words=words, hyphenated=hyphenated)
            paragraph.append(following)
        else:
            paragraphs.append([line])
        last = line
    return ["".join(paragraph) for paragraph in paragraphs]
