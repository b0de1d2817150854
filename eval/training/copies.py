"""The experiment behind the threshold of `rag/library/minhash.py`: edited copies against articles that only share a subject.

`python -m eval.training.copies FOLDER` takes articles, makes of each the copies that newsrooms make (see `EDITS`), and prints
how much every kind resembles its original and how many are linked, beside the most alike pairs of different articles
and reports that were written on one pattern, which should not be linked.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np

from eval.training.report_patterns import PATTERNS
from ingest.readers.files import read_file
from ingest.records import Document
from ingest.sources.paths import list_files
from rag.library.copies import is_copy, pattern
from rag.library.minhash import SAME_STORY_MIN, resemblance, signature, signature_resemblance
from rag.text.sentences import sentence_spans

MIN_WORDS = 100
"""Shorter texts are notices; of these, different ones are worded alike."""

REPORTS = 30

Edit = Callable[[str, random.Random], str]


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


def _words_changed(share: float) -> Edit:
    def edit(text: str, rng: random.Random) -> str:
        words = re.findall(r"\w+", text)
        return re.sub(r"\w+", lambda match: rng.choice(words) if rng.random() < share else match[0], text)

    return edit


def _cut(share: float) -> Edit:
    def edit(text: str, rng: random.Random) -> str:
        sentences = _sentences(text)
        return " ".join(sentences[: max(1, round(len(sentences) * share))])

    return edit


def _attributed(text: str, rng: random.Random) -> str:
    end = "This story was first published by an agency and has been edited for length. Subscribe for more."
    return f"LONDON (Agency) – {text}\n\nOur correspondent contributed to this report. {end}"


def _new_lead(text: str, rng: random.Random) -> str:
    sentences = _sentences(text)
    words = [word for sentence in sentences for word in sentence.split()]
    lead = [" ".join(rng.sample(words, min(25, len(words)))) + "." for _ in range(3)]
    return " ".join([*lead, *sentences[2:]])


def _reordered(text: str, rng: random.Random) -> str:
    sentences = _sentences(text)
    blocks = [sentences[first : first + 3] for first in range(0, len(sentences), 3)]
    rng.shuffle(blocks)
    return " ".join(sentence for block in blocks for sentence in block)


def _sentences_dropped(text: str, rng: random.Random) -> str:
    sentences = _sentences(text)
    return " ".join(sentence for sentence in sentences if rng.random() > 0.2) or sentences[0]


EDITS: dict[str, Edit] = {
    "agency's line and end added": _attributed,
    "two sentences of the lead rewritten": _new_lead,
    "every fifth sentence dropped": _sentences_dropped,
    "paragraphs in another order": _reordered,
    "1 word of 50 changed": _words_changed(0.02),
    "1 word of 20 changed": _words_changed(0.05),
    "1 word of 10 changed": _words_changed(0.1),
    "last 30% cut off": _cut(0.7),
    "last half cut off": _cut(0.5),
}


def main(sources: Sequence[str]) -> None:
    """Prints the table for the articles of the sources."""
    files = [path for source in sources for path in list_files(source)]
    found = [item for path in files for item in read_file(path)]
    texts = [item.text for item in found if isinstance(item, Document) and len(item.text.split()) >= MIN_WORDS]
    texts = list(dict.fromkeys(texts))
    rng = random.Random(1)
    print(f"{len(texts)} articles of at least {MIN_WORDS} words; threshold {SAME_STORY_MIN}")
    print(f"{'edit':<40}{'5th perc.':>10}{'median':>10}{'found':>10}")
    for name, edit in EDITS.items():
        pairs = [(text, edit(text, rng)) for text in texts]
        values = [resemblance(text, copy) for text, copy in pairs]
        linked = np.mean([is_linked(*pair) for pair in pairs])
        print(f"{name:<40}{np.percentile(values, 5):>10.2f}{np.median(values):>10.2f}{linked:>10.1%}")
    signatures = [signature(text) for text in texts]
    alike = sorted(
        ((signature_resemblance(signatures[a], signatures[b]), a, b) for a, b in combinations(range(len(texts)), 2)),
        reverse=True,
    )[:20]
    exact = sorted(((resemblance(texts[a], texts[b]), a, b) for _, a, b in alike), reverse=True)
    print(f"most alike of {len(texts) * (len(texts) - 1) // 2:,} pairs of different articles:")
    for value, a, b in exact[:5]:
        print(f"  {value:.2f}  {texts[a][:50]!r}  {texts[b][:50]!r}")
    print(f"reports of one pattern, {REPORTS} of each; pairs that are linked though they are no copies:")
    for name, write in PATTERNS.items():
        reports = [write(rng) for _ in range(REPORTS)]
        print(f"  {name:<38}{np.mean([is_linked(*pair) for pair in combinations(reports, 2)]):>10.1%}")


def is_linked(text: str, other: str) -> bool:
    """Whether the library would take two texts for copies."""
    return resemblance(text, other) >= SAME_STORY_MIN and is_copy(pattern(text), pattern(other))


if __name__ == "__main__":
    main(sys.argv[1:])
