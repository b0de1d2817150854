"""One module a format: from a file's bytes to an `Extract`, or an `IngestError` with the reason."""
