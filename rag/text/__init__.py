"""Text: the sentences, words, numbers, times and names of a text, and windows on an article."""
