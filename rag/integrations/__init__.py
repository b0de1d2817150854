"""Integrations: Footnote as parts of other frameworks."""
