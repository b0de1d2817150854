"""The faces of Footnote: the command line, the web page and the HTTP API."""
