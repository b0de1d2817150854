"""Rows for the reader: questions with passages that hold the answer, and with on-topic passages that do not.

Positives come from QAMR (news and encyclopedia sentences), QED (search-engine questions), BoolQ and FEVER
claims turned into yes/no questions, and questions made by rule from running text. Negatives are other
passages of the same page, the passage without its answering sentences, similar passages of other pages, and
questions edited so that the passage no longer answers them. Where an edit applies to question and passage
alike, that row is a positive, so that the edit alone doesn't reveal the label.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from eval.training.edits import find_names, replace_everywhere
from eval.training.neighbours import Neighbours
from eval.training.pages import (
    Page,
    PageLibrary,
    build_library,
    cut_window,
    join,
    load_news_pages,
    load_pages,
)
from eval.training.pairs import Pair, read_rows
from eval.training.reader_questions import (
    YES_NO_EDITS,
    ask_claim,
    content_words,
    edit_question,
    question_by_rule,
)
from eval.training.reading_pairs import HOLDS_ANSWER, INSUFFICIENT, human_pairs

LABELS = ("insufficient", "holds_answer")
_WINDOW_WORDS = 105


@dataclass(frozen=True, slots=True)
class Sources:
    """The texts and names that rows are generated from.

    Attributes:
        pool: sentences or paragraphs of every page, for near misses; parallel to `neighbours`.
    """

    data: Path
    rng: random.Random
    library: PageLibrary
    news: Sequence[Page]
    names: Sequence[str]
    neighbours: Neighbours
    limits: dict[str, int] = field(default_factory=dict)


def load_sources(data: Path, seed: int) -> Sources:
    """Read the running texts and build the indexes."""
    rng = random.Random(seed)
    pages = load_pages(data)
    news = load_news_pages(data)
    sample = rng.sample([s for page in (*pages, *news) for s in page.sentences], 20_000)
    names = sorted({s[a:b] for s in sample for a, b in find_names(s)})
    passages = []
    for page in (*pages, *news):
        for start in range(0, min(len(page.sentences), 12), 4):
            passages.append((page.id, " ".join(page.sentences[start : start + 4])))
    return Sources(data, rng, build_library((*pages, *news)), news, names, Neighbours(passages))


def _titled(page: Page, text: str, rng: random.Random) -> tuple[str, int]:
    """Return the passage, half the time after its title, and the number of characters that the title takes."""
    if not page.title or "_wiki_" in page.title or rng.random() < 0.5:
        return text, 0
    head = f"{page.title}. "
    return head + text, len(head)


def _find_span(passage: str, answer: str, within: str = "") -> tuple[int, int] | None:
    base = passage.find(within) if within else 0
    start = passage.find(answer, max(base, 0))
    return (start, start + len(answer)) if answer and start >= 0 else None


def unanswerable_twins(
    question: str,
    passage: str,
    page: str,
    source: str,
    names: Sequence[str],
    rng: random.Random,
    only: frozenset[str] = frozenset(),
) -> Iterator[Pair]:
    """Yield the edited question with its passage (no answer), and at times with the passage edited in the same way."""
    made = edit_question(question, passage, names, rng, only)
    if made is None:
        return
    kind, edit = made
    yield Pair(first=edit.text, second=passage, label=INSUFFICIENT, kind=f"{source}/edited-{kind}", page=page)
    if kind not in {"name", "number", "date", "antonym", "ordinal"} or rng.random() < 0.45:
        return
    both = replace_everywhere(passage, edit.old, edit.new)
    if both != passage and edit.new not in passage:
        yield Pair(first=edit.text, second=both, label=HOLDS_ANSWER, kind=f"{source}/edited-both", page=page)
    # The old question with the edited passage: the passage is now about something else.
    if both != passage and edit.old not in both and rng.random() < 0.5:
        yield Pair(first=question, second=both, label=INSUFFICIENT, kind=f"{source}/edited-passage", page=page)


def near_miss(question: str, answer: str, page: str, sources: Sources, kind: str, *, extra: str = "") -> Iterator[Pair]:
    """Yield a passage of another page that is similar to the question but lacks the answer's words."""
    for other, text in sources.neighbours.nearest(f"{question} {extra}", sources.rng.randint(2, 12)):
        if other != page and (not answer or answer.lower() not in text.lower()):
            yield Pair(first=question, second=text, label=INSUFFICIENT, kind=kind, page=page)
            return


def qamr_pairs(sources: Sources, per_sentence: int = 4) -> Iterator[Pair]:
    """Yield questions on single sentences, each sentence among the others of its document."""
    rng = sources.rng
    by_sentence: dict[str, dict[str, str]] = defaultdict(dict)
    for row in read_rows(sources.data / "qamr_qa.jsonl"):
        question, mark, answer = row["claim"].partition("? ")
        if row["label"] == "supported" and mark and len(content_words(question)) >= 2:
            by_sentence[row["premise"]].setdefault(f"{question}?", answer.strip())
    places = {s: (page, i) for page in sources.news for i, s in enumerate(page.sentences)}
    for sentence, questions in by_sentence.items():
        page, position = places[sentence]
        chosen = rng.sample(sorted(questions), min(per_sentence, len(questions)))
        for question in chosen:
            answer = questions[question]
            window = [position] if rng.random() < 0.2 else cut_window(page, position, rng, max_words=_WINDOW_WORDS)
            passage = join(page, window)
            span = _find_span(passage, answer, within=sentence)
            yield Pair(
                first=question,
                second=passage,
                label=HOLDS_ANSWER,
                kind="qamr/answer",
                page=page.id,
                span=span,
            )
            if rng.random() < 0.6:
                yield from unanswerable_twins(question, passage, page.id, "qamr", sources.names, rng)
            others = [i for i in range(len(page.sentences)) if i != position]
            if others and rng.random() < 0.6:
                near = max(rng.sample(others, min(4, len(others))), key=lambda i: _overlap(question, page, i))
                text = join(page, cut_window(page, near, rng, max_words=_WINDOW_WORDS, without=[position]))
                if answer.lower() not in text.lower() or len(content_words(question) & content_words(text)) <= 1:
                    yield Pair(first=question, second=text, label=INSUFFICIENT, kind="qamr/same-page", page=page.id)
            elif rng.random() < 0.6:
                yield from near_miss(question, answer, page.id, sources, "qamr/near-miss", extra=sentence)


def _overlap(question: str, page: Page, position: int) -> int:
    return len(content_words(question) & content_words(page.sentences[position]))


def qed_pairs(sources: Sources) -> Iterator[Pair]:
    """Yield search-engine questions with their paragraph, the paragraph without the answer, and near misses."""
    rng = sources.rng
    for row in read_rows(sources.data / "qed_nq.jsonl"):
        if not row["origin"].endswith("single_sentence"):
            continue
        question, _, answer = row["claim"].partition("? ")
        title, _, sentence = row["premise"].partition(": ")
        question = f"{question}?" if rng.random() < 0.7 else question[0].lower() + question[1:]
        page = Page(id=title.lower(), title=title, sentences=(sentence,))
        place = sources.library.find(sentence)
        positions = [0]
        if place is not None:
            page, positions = place
        for _ in range(2 if place is not None else 1):
            window = sorted({*positions, *cut_window(page, positions[0], rng, max_words=_WINDOW_WORDS)})
            passage, shift = _titled(page, join(page, window), rng)
            span = _find_span(passage[shift:], answer, within=page.sentences[positions[0]])
            span = (span[0] + shift, span[1] + shift) if span else None
            yield Pair(
                first=question,
                second=passage,
                label=HOLDS_ANSWER,
                kind="qed/answer",
                page=title.lower(),
                span=span,
            )
        yield from unanswerable_twins(question, passage, title.lower(), "qed", sources.names, rng)
        others = [i for i, s in enumerate(page.sentences) if i not in positions and answer.lower() not in s.lower()]
        with_answer = [i for i in range(len(page.sentences)) if i not in others]
        tried = sorted(others, key=lambda i: -_overlap(question, page, i))[:6]
        for start in rng.sample(tried, min(1, len(tried))):
            text, _ = _titled(
                page,
                join(page, cut_window(page, start, rng, max_words=_WINDOW_WORDS, without=with_answer)),
                rng,
            )
            yield Pair(first=question, second=text, label=INSUFFICIENT, kind="qed/same-page", page=title.lower())
        yield from near_miss(question, answer, title.lower(), sources, "qed/near-miss")


def boolq_pairs(sources: Sources) -> Iterator[Pair]:
    """Yield yes/no questions with their evidence, with distant passages of the page, and edited questions."""
    rng = sources.rng
    seen: set[str] = set()
    for row in read_rows(sources.data / "boolq_yesno.jsonl"):
        question = row["claim"].partition("?")[0] + "?"
        if question in seen:
            continue
        seen.add(question)
        words = row["premise"].split()
        passage = " ".join(words[:110])
        place = sources.library.find(row["premise"])
        page_id = place[0].id if place else question.lower()
        yield Pair(first=question, second=passage, label=HOLDS_ANSWER, kind="boolq/answer", page=page_id)
        if rng.random() < 0.9:
            yield from unanswerable_twins(question, passage, page_id, "boolq", sources.names, rng, YES_NO_EDITS)
        if place is not None:
            page, positions = place
            far = [i for i in range(len(page.sentences)) if min(abs(i - p) for p in positions) > 1]
            if far:
                near = max(rng.sample(far, min(2, len(far))), key=lambda i: _overlap(question, page, i))
                text = join(page, cut_window(page, near, rng, max_words=_WINDOW_WORDS, without=positions))
                yield Pair(first=question, second=text, label=INSUFFICIENT, kind="boolq/same-page", page=page_id)
        elif rng.random() < 0.6:
            yield from near_miss(question, "", page_id, sources, "boolq/near-miss", extra=passage)


def fever_pairs(sources: Sources, max_rows: int = 4_000) -> Iterator[Pair]:
    """Yield claims as yes/no questions, with their evidence (an answer) and other sentences of the page (no answer)."""
    rng = sources.rng
    rows = [(r, HOLDS_ANSWER) for r in read_rows(sources.data / "fever_eraser.jsonl")]
    rows += [(r, INSUFFICIENT) for r in read_rows(sources.data / "fever_eraser_hardneg.jsonl")]
    rng.shuffle(rows)
    made = 0
    for row, label in rows:
        question = ask_claim(row["claim"])
        place = sources.library.find(row["premise"])
        if question is None or place is None:
            continue
        page, positions = place
        text = row["premise"]
        if label == HOLDS_ANSWER and rng.random() < 0.7:
            text = join(page, sorted({*positions, *cut_window(page, positions[0], rng, max_words=70)}))
        passage, _ = _titled(page, text, rng)
        made += 1
        yield Pair(
            first=question,
            second=passage,
            label=label,
            kind="fever/answer" if label else "fever/same-page",
            page=page.id,
        )
        if label and rng.random() < 0.35:
            yield from near_miss(question, "", page.id, sources, "fever/near-miss")
        if made >= max_rows:
            return


def text_pairs(sources: Sources, max_questions: int = 3_000) -> Iterator[Pair]:
    """Yield questions made by rule from running text, with their passage, other passages of the page, and edits."""
    rng = sources.rng
    places = [(page, i) for page in sources.library.pages for i in range(min(len(page.sentences), 20))]
    rng.shuffle(places)
    made = 0
    for page, position in places:
        sentence = page.sentences[position]
        asked = question_by_rule(sentence, rng)
        if asked is None:
            continue
        question, answer = asked
        made += 1
        window = cut_window(page, position, rng, max_words=_WINDOW_WORDS)
        passage, shift = _titled(page, join(page, window), rng)
        found = _find_span(passage[shift:], answer, within=sentence)
        span = (found[0] + shift, found[1] + shift) if found else None
        yield Pair(first=question, second=passage, label=HOLDS_ANSWER, kind="text/answer", page=page.id, span=span)
        if rng.random() < 0.75:
            yield from unanswerable_twins(question, passage, page.id, "text", sources.names, rng)
        others = [i for i in range(len(page.sentences)) if i != position]
        if others and rng.random() < 0.7:
            near = max(rng.sample(others, min(4, len(others))), key=lambda i: _overlap(question, page, i))
            text, _ = _titled(
                page,
                join(page, cut_window(page, near, rng, max_words=_WINDOW_WORDS, without=[position])),
                rng,
            )
            yield Pair(first=question, second=text, label=INSUFFICIENT, kind="text/same-page", page=page.id)
        if made >= max_questions:
            return


def reader_pairs(data: Path, seed: int) -> Iterator[Pair]:
    """Yield all rows of the reader, in the order of their sources: `data/train`, then `data/reading`."""
    sources = load_sources(data / "train", seed)
    for make in (qamr_pairs, qed_pairs, boolq_pairs, fever_pairs, text_pairs):
        yield from make(sources)
    yield from human_pairs(data / "reading", seed)
