"""What people are told of an error: our own sentences as they are, of any other only that it happened."""

from __future__ import annotations

import logging

from rag.errors import FootnoteError

SAFE_SENTENCE = "Something went wrong on the server, and its log says what. Please try again."

log = logging.getLogger(__name__)


def tell(exc: Exception, doing: str) -> str:
    """The sentence to show; an error that isn't ours is logged with its trace.

    Args:
        exc: any error.
        doing: what was being done, for the log.
    """
    if isinstance(exc, FootnoteError):
        return str(exc)
    log.error("Failed while %s", doing, exc_info=exc)
    return SAFE_SENTENCE
