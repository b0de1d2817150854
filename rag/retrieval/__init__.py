"""Retrieval: the passages for a question, found by meaning, words and dates."""
