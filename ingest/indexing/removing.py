"""Removing articles, and finding those whose file is gone; they are still used for answers until removed."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from ingest.cleaning.addresses import is_address
from ingest.cleaning.characters import escape_surrogates
from ingest.indexing.writing import Indexer
from ingest.records import Outcome
from rag.errors import ArticleNotFoundError
from rag.library.library import Library
from rag.library.records import IngestedFile
from rag.records import Article

Files = Mapping[str, IngestedFile]


def remove_articles(library: Library, article_ids: Sequence[str]) -> list[Article]:
    """Remove articles in all their versions, while the write lock is held; return those that existed."""
    removed = []
    for article_id in article_ids:
        try:
            removed.append(library.catalog.article(article_id))
        except ArticleNotFoundError:
            continue
        library.vectors.delete(library.catalog.remove(article_id))
        library.catalog.clear_journal()
    return removed


def report_missing(indexer: Indexer, library: Library, folders: Sequence[str], before: Files) -> None:
    """Report each article whose file is gone from the folders, or no longer holds it, and how to remove it.

    Args:
        indexer: takes the outcomes.
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
    """Remove each article whose file is gone, or no longer holds it, and forget the files that are gone.

    For an empty folder nothing is removed: most likely its disk is not mounted.
    """
    after = library.catalog.files()
    existing = _existing(after, [folder for folder in folders if os.listdir(folder)])
    for key in after.keys() - existing.keys():
        library.catalog.forget_file(key)
    for article in remove_articles(library, _without_file(before, existing)):
        indexer.report(Outcome(source=article.source, status="removed", article_id=article.id))


def _existing(files: Files, folders: Sequence[str]) -> dict[str, IngestedFile]:
    """Return the files without those that are gone from below the folders."""
    roots = [escape_surrogates(os.path.realpath(folder)) for folder in folders]
    return {
        key: stored
        for key, stored in files.items()
        if not (any(Path(key).is_relative_to(root) for root in roots) and _is_gone(key))
    }


def _is_gone(key: str) -> bool:
    """Return whether nothing exists at a path; False where that is unknown, as in a folder that can't be entered."""
    if "\\udc" in key:  # not valid UTF-8: the key is what `escape_surrogates` made of the name
        return False
    try:
        os.stat(key)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False


def _without_file(before: Files, after: Files) -> list[str]:
    """Return the ids of the articles that came from a file before, and come from none now."""
    held = {article_id for stored in after.values() for article_id in stored.article_ids}
    came = (id_ for key, stored in before.items() if not is_address(key) for id_ in stored.article_ids)
    return [article_id for article_id in dict.fromkeys(came) if article_id not in held]
