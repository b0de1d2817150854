"""The library: articles with their versions, chunks, stories and indexes, on disk."""
