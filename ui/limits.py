"""Limits on what users send, the same for the page, the HTTP API and batch files."""

QUESTION_CHARS_MAX = 2000
ANSWER_CHARS_MAX = 20_000
HISTORY_TURNS_MAX = 20
TOP_K_MAX = 200
UPLOAD_BYTES_MAX = 50 * 1024 * 1024

UPLOAD_READ_S = 300
"""Seconds in which an upload must have arrived."""

BODY_BYTES_MAX = 4 * 1024 * 1024
"""Largest body of any other request in bytes: enough for the longest history, however it is escaped."""
