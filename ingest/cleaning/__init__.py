"""Cleaning: canonical text, its language, its title and its dates."""
