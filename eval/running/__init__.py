"""Running: answers a data set with a target and scores what came back."""
