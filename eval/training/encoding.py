"""Pairs as word-piece ids, and batches of near-equal length."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from eval.training.pairs import Pair

NO_SPAN = -100
"""The position where no span is learned (`ignore_index` of the loss)."""


@dataclass(frozen=True, slots=True)
class EncodedPair:
    """The word pieces of one pair; `start` and `end` are the answer's first and last token, 0 for "no answer"."""

    ids: np.ndarray
    types: np.ndarray
    label: int
    start: int
    end: int


def load_tokenizer(folder: Path, max_length: int) -> Tokenizer:
    """Return the folder's tokenizer, without padding; it cuts the second text at `max_length` word pieces in all."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_length, strategy="longest_first")
    return tokenizer


def encode_pairs(pairs: Sequence[Pair], tokenizer: Tokenizer, *, learn_spans: bool) -> list[EncodedPair]:
    """Return the pairs in order. With `learn_spans`, rows of label 0 have their span at [CLS], others their own."""
    encoded: list[EncodedPair] = []
    for start in range(0, len(pairs), 4096):
        batch = pairs[start : start + 4096]
        for pair, coding in zip(batch, tokenizer.encode_batch([(p.first, p.second) for p in batch]), strict=True):
            first_token = last_token = NO_SPAN
            if learn_spans and pair.label == 0:
                first_token = last_token = 0
            elif learn_spans and pair.span is not None:
                first = coding.char_to_token(pair.span[0], 1)
                last = coding.char_to_token(pair.span[1] - 1, 1)
                if first is not None and last is not None:
                    first_token, last_token = first, last
            encoded.append(
                EncodedPair(
                    np.asarray(coding.ids, dtype=np.int32),
                    np.asarray(coding.type_ids, dtype=np.int8),
                    pair.label,
                    first_token,
                    last_token,
                )
            )
    return encoded


def plan_batches(lengths: Sequence[int], max_tokens: int, rng: random.Random) -> list[list[int]]:
    """Return index lists in random order, each of rows of similar length with at most `max_tokens` padded tokens.

    Rows are shuffled, cut into pools, and sorted within a pool, so that batches change from epoch to epoch.
    """
    order = list(range(len(lengths)))
    rng.shuffle(order)
    batches: list[list[int]] = []
    for start in range(0, len(order), 8192):
        pool = sorted(order[start : start + 8192], key=lambda i: lengths[i])
        batch: list[int] = []
        for index in pool:
            if batch and lengths[index] * (len(batch) + 1) > max_tokens:
                batches.append(batch)
                batch = []
            batch.append(index)
        if batch:
            batches.append(batch)
    rng.shuffle(batches)
    return batches


def collate(rows: Sequence[EncodedPair]) -> dict[str, Tensor]:
    """Return the rows padded to the longest, as the tensors that the network takes, with labels, starts and ends."""
    width = max(len(row.ids) for row in rows)
    ids = np.zeros((len(rows), width), dtype=np.int64)
    types = np.zeros_like(ids)
    mask = np.zeros_like(ids)
    for i, row in enumerate(rows):
        n = len(row.ids)
        ids[i, :n], types[i, :n], mask[i, :n] = row.ids, row.types, 1
    return {
        "input_ids": torch.from_numpy(ids),
        "token_type_ids": torch.from_numpy(types),
        "attention_mask": torch.from_numpy(mask),
        "labels": torch.tensor([row.label for row in rows]),
        "starts": torch.tensor([row.start for row in rows]),
        "ends": torch.tensor([row.end for row in rows]),
    }


def iterate_sorted(rows: Sequence[EncodedPair], batch_size: int) -> Iterator[tuple[list[int], dict[str, Tensor]]]:
    """Yield batches of rows by length, with their positions, for predicting."""
    order = sorted(range(len(rows)), key=lambda i: len(rows[i].ids))
    for start in range(0, len(order), batch_size):
        chosen = order[start : start + batch_size]
        yield chosen, collate([rows[i] for i in chosen])
