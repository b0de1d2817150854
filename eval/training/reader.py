"""Trains the reader: `python -m eval.training.reader --data DIR --out DIR`."""

from __future__ import annotations

import logging

from eval.training.command import Task, parse_arguments, run_training
from eval.training.export import export
from eval.training.loop import TrainingPlan
from eval.training.reader_data import LABELS, reader_pairs
from eval.training.reading_pairs import HOLDS_ANSWER

READER = Task(
    name="reader",
    labels=LABELS,
    positive=HOLDS_ANSWER,
    max_length=224,
    make_pairs=reader_pairs,
    plan=TrainingPlan(span_weight=0.5),
    learn_spans=True,
)


def main() -> None:
    """Run the command."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    args = parse_arguments(READER)
    held_out = run_training(READER, args)
    export(READER, args.out / "checkpoint.pt", held_out, args.out / "model")


if __name__ == "__main__":
    main()
