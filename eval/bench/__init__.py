"""The benchmark of speed and memory: `python -m eval.bench`. It tells nothing about how right answers are."""
