"""The data that is evaluated on: questions, labelled claims, collections, attacks and articles."""
