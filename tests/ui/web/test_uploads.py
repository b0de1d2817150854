"""Files added in the page: an article is known by what it holds, never by what its file is called."""

from __future__ import annotations

import json
import random
import zipfile
from pathlib import Path

import pytest

import ingest
from eval.training.report_patterns import PATTERNS
from ingest.records import Outcome
from rag.library.library import Library
from ui.web.uploads import add_uploads, safe_name

HARBOUR = (
    "The harbour of Lomwick opens on Monday after three years of work. The new quay is 240 metres long, and ferries "
    "to Osset leave from it every hour. The town paid 12 million crowns for it, said Rita Moll, who runs the port."
)
SCHOOL = (
    "Pupils in Tarnby start an hour later from autumn on. The council voted 9 to 4 for it on Tuesday evening, after "
    "a trial at two schools. Buses will run later too, the council said, and meals are served at one o'clock."
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "gradio"


def upload(library: Library, folder: Path, name: str, text: str) -> Outcome:
    """Adds a file as the page does, and deletes it as the page does."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    (outcome,) = add_uploads(library, [str(path)]).outcomes
    path.unlink(missing_ok=True)
    return outcome


def texts(library: Library) -> set[str]:
    return {article.text for article in library.catalog.articles()}


def titled(title: str, text: str, **metadata: str) -> str:
    return "\n".join(["---", f"title: {title}", *(f"{k}: {v}" for k, v in metadata.items()), "---", "", text])


@pytest.mark.parametrize("name", ["news.txt", "harbour-and-school.txt", "news.md"])
def test_a_file_of_the_same_name_replaces_nothing(empty_library: Library, folder: Path, name: str) -> None:
    assert upload(empty_library, folder, name, HARBOUR).status == "added"
    assert upload(empty_library, folder, name, SCHOOL).status == "added"
    assert texts(empty_library) == {HARBOUR, SCHOOL}


def test_a_file_named_as_the_file_of_an_article_in_a_folder_replaces_nothing(
    empty_library: Library, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "news.txt").write_text(HARBOUR)
    ingest.ingest([str(tmp_path / "news.txt")], library=empty_library)
    upload(empty_library, folder, "news.txt", SCHOOL)
    assert texts(empty_library) == {HARBOUR, SCHOOL}


@pytest.mark.parametrize("key", ["source", "url"])
def test_a_record_that_calls_itself_another_article_replaces_nothing(
    empty_library: Library, folder: Path, tmp_path: Path, key: str
) -> None:
    address = "https://lomwick.example/harbour"
    record = {key: address, "title": "Harbour opens", "text": HARBOUR}
    (tmp_path / "own.jsonl").write_text(json.dumps(record))
    ingest.ingest([str(tmp_path / "own.jsonl")], library=empty_library)
    upload(empty_library, folder, "theirs.jsonl", json.dumps(record | {"title": "Other", "text": SCHOOL}))
    assert texts(empty_library) == {HARBOUR, SCHOOL}


@pytest.mark.parametrize("name", ["first-news.txt", "quite-another-name.txt"])
@pytest.mark.parametrize("text", [HARBOUR, "The office is closed today."])
def test_the_same_text_is_there_once_under_whatever_name(
    empty_library: Library, folder: Path, name: str, text: str
) -> None:
    upload(empty_library, folder, "first-news.txt", text)
    assert upload(empty_library, folder, name, text).status == "unchanged"
    (article,) = empty_library.catalog.articles()
    assert article.version == 1


def test_the_same_text_as_in_a_folder_is_a_duplicate_whose_path_is_not_told(
    empty_library: Library, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "own.md").write_text(titled("Harbour opens", HARBOUR))
    ingest.ingest([str(tmp_path / "own.md")], library=empty_library)
    outcome = upload(empty_library, folder, "other.md", titled("Harbour opens", HARBOUR))
    assert (outcome.status, outcome.reason) == ("duplicate", "the same article as “Harbour opens”")


def test_a_text_with_the_title_and_most_words_of_an_article_is_its_new_version(
    empty_library: Library, folder: Path
) -> None:
    upload(empty_library, folder, "a.md", titled("Harbour opens", HARBOUR))
    changed = HARBOUR.replace("on Monday", "on Thursday") + " A second quay is planned."
    outcome = upload(empty_library, folder, "b.md", titled("Harbour opens", changed))
    (article,) = empty_library.catalog.articles()
    assert (outcome.status, outcome.reason) == ("updated", "now version 2 of “Harbour opens”")
    assert (article.text, article.version, article.source) == (changed, 2, "b.md")
    assert ingest.verify(library=empty_library) == []


@pytest.mark.parametrize(
    "other",
    [
        titled("Harbour opens", SCHOOL),
        titled("Harbour opens", HARBOUR + " A second quay is planned.", publisher="Osset Post"),
        titled("The quay of Lomwick", HARBOUR + " A second quay is planned."),
    ],
    ids=["other text", "other publisher", "other title"],
)
def test_anything_else_is_an_article_of_its_own(empty_library: Library, folder: Path, other: str) -> None:
    upload(empty_library, folder, "a.md", titled("Harbour opens", HARBOUR, publisher="Lomwick Courier"))
    assert upload(empty_library, folder, "a.md", other).status == "added"


@pytest.mark.parametrize("pattern", ["market", "river", "match", "weather"])
def test_the_next_report_of_a_series_replaces_none(empty_library: Library, folder: Path, pattern: str) -> None:
    rng = random.Random(1)
    for day in range(1, 5):
        report = titled("The figures", PATTERNS[pattern](rng), published=f"2025-06-{7 * day:02}")
        assert upload(empty_library, folder, "figures.md", report).status == "added"


def test_articles_keep_their_file_name_and_outlive_the_file(
    empty_library: Library, folder: Path, tmp_path: Path
) -> None:
    upload(empty_library, folder, "a.md", titled("Harbour opens", HARBOUR))
    (folder / "other.md").write_text(SCHOOL)
    report = ingest.ingest([str(folder)], library=empty_library)
    assert [outcome.status for outcome in report.outcomes] == ["added"]
    assert ingest.verify(library=empty_library) == []
    assert {article.source for article in empty_library.catalog.articles()} == {"a.md", str(folder / "other.md")}


def test_a_removed_article_can_be_uploaded_again(empty_library: Library, folder: Path) -> None:
    added = upload(empty_library, folder, "a.txt", HARBOUR)
    ingest.remove(added.article_id, library=empty_library)
    assert upload(empty_library, folder, "a.txt", HARBOUR).status == "added"


def test_files_in_an_archive_and_failures_are_told_without_the_folder(empty_library: Library, folder: Path) -> None:
    folder.mkdir()
    with zipfile.ZipFile(folder / "all.zip", "w") as archive:
        archive.writestr("a.txt", HARBOUR)
        archive.writestr("b.pdf", b"no pdf")
    report = add_uploads(empty_library, [str(folder / "all.zip")])
    told = {outcome.source: outcome.status for outcome in report.outcomes}
    assert told == {"all.zip!/a.txt": "added", "all.zip!/b.pdf": "failed"}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/tmp/x/report.pdf", "report.pdf"),
        ("../../etc/.passwd", "passwd"),
        ("/tmp/<b>a</b>|?.txt", "b_.txt"),
        ("/tmp/" + "a" * 300 + ".txt", "a" * 120 + ".txt"),
        ("/tmp/Ünïcode name (2).md", "Ünïcode name (2).md"),
        ("/tmp/" + "新" * 200 + ".txt", "新" * 40 + ".txt"),
        ("/tmp/a." + "b" * 300, "a." + "b" * 19),
        ("", "file"),
    ],
)
def test_upload_gets_a_safe_name(path: str, name: str) -> None:
    assert safe_name(path) == name
