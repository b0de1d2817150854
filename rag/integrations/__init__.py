"""Integrations: Footnote as components of other frameworks."""
