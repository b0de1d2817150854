"""The training loop: epochs of encoded pairs on the CPU, seeded, resumable, with a log of its speed."""

from __future__ import annotations

import logging
import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from eval.training.encoding import NO_SPAN, EncodedPair, collate, iterate_sorted, plan_batches
from eval.training.network import JudgeNetwork

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPlan:
    """The parameters that determine a run, besides its rows.

    Attributes:
        max_tokens: padded word pieces in one batch (about 32 rows of 90).
        span_weight: weight of the answer-span loss beside the label loss; 0 for none.
        label_smoothing: some rule-made labels are wrong.
        minutes: if not 0, the run ends after this many minutes, and the learning rate falls with the clock where that
            is ahead of the steps. Such a run can't be repeated exactly.
    """

    seed: int = 7
    epochs: int = 1
    max_tokens: int = 2_800
    learning_rate: float = 1.5e-4
    head_learning_rate: float = 1e-3
    warmup: float = 0.06
    weight_decay: float = 0.01
    span_weight: float = 0.0
    label_smoothing: float = 0.05
    checkpoint_every: int = 400
    threads: int = 2
    minutes: float = 0.0


def learning_factor(done: float, warmup: float) -> float:
    """Return the learning rate's factor: a linear rise over the first `warmup` share, then half a cosine to 2 %."""
    if done < warmup:
        return 0.02 + 0.98 * done / warmup
    return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1.0, (done - warmup) / (1 - warmup))))


def span_loss(span_logits: Tensor, mask: Tensor, types: Tensor, starts: Tensor, ends: Tensor) -> Tensor:
    """Return the cross-entropy of the answer's first and last token over [CLS] and the second text."""
    allowed = (mask * types).bool()
    allowed[:, 0] = True
    logits = span_logits.float().masked_fill(~allowed.unsqueeze(-1), -1e4)
    if bool((starts == NO_SPAN).all()):
        return span_logits.sum() * 0.0
    loss = nn.functional.cross_entropy
    first = loss(logits[..., 0], starts, ignore_index=NO_SPAN)
    return (first + loss(logits[..., 1], ends, ignore_index=NO_SPAN)) / 2


def train(
    network: JudgeNetwork,
    rows: Sequence[EncodedPair],
    plan: TrainingPlan,
    checkpoint: Path,
    on_checkpoint: Callable[[int, bool], None] | None = None,
) -> None:
    """Train the network in place, from `checkpoint` if that file exists; the file is updated meanwhile.

    `on_checkpoint(step, last)` is called after each checkpoint.
    """
    torch.set_num_threads(plan.threads)
    torch.manual_seed(plan.seed)
    lengths = [len(row.ids) for row in rows]
    batches = [
        batch
        for epoch in range(plan.epochs)
        for batch in plan_batches(lengths, plan.max_tokens, random.Random(plan.seed + epoch))
    ]
    encoder = [p for p in network.encoder.parameters() if p.requires_grad]
    heads = [*network.head.parameters(), *network.span_head.parameters()]
    optimizer = torch.optim.AdamW(
        [
            {"params": encoder, "lr": plan.learning_rate, "base": plan.learning_rate},
            {"params": heads, "lr": plan.head_learning_rate, "base": plan.head_learning_rate},
        ],
        weight_decay=plan.weight_decay,
        fused=True,
    )
    first = 0
    if checkpoint.is_file():
        state: dict[str, Any] = torch.load(checkpoint, weights_only=True)
        network.load_state_dict(state["network"])
        optimizer.load_state_dict(state["optimizer"])
        first = int(state["step"])
        log.info("goes on at step %d of %d", first, len(batches))
    network.train()
    began, n_rows, running = time.monotonic(), 0, 0.0
    for step in range(first, len(batches)):
        elapsed = time.monotonic() - began
        progress = max(step / len(batches), elapsed / (60 * plan.minutes) if plan.minutes else 0.0)
        factor = learning_factor(progress, plan.warmup)
        for group in optimizer.param_groups:
            group["lr"] = group["base"] * factor
        batch = collate([rows[i] for i in batches[step]])
        with torch.autocast("cpu", torch.bfloat16):
            logits, span_logits = network(batch["input_ids"], batch["attention_mask"], batch["token_type_ids"])
        loss = nn.functional.cross_entropy(logits.float(), batch["labels"], label_smoothing=plan.label_smoothing)
        if plan.span_weight:
            loss = loss + plan.span_weight * span_loss(
                span_logits, batch["attention_mask"], batch["token_type_ids"], batch["starts"], batch["ends"]
            )
        loss.backward()  # type: ignore[no-untyped-call]  # torch does not annotate it
        nn.utils.clip_grad_norm_(encoder + heads, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        n_rows += len(batches[step])
        running = loss.item() if step == first else 0.98 * running + 0.02 * loss.item()
        done = step + 1
        if done % 50 == 0:
            speed = n_rows / (time.monotonic() - began)
            left = (len(batches) - done) * (time.monotonic() - began) / (done - first) / 60
            log.info(
                "step %d of %d, loss %.4f, %.1f rows/s, %.0f min left",
                done,
                len(batches),
                running,
                speed,
                left,
            )
        last = done == len(batches) or progress >= 1.0
        if done % plan.checkpoint_every == 0 or last:
            _save(network, optimizer, done, checkpoint)
            if on_checkpoint:
                on_checkpoint(done, last)
                network.train()
        if last:
            break


def _save(network: JudgeNetwork, optimizer: torch.optim.Optimizer, step: int, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    torch.save({"network": network.state_dict(), "optimizer": optimizer.state_dict(), "step": step}, partial)
    partial.replace(path)


def predict(network: JudgeNetwork, rows: Sequence[EncodedPair], batch_size: int = 64) -> np.ndarray:
    """Return label logits `(n_rows, n_labels)` in the order of the rows."""
    network.eval()
    out: list[tuple[list[int], np.ndarray]] = []
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for chosen, batch in iterate_sorted(rows, batch_size):
            logits, _ = network(batch["input_ids"], batch["attention_mask"], batch["token_type_ids"])
            out.append((chosen, logits.float().numpy()))
    result = np.zeros((len(rows), out[0][1].shape[1] if out else 0), dtype=np.float32)
    for chosen, values in out:
        result[chosen] = values
    return result
