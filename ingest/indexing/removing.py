"""Removing articles, and finding those whose file is gone: they still answer until they are removed."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.records import Outcome
from ingest.sources.addresses import is_address
from ingest.sources.documents import storable
from rag.errors import ArticleNotFoundError
from rag.library.library import Library
from rag.library.records import IngestedFile
from rag.records import Article

if TYPE_CHECKING:
    from ingest.indexing.writing import Indexer

Files = Mapping[str, IngestedFile]


def remove_articles(library: Library, article_ids: Sequence[str]) -> list[Article]:
    """Removes articles in all their versions, while the write lock is held; gives those that were there."""
    removed = []
    for article_id in article_ids:
        try:
            removed.append(library.catalog.article(article_id))
        except ArticleNotFoundError:
            continue
        library.vectors.delete(library.catalog.remove(article_id))
        library.catalog.clear_journal()
    return removed


def folders_of(sources: Sequence[str]) -> list[str]:
    """The folders among the sources of a run."""
    return [source for source in sources if not is_address(source) and os.path.isdir(source)]


def report_missing(indexer: Indexer, library: Library, folders: Sequence[str], before: Files) -> None:
    """Reports each article that came from a file in the folders, and now from none, and how it is removed.

    Args:
        indexer: takes the reports.
        library: holds the articles.
        folders: of this run.
        before: the files that were known before the run.
    """
    after = library.catalog.files()
    removable = _without_file(after, _existing(after, [folder for folder in folders if os.listdir(folder)]))
    existing = _existing(after, folders)
    for article_id in dict.fromkeys([*_without_file(before, existing), *_without_file(after, existing)]):
        try:
            source = library.catalog.article(article_id).source
        except ArticleNotFoundError:
            continue
        remedy = f"`footnote remove {article_id}` removes it"
        if article_id in removable:
            remedy += ", and --prune all that are gone"
        reason = f"its file is gone, or holds it no more, and it still answers; {remedy}"
        indexer.report(Outcome(source=source, status="missing", reason=reason, article_id=article_id))


def remove_missing(indexer: Indexer, library: Library, folders: Sequence[str], before: Files) -> None:
    """Removes each article that came from a file before, and now from none, with what is known of files that are gone.

    A folder that is empty removes nothing: it is far more likely a disk that isn't there than news that are over.
    """
    after = library.catalog.files()
    existing = _existing(after, [folder for folder in folders if os.listdir(folder)])
    for key in after.keys() - existing.keys():
        library.catalog.forget_file(key)
    for article in remove_articles(library, _without_file(before, existing)):
        indexer.report(Outcome(source=article.source, status="removed", article_id=article.id))


def _existing(files: Files, folders: Sequence[str]) -> dict[str, IngestedFile]:
    """The files without those that are gone from below the folders."""
    roots = [storable(os.path.realpath(folder)) for folder in folders]
    return {
        key: stored
        for key, stored in files.items()
        if not (any(Path(key).is_relative_to(root) for root in roots) and _is_gone(key))
    }


def _is_gone(key: str) -> bool:
    """Whether nothing is at a path; not so where that can't be told, as below a folder that can't be entered."""
    if "\\udc" in key:  # a name that is no UTF-8, of which `storable` has kept another spelling
        return False
    try:
        os.stat(key)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False


def _without_file(before: Files, after: Files) -> list[str]:
    """Ids of the articles that came from a file before, and now from none."""
    held = {article_id for stored in after.values() for article_id in stored.article_ids}
    came = (id_ for key, stored in before.items() if not is_address(key) for id_ in stored.article_ids)
    return [article_id for article_id in dict.fromkeys(came) if article_id not in held]
