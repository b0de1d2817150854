"""Failures of readers: every error that ends the reading of a file becomes a `ReadFailure` with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from ingest.cleaning.characters import escape_surrogates
from ingest.records import ReadFailure
from rag.errors import IngestError

Item = TypeVar("Item")


def catch_failures(source: str, items: Iterator[Item]) -> Iterator[Item | ReadFailure]:
    """Yield the items, and a failure with its reason when an error ends them early."""
    try:
        yield from items
    except IngestError as exc:
        yield ReadFailure(source=source, reason=str(exc))
    except (OSError, ValueError) as exc:
        yield ReadFailure(source=source, reason=os_reason(exc))
    except MemoryError:
        yield ReadFailure(source=source, reason="too large for the memory of this machine")
    except RecursionError:
        yield ReadFailure(source=source, reason="nested too deep")
    except Exception as exc:  # parsers of other people's formats raise anything; one file must not end the run
        reason = f"damaged or unusual: {type(exc).__name__}: {escape_surrogates(str(exc))}"
        yield ReadFailure(source=source, reason=reason[:300])


def os_reason(error: OSError | ValueError) -> str:
    """Return why the system couldn't open or read a file, as a short phrase."""
    if isinstance(error, FileNotFoundError):
        return "no such file or folder"
    if isinstance(error, PermissionError):
        return "permission denied"
    return f"can't be read: {getattr(error, 'strerror', None) or error}"
