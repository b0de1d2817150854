"""The features of a question by which its kind is guessed: its embedding, and its shape.

The shape is the pattern of the common words, whatever the topic.
"Why was the coach sacked?" and "Why was the tower closed?" have one shape, `why was the _ ?`.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Container

import numpy as np

SHAPE_DIM = 2048
"""The number of features, to which the patterns are hashed."""

LONGEST_PATTERN = 3
LENGTHS_COUNTED = 10
"""Questions of that many tokens or more have one feature of length in common."""

_TOKEN = re.compile(r"\w+(?:['’]\w+)?|[?!.…,:]")


def question_features(
    question: str, vector: np.ndarray, before: np.ndarray | None, known: Container[str]
) -> np.ndarray:
    """Return the features of a question: its embedding, that of the question before, whether there is one, its shape.

    Args:
        question: the words.
        vector: their embedding.
        before: the embedding of the question before; None for the first one of a conversation.
        known: the words that belong to a shape.
    """
    previous = np.zeros_like(vector) if before is None else before
    follows = np.array([float(before is not None)])
    return np.concatenate([vector, previous, follows, shape_features(question, known)]).astype(np.float32)


def shape_tokens(question: str) -> list[str]:
    """Return the words and end marks of a question, in lower case, in order."""
    return [match.group().lower().replace("’", "'") for match in _TOKEN.finditer(question)]


def shape_features(question: str, known: Container[str]) -> np.ndarray:
    """Return a vector of length 1, of shape `(SHAPE_DIM,)`, of the patterns of known words; other words become `_`.

    Patterns are runs of one to three words, the first three words, and the number of words. A pattern that occurs n
    times counts √n.
    """
    tokens = shape_tokens(question)
    shape = ["^"]
    for token in tokens:
        word = token if token in known else "_"
        if word != "_" or shape[-1] != "_":
            shape.append(word)
    shape.append("$")
    patterns = [
        " ".join(shape[at : at + length])
        for length in range(1, LONGEST_PATTERN + 1)
        for at in range(len(shape) - length + 1)
    ]
    patterns += [f"first {' '.join(shape[:4])}", f"length {min(len(tokens), LENGTHS_COUNTED)}"]
    vector = np.zeros(SHAPE_DIM, dtype=np.float32)
    for pattern in patterns:
        vector[zlib.crc32(pattern.encode()) % SHAPE_DIM] += 1
    counted = np.sqrt(vector)
    return counted / np.float32(np.linalg.norm(counted))
