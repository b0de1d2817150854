"""Retrieval: finds the passages of a question, by meaning, words and dates."""
