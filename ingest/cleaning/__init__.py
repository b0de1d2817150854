"""Cleaning: canonical text and addresses, and the language, title and dates of a text."""
