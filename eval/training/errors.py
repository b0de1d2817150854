"""The error of training."""

from rag.errors import FootnoteError


class TrainingDataError(FootnoteError):
    """A training file is missing or wrong; the message gives the file, the line and the reason."""
