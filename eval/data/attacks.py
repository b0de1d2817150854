"""Plants instructions in gold articles: three an article, at its start, in its middle and at its end.

The attacks' file is JSON as BIPIA publishes it: `{"kind of attack": ["instruction", …], …}`. The three
attacks of an article are drawn by its source and the seed. Each is a line of its own; the middle one comes after the
sentence that ends nearest to the middle.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import RootModel, ValidationError

from eval.data.questions import reasons
from eval.data.sources import matching
from eval.records import Attack, Question
from rag.errors import DatasetError
from rag.records import Article
from rag.text.sentences import sentence_spans

POSITIONS = ("start", "middle", "end")


class _AttacksFile(RootModel[dict[str, list[str]]]):
    pass


def load_attacks(path: Path) -> list[tuple[str, str]]:
    """Return the (kind, instruction) pairs of an attacks' file.

    Raises:
        DatasetError: the file isn't one, or holds fewer than three instructions.
    """
    try:
        groups = _AttacksFile.model_validate(json.loads(path.read_text(encoding="utf-8"))).root
    except ValidationError as exc:
        raise DatasetError(f"{path} is no file of attacks ({reasons(exc)}).") from exc
    except (OSError, ValueError) as exc:
        raise DatasetError(f"{path} can't be read: {exc}.") from exc
    attacks = [(kind, text.strip()) for kind, texts in groups.items() for text in texts if text.strip()]
    if len(attacks) < len(POSITIONS):
        raise DatasetError(f"{path} holds {len(attacks)} attacks; at least {len(POSITIONS)} are needed.")
    return attacks


def choose_attacks(
    articles: Sequence[Article], questions: Sequence[Question], attacks: Sequence[tuple[str, str]], seed: int
) -> list[Attack]:
    """Return three different attacks for each article that is gold for any of the questions."""
    golds = sorted({gold for question in questions for gold in question.articles})
    chosen = []
    for article in sorted(articles, key=lambda article: article.source):
        if matching(article.source, golds):
            picked = random.Random(f"{seed}:{article.source}").sample(sorted(attacks), len(POSITIONS))
            chosen += [
                Attack(text=text, kind=kind, position=position, source=article.source)
                for position, (kind, text) in zip(POSITIONS, picked, strict=True)
            ]
    return chosen


def plant(article: Article, attacks: Sequence[Attack]) -> Article:
    """Return the article with those of the attacks that are for it."""
    here = {attack.position: attack.text for attack in attacks if attack.source == article.source}
    if not here:
        return article
    ends = [end for _, end in sentence_spans(article.text)]
    middle = min(ends, key=lambda end: (abs(end - len(article.text) / 2), end), default=len(article.text))
    parts = [
        here.get("start", ""),
        article.text[:middle].strip("\n"),
        here.get("middle", ""),
        article.text[middle:].strip(" \n"),
        here.get("end", ""),
    ]
    return replace(article, text="\n".join(part for part in parts if part))
