"""Answering: brings reading, writing and checking together into the parts of an answer."""
