"""The user interfaces: the web page, the HTTP API and the command line."""
