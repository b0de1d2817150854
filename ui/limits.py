"""The limits on what comes in from outside, the same in the page, the HTTP API and batch files."""

QUESTION_CHARS_MAX = 2000
ANSWER_CHARS_MAX = 20_000
HISTORY_TURNS_MAX = 20
TOP_K_MAX = 200
UPLOAD_BYTES_MAX = 50 * 1024 * 1024

UPLOAD_READ_S = 300
"""Seconds that the bytes of an upload may take to arrive."""

BODY_BYTES_MAX = 4 * 1024 * 1024
"""Bytes of any other request: room for the longest history that the HTTP API takes, however it's escaped."""
