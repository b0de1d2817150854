"""Records that hold an article each, such as rows of tables or objects of JSON, read by the names of their fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ingest.cleaning.characters import clean_line
from ingest.cleaning.titles import choose_title
from ingest.readers.metadata import complete_dates, parse_metadata, parse_url
from ingest.readers.text import extract_plain
from ingest.records import Document, ReadFailure
from rag.errors import IngestError

TEXT_NAMES = (
    *("text", "content", "body", "article", "article_text", "articlebody", "article_body", "full_text", "fulltext"),
    *("maintext", "main_text", "story", "content_text"),
)
"""Names of fields that hold an article's text, in lower case; the first that a record has counts."""

MAX_RECORDS = 10_000
"""Most records that are read from one file."""


def text_name(names: Sequence[object]) -> str:
    """Return the name of the field that holds a record's text; "" when there is none."""
    known = {str(name).strip().lower(): str(name) for name in reversed(names)}
    return next((known[name] for name in TEXT_NAMES if name in known), "")


def parse_values(record: Mapping[str, object], *, source: str = "", key: str = "", text: str = "text") -> Document:
    """Return the article of one record.

    Args:
        record: field names and values of any kind.
        source: its source if it states no URL of its own; "" if it must state one.
        key: identifies it in later runs; "" for its source.
        text: the field that holds the text.

    Raises:
        IngestError: it has no text, or no source.
    """
    metadata = parse_metadata({name: value for name, value in record.items() if name != text})
    address = source or metadata["url"]
    if not address:
        raise IngestError('no "source" and no "url"')
    if not isinstance(record.get(text), str):
        raise IngestError(f'no "{text}"')
    plain = extract_plain(str(record[text]))
    if not any(character.isalnum() for character in plain.text):
        raise IngestError(f'"{text}" is blank')
    metadata["title"] = metadata["title"] or choose_title(plain.text)
    complete_dates(metadata, plain.published, plain.updated)
    return Document(source=address, key=key or address, text=plain.text, note=plain.note, **metadata)


def record_documents(
    records: Sequence[Mapping[str, object]], *, source: str, key: str, text: str
) -> Iterator[Document | ReadFailure]:
    """Yield the articles of a file's records, and a failure for each that holds none.

    The source of a record is its own field "source" if all records have different ones, else its URL, else the file's
    name with its id or its number from 1, such as `news.csv#2`. A field "source" that repeats is the publisher.

    Args:
        records: all records of the file.
        source: the file as it was given to ingest.
        key: the file's key.
        text: the field that holds the text.
    """
    records = [{str(name).strip().lower(): record[name] for name in reversed(list(record))} for record in records]
    field = text.strip().lower()
    own_sources = _is_unique(records, "source")
    has_ids = _is_unique(records, "id")
    first_numbers: dict[str, int] = {}
    for number, record in enumerate(records[:MAX_RECORDS], 1):
        values = dict(record)
        named = values.pop("source", None)
        if own_sources:
            name = own_key = clean_line(str(named), 2000)
        elif parse_url(values.get("url")):
            name = own_key = ""
        else:
            place = f"#{clean_line(str(values['id'] if has_ids else number))}"
            name, own_key = source + place, key + place
        if not own_sources:
            values = {"publisher": named} | values
        try:
            document = parse_values(values, source=name, key=own_key, text=field)
            if document.key in first_numbers:
                raise IngestError(
                    f"source {document.source!r} was already given in record {first_numbers[document.key]}"
                )
        except IngestError as exc:
            yield ReadFailure(source=source, reason=f"record {number}: {exc}")
            continue
        first_numbers[document.key] = number
        yield document
    if len(records) > MAX_RECORDS:
        yield ReadFailure(
            source=source,
            reason=f"record {MAX_RECORDS + 1} and all behind it: more than {MAX_RECORDS:,} in one file; split it",
        )


def _is_unique(records: Sequence[Mapping[str, object]], name: str) -> bool:
    """Return whether every record has a different value under this name."""
    values = [clean_line(str(record.get(name) or ""), 2000) for record in records]
    nested = any(isinstance(record.get(name), dict | list) for record in records)
    return not nested and all(values) and len(set(values)) == len(values)
