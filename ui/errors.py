"""The sentence that people see of an error: the message of our own errors, a safe sentence for all others."""

from __future__ import annotations

import logging

from rag.errors import FootnoteError

SAFE_SENTENCE = "Something went wrong on the server, and its log says what. Please try again."

log = logging.getLogger(__name__)


def render_error(exc: Exception, doing: str) -> str:
    """Return the sentence to show. An error that isn't ours is logged with its traceback.

    Args:
        exc: any error.
        doing: what was being done, for the log.
    """
    if isinstance(exc, FootnoteError):
        return str(exc)
    log.error("Failed while %s", doing, exc_info=exc)
    return SAFE_SENTENCE
