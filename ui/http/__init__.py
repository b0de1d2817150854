"""The web application: the gate, the HTTP API, and the server that serves both the API and the page."""
