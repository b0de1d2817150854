"""Models: loads embeddings, language models and small networks by `provider:name`, fetches and checks their files."""
