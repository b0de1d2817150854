"""The catalog's SQLite file: opening and upgrading it, and its transactions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError, OperationalError

from rag.errors import LibraryError
from rag.library import schema
from rag.library.migrations import upgrade

BUSY_TIMEOUT_S = 5.0


class Database:
    """An open SQLite file; safe to use from several threads, and by readers while another process writes."""

    def __init__(self, path: Path) -> None:
        """Open the file; it is made when it doesn't exist, and upgraded when an earlier version made it.

        Raises:
            LibraryError: the file can't be opened, or its schema can't be upgraded to the one of this version.
        """
        self.path = path
        self._engine = sa.create_engine(
            sa.URL.create("sqlite", database=str(path)), connect_args={"timeout": BUSY_TIMEOUT_S}
        )
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            sa.event.listen(self._engine, "connect", _prepare)
            made_with = self._make_tables()
        except (OSError, DatabaseError) as exc:
            self.close()
            raise LibraryError(
                f"The catalog {path} can't be opened: {_root_cause(exc)}. Check that its folder can be written and "
                "has space, or set FOOTNOTE_HOME to another folder."
            ) from exc
        if made_with != schema.SCHEMA_VERSION:
            self.close()
            raise LibraryError(
                f"The catalog {path} has schema {made_with}, this version of Footnote needs {schema.SCHEMA_VERSION}. "
                "Set FOOTNOTE_HOME to a new folder and ingest again."
            )

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Return a connection that reads one snapshot, whatever other processes write meanwhile.

        Raises:
            LibraryError: SQLite failed.
        """
        try:
            with self._engine.connect() as connection:
                connection.exec_driver_sql("BEGIN")
                yield connection
        except DatabaseError as exc:
            raise _library_error(self.path, exc) from exc

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """Return a connection within one transaction, which an error rolls back.

        Raises:
            LibraryError: SQLite failed.
        """
        try:
            with self._engine.begin() as connection:
                yield connection
        except DatabaseError as exc:
            raise _library_error(self.path, exc) from exc

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _make_tables(self) -> str:
        """Make the tables that don't exist, and upgrade the others; returns the schema that the file has now."""
        with self._engine.begin() as connection:
            schema.metadata.create_all(connection)
            for statement in (*schema.CREATE_FTS, *schema.CREATE_INDEXES):
                connection.execute(statement)
            default = {"key": "schema", "value": schema.SCHEMA_VERSION}
            connection.execute(sa.insert(schema.meta).prefix_with("OR IGNORE"), default)
            return upgrade(connection, read_value(connection, "schema"))


def read_value(connection: sa.Connection, key: str) -> str:
    """Return the value of a key in the table `meta`, or ""."""
    return connection.execute(sa.select(schema.meta.c.value).where(schema.meta.c.key == key)).scalar() or ""


def _prepare(connection: Any, _record: Any) -> None:
    """Set up a new connection, with the function `casefold`, since SQLite's own `lower` leaves letters such as É."""
    connection.create_function("casefold", 1, str.casefold, deterministic=True)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


def _library_error(path: Path, exc: DatabaseError) -> LibraryError:
    remedy = "Try again when no other program writes." if isinstance(exc, OperationalError) else "Run footnote doctor."
    return LibraryError(f"The catalog {path} failed: {_root_cause(exc)}. {remedy}")


def _root_cause(exc: Exception) -> str:
    return str(getattr(exc, "orig", None) or exc)
