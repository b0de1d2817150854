"""The rows of ingested files and pages, within a transaction that `rag/library/catalog.py` holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from rag.library import schema
from rag.library.records import FileFailure, IngestedFile


def select_file(connection: sa.Connection, key: str) -> IngestedFile | None:
    """Return the file with this key, or None."""
    row = connection.execute(sa.select(schema.files).where(schema.files.c.key == key)).first()
    if row is None:
        return None
    failed = sa.select(schema.file_failures.c.failures).where(schema.file_failures.c.key == key)
    return _to_file(row, connection.execute(failed).scalar() or [])


def select_files(connection: sa.Connection) -> dict[str, IngestedFile]:
    """Return all files and pages by key."""
    found = connection.execute(sa.select(schema.files)).all()
    failures = {row.key: row.failures for row in connection.execute(sa.select(schema.file_failures))}
    return {row.key: _to_file(row, failures.get(row.key, [])) for row in found}


def replace_file(connection: sa.Connection, key: str, file: IngestedFile) -> None:
    """Write a file by its key, in place of an earlier one."""
    values = {"key": key, "fingerprint": file.fingerprint, "article_ids": list(file.article_ids)}
    connection.execute(sa.insert(schema.files).prefix_with("OR REPLACE"), values)
    connection.execute(sa.delete(schema.file_failures).where(schema.file_failures.c.key == key))
    if file.failures:
        failed = {"key": key, "failures": [asdict(failure) for failure in file.failures]}
        connection.execute(sa.insert(schema.file_failures), failed)


def delete_file(connection: sa.Connection, key: str) -> None:
    """Delete a file or page; its articles stay."""
    connection.execute(sa.delete(schema.files).where(schema.files.c.key == key))
    connection.execute(sa.delete(schema.file_failures).where(schema.file_failures.c.key == key))


def delete_files_of(connection: sa.Connection, article_id: str) -> None:
    """Delete the files that an article came from, so that they are read again; their failures stay."""
    for row in connection.execute(sa.select(schema.files)).all():
        if article_id in row.article_ids:
            connection.execute(sa.delete(schema.files).where(schema.files.c.key == row.key))


def _to_file(row: Any, failures: Sequence[dict[str, Any]]) -> IngestedFile:
    return IngestedFile(
        fingerprint=row.fingerprint,
        article_ids=tuple(row.article_ids),
        failures=tuple(FileFailure(**failure) for failure in failures),
    )
