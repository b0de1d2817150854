"""Models: embeddings, language models and small networks, loaded by `provider:name`; their files and downloads."""
