"""Reads a retrieval collection in the BEIR layout: corpus.jsonl, queries.jsonl, qrels/test.tsv."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval.data.questions import read_lines, reasons
from rag.errors import DatasetError


class _DocumentLine(BaseModel):
    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    id: str = Field(alias="_id", min_length=1)
    text: str
    title: str | None = ""


class _QueryLine(BaseModel):
    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    id: str = Field(alias="_id", min_length=1)
    text: str = Field(min_length=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """Queries by id and relevance of documents by query id; the documents stay in `corpus`.

    Attributes:
        queries: those with a relevant document.
    """

    corpus: Path
    queries: dict[str, str]
    qrels: dict[str, dict[str, int]]


def load_collection(directory: Path) -> Collection:
    """Return the collection in a folder.

    Raises:
        DatasetError: a file is missing or has a wrong line; the message gives its number and the reason.
    """
    qrels = _load_qrels(directory / "qrels" / "test.tsv")
    queries = {}
    path = directory / "queries.jsonl"
    for number, data in read_lines(path):
        try:
            query = _QueryLine.model_validate(data)
        except ValidationError as exc:
            raise DatasetError(f"{path}, line {number}: {reasons(exc)}.") from exc
        if any(relevance > 0 for relevance in qrels.get(query.id, {}).values()):
            queries[query.id] = query.text
    if not queries:
        raise DatasetError(f"{directory}: no query has a relevant document in qrels/test.tsv.")
    return Collection(corpus=directory / "corpus.jsonl", queries=queries, qrels=qrels)


def write_articles(collection: Collection, path: Path) -> int:
    """Write the documents as records that ingest reads, their ids as sources; return how many.

    Raises:
        DatasetError: a line is wrong. Documents without text are left out.
    """
    n_documents = 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for number, data in read_lines(collection.corpus):
            try:
                document = _DocumentLine.model_validate(data)
            except ValidationError as exc:
                raise DatasetError(f"{collection.corpus}, line {number}: {reasons(exc)}.") from exc
            if document.text.strip():
                record = {"source": document.id, "title": document.title or "", "text": document.text}
                file.write(json.dumps(record) + "\n")
                n_documents += 1
    return n_documents


def _load_qrels(path: Path) -> dict[str, dict[str, int]]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as exc:
        raise DatasetError(f"{path} can't be read: {exc}.") from exc
    qrels: dict[str, dict[str, int]] = {}
    for number, line in enumerate(lines, start=1):
        parts = line.strip().split("\t")
        if not line.strip() or (number == 1 and parts[-1] == "score"):
            continue
        if len(parts) == 4:
            parts = [parts[0], parts[2], parts[3]]
        if len(parts) != 3 or not parts[2].lstrip("-").isdigit():
            raise DatasetError(f"{path}, line {number}: not query-id, corpus-id, score with tabs between.")
        qrels.setdefault(parts[0], {})[parts[1]] = int(parts[2])
    return qrels
