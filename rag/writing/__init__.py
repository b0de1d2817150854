"""Writing: prompts, questions that stand alone, and drafts of the language model."""
