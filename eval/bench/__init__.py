"""The benchmark of speed and memory: `python -m eval.bench`. It doesn't measure whether answers are right."""
