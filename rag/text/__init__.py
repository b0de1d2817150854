"""Language: sentences, words, quantities, times and names of a text; nothing of articles or questions."""
