"""Trains the checker: `python -m eval.training.checker --data DIR --out DIR [--start READER_CHECKPOINT]`."""

from __future__ import annotations

import logging

from eval.training.checker_data import LABELS, SUPPORTED, checker_pairs
from eval.training.command import Task, parse_arguments, run_training
from eval.training.export import export
from eval.training.loop import TrainingPlan

CHECKER = Task(
    name="checker",
    labels=LABELS,
    positive=SUPPORTED,
    max_length=192,
    make_pairs=checker_pairs,
    plan=TrainingPlan(),
)


def main() -> None:
    """Run the command."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    args = parse_arguments(CHECKER)
    held_out = run_training(CHECKER, args)
    export(CHECKER, args.out / "checkpoint.pt", held_out, args.out / "model")


if __name__ == "__main__":
    main()
