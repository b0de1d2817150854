"""Training of the small judges, the reader and the checker. Nothing here is needed to answer questions."""
