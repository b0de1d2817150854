"""Measures exported judges on sets that training never saw: `python -m eval.training.measure --help`.

The reader: answerability of a question against its own paragraph and against the best of 30, and reranking of
the 30 nearest paragraphs. The checker: supported against the rest on WiCE, beside simple baselines. No parameter
is chosen here.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from eval.training.baselines import baseline_scores
from eval.training.command import base_model_folder
from eval.training.figures import balanced_accuracy, best_threshold, bootstrap_interval, render_auc, roc_auc
from eval.training.pairs import read_rows
from rag.models.cross_encoders import OnnxCrossEncoder

TOP_K = 30


def embed(texts: Sequence[str]) -> np.ndarray:
    """Return MiniLM embeddings `(n_texts, 384)`, of length one."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(base_model_folder()), device="cpu")
    return np.asarray(model.encode(list(texts), normalize_embeddings=True, batch_size=64, show_progress_bar=False))


def ndcg_at(relevant: Sequence[bool], n_relevant: int, k: int = 10) -> float:
    """Return nDCG@k of a ranking with yes/no relevance, with a log2 discount (Järvelin and Kekäläinen 2002)."""
    gain = sum(1 / np.log2(rank + 2) for rank, hit in enumerate(relevant[:k]) if hit)
    ideal = sum(1 / np.log2(rank + 2) for rank in range(min(n_relevant, k)))
    return float(gain / ideal) if ideal else 0.0


def rank_figures(scores: list[list[float]], relevant: list[set[str]], found: list[list[str]]) -> dict[str, float]:
    """Return mean Success@1, nDCG@10 and MRR; `scores[i]` are those of `found[i]`, and ties keep their order."""
    success, ndcg, reciprocal = [], [], []
    for i, ids in enumerate(found):
        order = np.argsort(-np.asarray(scores[i]), kind="stable")
        hits = [ids[j] in relevant[i] for j in order]
        success.append(hits[0])
        ndcg.append(ndcg_at(hits, len(relevant[i])))
        reciprocal.append(1 / (hits.index(True) + 1) if True in hits else 0.0)
    return {
        "success@1": round(float(np.mean(success)), 4),
        "ndcg@10": round(float(np.mean(ndcg)), 4),
        "mrr": round(float(np.mean(reciprocal)), 4),
        "questions": len(found),
    }


def rerank(
    encoder: OnnxCrossEncoder,
    questions: Sequence[str],
    texts: Mapping[str, str],
    relevant: list[set[str]],
    counted: Sequence[bool] | None = None,
) -> tuple[dict[str, Any], list[np.ndarray], np.ndarray]:
    """Return figures before and after reranking the MiniLM top 30, the reader's scores, and the best cosines.

    Only questions marked in `counted` enter the ranking figures; None counts all.
    """
    ids = list(texts)
    cosine = embed(list(questions)) @ embed([texts[i] for i in ids]).T
    found: list[list[str]] = []
    before: list[list[float]] = []
    after: list[list[float]] = []
    all_scores: list[np.ndarray] = []
    column = encoder.config.positive_index
    mixed: list[list[float]] = []
    spent = 0.0
    for i, question in enumerate(questions):
        top = np.argsort(-cosine[i], kind="stable")[:TOP_K]
        found.append([ids[j] for j in top])
        began = time.perf_counter()
        scores = encoder.predict([(question, texts[ids[j]]) for j in top])[:, column]
        spent += time.perf_counter() - began
        before.append([float(cosine[i, j]) for j in top])
        after.append([float(s) for s in scores])
        mixed.append(
            [float(np.log(s / (1 - s + 1e-9) + 1e-9) + 10 * cosine[i, j]) for s, j in zip(scores, top, strict=True)]
        )
        all_scores.append(scores)
    kept = [i for i in range(len(questions)) if counted is None or counted[i]]
    rankings = {"minilm": before, "reader": after, "reader logit + 10 cosine": mixed}
    figures: dict[str, Any] = {
        name: rank_figures([scores[i] for i in kept], [relevant[i] for i in kept], [found[i] for i in kept])
        for name, scores in rankings.items()
    }
    figures["ms_per_30"] = round(1000 * spent / len(questions), 1)
    return figures, all_scores, cosine.max(axis=1)


def measure_squad(encoder: OnnxCrossEncoder, folder: Path) -> dict[str, Any]:
    """Return the figures of answerability and reranking on SQuAD 2 questions over all paragraphs of the set."""
    texts = {row["source"]: row["text"] for row in read_rows(folder / "articles.jsonl")}
    rows = list(read_rows(folder / "questions.jsonl"))
    answerable = np.array([row["kind"] == "answerable" for row in rows])
    own = [(row["question"], texts[row["articles"][0]]) for row in rows]
    column = encoder.config.positive_index
    scores = encoder.predict(own)[:, column]
    questions = [row["question"] for row in rows]
    cosine = (embed(questions) * embed([passage for _, passage in own])).sum(axis=1)
    figures: dict[str, Any] = {
        "answerability, own paragraph": {
            "reader": render_auc(answerable, scores),
            "cosine": render_auc(answerable, cosine),
            **{name: render_auc(answerable, s) for name, s in baseline_scores(own).items()},
            "accuracy at 0.5": round(float(((scores > 0.5) == answerable).mean()), 4),
            "mean probability, answerable": round(float(scores[answerable].mean()), 3),
            "mean probability, unanswerable": round(float(scores[~answerable].mean()), 3),
        }
    }
    ranked, top_scores, top_cosine = rerank(
        encoder, questions, texts, [set(row["articles"]) for row in rows], list(answerable)
    )
    best = np.array([s.max() for s in top_scores])
    figures["answerability, best of 30"] = {
        "reader": render_auc(answerable, best),
        "cosine": render_auc(answerable, top_cosine),
    }
    figures["reranking"] = ranked
    return figures


def measure_time(encoder: OnnxCrossEncoder, folder: Path) -> dict[str, Any]:
    """Return the figures of reranking long news articles on TIME (BEIR layout); long texts are read in windows."""
    texts = {row["_id"]: row["text"] for row in read_rows(folder / "corpus.jsonl")}
    relevant: dict[str, set[str]] = {}
    for line in (folder / "qrels" / "test.tsv").read_text().splitlines()[1:]:
        query, article, score = line.split("\t")
        if int(score) > 0:
            relevant.setdefault(query, set()).add(article)
    rows = [row for row in read_rows(folder / "queries.jsonl") if row["_id"] in relevant]
    return rerank(encoder, [r["text"] for r in rows], texts, [relevant[r["_id"]] for r in rows])[0]


def choose_evidence(claim: str, sentences: Sequence[str], scores: np.ndarray, k: int = 5) -> str:
    """Return the `k` sentences with the highest scores, in the order of the page."""
    return " ".join(sentences[i] for i in sorted(np.argsort(-scores, kind="stable")[:k]))


def measure_wice(encoder: OnnxCrossEncoder, folder: Path, threshold: float) -> dict[str, Any]:
    """Return the figures of support on WiCE, with the page's five sentences nearest by MiniLM as evidence."""
    rows = list(read_rows(folder / "claims.jsonl"))
    labels = np.array([row["label"] == "supported" for row in rows])
    claims = embed([row["claim"] for row in rows])
    sentences = [s for row in rows for s in row["evidence"]]
    distinct = {s: i for i, s in enumerate(dict.fromkeys(sentences))}
    vectors = embed([" ".join(s.split()[:60]) for s in distinct])
    pairs, nearest = [], []
    for i, row in enumerate(rows):
        similar = vectors[[distinct[s] for s in row["evidence"]]] @ claims[i]
        pairs.append((row["claim"], choose_evidence(row["claim"], row["evidence"], similar)))
        nearest.append(float(similar.max()))
    column = encoder.config.positive_index
    scores = encoder.predict(pairs)[:, column]
    single = np.array(
        [
            encoder.predict([(row["claim"], s) for s in _top(row, vectors, distinct, claims[i])])[:, column].max()
            for i, row in enumerate(rows)
        ]
    )
    figures: dict[str, Any] = {
        "rows": len(rows),
        "supported": int(labels.sum()),
        "checker, five sentences": render_auc(labels, scores),
        "checker, best single sentence": render_auc(labels, single),
        "cosine": render_auc(labels, np.array(nearest)),
        **{name: render_auc(labels, s) for name, s in baseline_scores(pairs).items()},
        "balanced accuracy at the held-out threshold": round(balanced_accuracy(labels, scores >= threshold), 4),
        "its interval": [
            round(v, 3) for v in bootstrap_interval(lambda y, s: balanced_accuracy(y, s >= threshold), labels, scores)
        ],
    }
    not_partial = np.array([row["label"] != "partially_supported" for row in rows])
    figures["supported against not supported at all"] = render_auc(labels[not_partial], scores[not_partial])
    return figures


def _top(row: Mapping[str, Any], vectors: np.ndarray, distinct: Mapping[str, int], claim: np.ndarray) -> list[str]:
    similar = vectors[[distinct[s] for s in row["evidence"]]] @ claim
    return [row["evidence"][j] for j in np.argsort(-similar, kind="stable")[:5]]


def measure_held_out(encoder: OnnxCrossEncoder, path: Path, max_rows: int = 6000) -> dict[str, Any]:
    """Return figures by kind on held-out rows, with the threshold of best balanced accuracy."""
    rows = list(read_rows(path))[:max_rows]
    column = encoder.config.positive_index
    labels = np.array([row["label"] == column for row in rows])
    scores = encoder.predict([(row["first"], row["second"]) for row in rows])[:, column]
    kinds = np.array([row["kind"] for row in rows])
    sources = np.array([re.sub("/.*", "", kind) for kind in kinds])
    by_kind = {}
    for kind in sorted(set(kinds)):
        mine = kinds == kind
        side = labels[mine].mean() >= 0.5
        chosen = mine | ((sources == kind.partition("/")[0]) & (labels != side))
        by_kind[kind] = {"rows": int(mine.sum()), "auc": round(roc_auc(labels[chosen], scores[chosen]), 3)}
    return {
        "rows": len(rows),
        "auc": render_auc(labels, scores),
        "threshold": round(best_threshold(labels, scores), 4),
        "by_kind": by_kind,
    }


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("task", choices=["reader", "checker"])
    parser.add_argument("--model", type=Path, required=True, help="folder of an exported judge")
    parser.add_argument("--held-out", type=Path, help="dev_pairs.jsonl of the training run")
    parser.add_argument("--squad2", type=Path)
    parser.add_argument("--time", type=Path)
    parser.add_argument("--wice", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--threshold", type=float, default=0.5)
    args = parser.parse_args()
    encoder = OnnxCrossEncoder(args.model, args.threads)
    figures: dict[str, Any] = {}
    threshold = args.threshold
    if args.held_out:
        figures["held out"] = measure_held_out(encoder, args.held_out)
        threshold = figures["held out"]["threshold"]
    if args.task == "reader" and args.squad2:
        figures["squad2"] = measure_squad(encoder, args.squad2)
    if args.task == "reader" and args.time:
        figures["time"] = measure_time(encoder, args.time)
    if args.task == "checker" and args.wice:
        figures["wice"] = measure_wice(encoder, args.wice, threshold)
    print(json.dumps(figures, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
