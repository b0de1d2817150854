"""Data: questions, labelled claims and collections that are evaluated on."""
