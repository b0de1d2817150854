"""Training of the two small judges, the reader and the checker; answering needs nothing of it."""
