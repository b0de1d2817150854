"""The two normal forms of text that answers are compared in."""

from __future__ import annotations

import re
import string
import unicodedata

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def squad_normal_form(text: str) -> str:
    """Return the text as SQuAD's `normalize_answer` does: lower case, no ASCII punctuation, no articles, single spaces.

    Source: the official evaluation script, SQuAD 2.0 (Rajpurkar, Jia & Liang 2018, ACL).
    """
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def match_tokens(text: str) -> list[str]:
    """Return the tokens that aliases are matched by.

    They are lower case without accents. Thousands separators and possessive endings are removed (`1,500` is `1500`,
    `China's` is `china`), the decimal point stays (`9.55`), `%` becomes the word percent, initials are joined (`U.S.`
    is `us`), other punctuation separates tokens (`five-day` is two), and a, an, the are dropped.
    """
    text = unicodedata.normalize("NFKD", text.casefold())
    text = "".join(char for char in text if not unicodedata.combining(char)).replace("’", "'")
    text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)
    text = re.sub(r"'s\b", "", text).replace("%", " percent ").replace("per cent", "percent")
    text = re.sub(r"(?<![^\W_])([^\W\d_])\.(?=[^\W\d_]\b|\s|$)", r"\1", text)
    tokens = re.findall(r"\d+(?:\.\d+)+\w*|\w+", text)
    return [token for token in tokens if token not in ("a", "an", "the")]
