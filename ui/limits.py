"""Limits on what users send, the same for the page, the HTTP API and batch files."""

QUESTION_CHARS_MAX = 2000
ANSWER_CHARS_MAX = 20_000
HISTORY_TURNS_MAX = 20
TOP_K_MAX = 200
UPLOAD_BYTES_MAX = 50 * 1024 * 1024

FORM_BYTES_MAX = 64 * 1024
"""What a form may have around its file, in bytes."""

UPLOAD_READ_S = 300
"""Seconds in which an upload must have arrived."""

BODY_BYTES_MAX = 4 * 1024 * 1024
"""Largest body of any other request in bytes: enough for the longest history, however it is escaped."""

WAITING_MAX = 64
"""Questions that may wait while another is answered. Further ones are refused at once."""

PAGE_ITEMS_MAX = 200
"""The most articles or conversations on one page of a list."""

TITLE_CHARS_MAX = 200
NOTE_CHARS_MAX = 2000
SEARCH_CHARS_MAX = 200

MESSAGES_MAX = 1000
"""The most messages of a chat completion. Only the last turns are used."""
