"""Sentence spans of a canonical text: the units that chunks are made of and citations point at."""

from __future__ import annotations

import re

import sentencex


def sentence_spans(text: str, language: str = "en") -> list[tuple[int, int]]:
    """Return the half-open spans of the sentences of `text`, in order, without the white space around them.

    A line break always ends a sentence, since canonical text has one only between paragraphs, headings and list
    items. Every character outside the spans is white space. Empty or blank text gives an empty list.
    """
    spans: list[tuple[int, int]] = []
    for line in re.finditer(r"[^\n]+", text):
        for boundary in sentencex.get_sentence_boundaries(language or "en", line.group()):
            start = line.start() + boundary["start_index"]
            end = line.start() + boundary["end_index"]
            piece = text[start:end]
            start += len(piece) - len(piece.lstrip())
            end -= len(piece) - len(piece.rstrip())
            if start < end:
                spans.append((start, end))
    return spans
