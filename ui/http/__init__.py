"""The HTTP API, and the server of page and API."""
