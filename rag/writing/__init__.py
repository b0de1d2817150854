"""Writing: prompts, standalone questions, and drafts of the language model."""
