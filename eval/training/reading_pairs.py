"""Rows for the reader from sets whose questions, answerable or not, people wrote.

Each set gives windows of whole sentences: with the answer, or on the topic and without it. The sets lie in a folder
of JSON lines `{"question", "evidence": [sentence], "label", "extra"}`; CLAPnq and MTRAG stay out, they measure.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from eval.training.pages import Page, cut_window, join
from eval.training.pairs import Pair, read_rows
from eval.training.reader_questions import content_words

INSUFFICIENT, HOLDS_ANSWER = 0, 1
_WINDOW_WORDS = 90
_Row = dict[str, Any]


def human_pairs(folder: Path, seed: int) -> Iterator[Pair]:
    """Yield the rows of all sets, in the order of the sets."""
    rng = random.Random(seed)
    for make in (_twins, _single_sentences, _paragraphs, _sections, _dated, _yes_or_no, _conditional):
        yield from make(folder, rng)


def _page(row: _Row, key: str = "") -> Page:
    sentences = tuple(sentence for sentence in row["evidence"] if sentence.strip())
    return Page(id=key or sentences[0][:80].lower(), title="", sentences=sentences)


def _places(page: Page, answer: str) -> list[int]:
    """Return the positions of the sentences that hold the answer's words."""
    return [place for place, sentence in enumerate(page.sentences) if answer and answer in sentence]


def _around(page: Page, place: int, rng: random.Random, without: Sequence[int] = ()) -> str:
    return join(page, cut_window(page, place, rng, max_words=_WINDOW_WORDS, without=without))


def _pair(question: str, text: str, kind: str, page: Page, answer: str | None) -> Pair:
    """Return a row: with an answer it holds one, whose span is learned where the words are found; None holds none."""
    start = text.find(answer) if answer else -1
    return Pair(
        first=question,
        second=text,
        label=INSUFFICIENT if answer is None else HOLDS_ANSWER,
        kind=kind,
        page=page.id,
        span=(start, start + len(answer)) if answer and start >= 0 else None,
    )


def _elsewhere(question: str, page: Page, holding: Sequence[int], rng: random.Random) -> str | None:
    """Return a window of the page without the sentences that hold the answer, near to the question; None if empty."""
    others = [place for place in range(len(page.sentences)) if place not in holding]
    if not others:
        return None
    asked = content_words(question)
    near = max(rng.sample(others, min(4, len(others))), key=lambda at: len(asked & content_words(page.sentences[at])))
    return _around(page, near, rng, holding)


def _twins(folder: Path, rng: random.Random) -> Iterator[Pair]:
    """SQuAD 2.0: an answerable question and its unanswerable twin, both with a window on the same words."""
    for name in ("squad2_train_unansq_dev", "squad2_train_unansq_sent"):
        for row in read_rows(folder / f"{name}.jsonl"):
            page, extra = _page(row), row["extra"]
            answerable = row["label"] == "answerable"
            words = extra.get("answer" if answerable else "plausible", "")
            for _ in range(1 if len(page.sentences) == 1 else 2):
                place = (_places(page, words) or [0])[0]
                text = join(page, range(len(page.sentences))) if not words else _around(page, place, rng)
                kind = f"squad2/{'answer' if answerable else 'twin'}"
                yield _pair(row["question"], text, kind, page, words if answerable else None)


def _single_sentences(folder: Path, rng: random.Random) -> Iterator[Pair]:
    """SQuAD 1.1: paraphrased questions on one sentence, and the neighbour in the file, often of the same article."""
    rows = list(read_rows(folder / "squad1_train_nqg_answerable_only.jsonl"))
    for row, other in zip(rows, [*rows[1:], *rows[:1]], strict=True):
        page = _page(row)
        yield _pair(row["question"], join(page, range(len(page.sentences))), "squad1/answer", page, "")
        text = " ".join(other["evidence"])
        if other["evidence"] != row["evidence"] and rng.random() < 0.5:
            yield _pair(row["question"], text, "squad1/other", page, None)


def _paragraphs(folder: Path, rng: random.Random) -> Iterator[Pair]:
    """SQuAD 2.0 by whole articles: windows with the answer, of the same paragraph, and of the article's others."""
    by_article: dict[str, list[_Row]] = defaultdict(list)
    for row in read_rows(folder / "squad2_train_10articles.jsonl"):
        by_article[row["extra"]["title"]].append(row)
    for rows in by_article.values():
        for row in rows:
            page = _page(row)
            answer = row["extra"].get("answer")
            if answer is None:
                words = row["extra"]["plausible"]
                place = (_places(page, words) or [0])[0]
                yield _pair(row["question"], _around(page, place, rng), "squad2/article-twin", page, None)
                continue
            places = _places(page, answer) or [0]
            yield _pair(row["question"], _around(page, places[0], rng), "squad2/article-answer", page, answer)
            text = _elsewhere(row["question"], page, places, rng)
            if text is not None and rng.random() < 0.5:
                yield _pair(row["question"], text, "squad2/same-paragraph", page, None)
            other = _page(rng.choice(rows))
            if other.id != page.id and not _places(other, answer):
                text = _elsewhere(row["question"], other, (), rng)
                yield _pair(row["question"], text or "", "squad2/same-article", page, None)


def _sections(folder: Path, rng: random.Random) -> Iterator[Pair]:
    """SelQA: windows around a sentence that people marked as the answer, and windows without any of them."""
    for row in read_rows(folder / "selqa.jsonl"):
        sentences, marked = row["evidence"], row["extra"]["answer_sentences"]
        page = Page(id=row["extra"]["article"].lower(), title="", sentences=tuple(sentences))
        for place in marked[:2]:
            yield _pair(row["question"], _around(page, place, rng), "selqa/answer", page, "")
        for _ in range(2):
            text = _elsewhere(row["question"], page, marked, rng)
            if text is not None:
                yield _pair(row["question"], text, "selqa/same-section", page, None)


def _dated(folder: Path, rng: random.Random) -> Iterator[Pair]:
    """TimeQA: windows that cover the time asked for, and windows of the page that don't."""
    for row in read_rows(folder / "timeqa_human.jsonl"):
        sentences = tuple(s for text in row["evidence"] for s in text.split(". ") if len(s.split()) > 3)
        if not sentences:
            continue
        page = Page(id=row["extra"]["title"].lower(), title="", sentences=sentences)
        answer = next((a for a in row["extra"]["answer"] or [] if a and _places(page, a)), "")
        holding = _places(page, answer)
        if row["label"] != "answerable":
            text = _elsewhere(row["question"], page, (), rng)
            yield _pair(row["question"], text or "", "timeqa/not-covered", page, None)
        elif holding:
            near = max(holding, key=lambda at: len(content_words(row["question"]) & content_words(sentences[at])))
            yield _pair(row["question"], _around(page, near, rng), "timeqa/answer", page, answer)
            text = _elsewhere(row["question"], page, holding, rng)
            if text is not None:
                yield _pair(row["question"], text, "timeqa/same-page", page, None)


def _yes_or_no(folder: Path, rng: random.Random) -> Iterator[Pair]:
    """CondaQA: yes/no questions with their passage, and those that its reader could not answer."""
    for row in read_rows(folder / "condaqa.jsonl"):
        page = _page(row, key=f"condaqa-{row['extra']['passage']}")
        text = " ".join(" ".join(page.sentences).split()[:130])
        if row["label"] != "answerable":
            yield _pair(row["question"], text, "condaqa/unknown", page, None)
        elif rng.random() < 0.25:
            yield _pair(row["question"], text, "condaqa/answer", page, "")


def _conditional(folder: Path, rng: random.Random) -> Iterator[Pair]:
    """ConditionalQA: the rules that people marked as the answer, and rules for other questions on that page."""
    rows = list(read_rows(folder / "conditionalqa.jsonl"))
    by_page: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        by_page[row["extra"]["url"]].append(row)
    for url, found in by_page.items():
        for row in found:
            page = Page(id=url, title="", sentences=tuple(row["evidence"]))
            text = " ".join(" ".join(page.sentences).split()[:_WINDOW_WORDS])
            answerable = row["label"] == "answerable"
            kind = f"conditionalqa/{'answer' if answerable else 'unknown'}"
            yield _pair(row["question"], text, kind, page, _first_answer(row, text) if answerable else None)
            other = rng.choice(found)
            if not set(other["evidence"]) & set(row["evidence"]) and rng.random() < 0.5:
                text = " ".join(" ".join(other["evidence"]).split()[:_WINDOW_WORDS])
                yield _pair(row["question"], text, "conditionalqa/same-page", page, None)


def _first_answer(row: _Row, text: str) -> str:
    """Return an answer that stands in the text, or "" where none does, as with yes and no."""
    answers: Iterable[tuple[str, Any]] = row["extra"]["answers"]
    return next((answer for answer, _ in answers if answer in text), "")
