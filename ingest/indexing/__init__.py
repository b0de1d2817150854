"""Indexing: chunks, the identity of articles, and writing them so that a crash loses nothing."""
