"""Readers: one module a format, from a file's bytes to an `Extract`, and the processes that they run in."""
