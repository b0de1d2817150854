from pathlib import Path

import pytest

from rag.library import Library
from ui.uploads import add_uploads, safe_name


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


def test_upload_has_its_source_in_the_home_and_its_successor_is_a_new_version(
    empty_library: Library, tmp_path: Path
) -> None:
    upload = tmp_path / "news.txt"
    upload.write_text("The summit was held in Astana on Wednesday, in the capital of Kazakhstan.")
    added = add_uploads(empty_library, [str(upload)])
    assert not upload.exists()
    upload.write_text("The summit was held in Astana on Thursday, in the capital of Kazakhstan.")
    updated = add_uploads(empty_library, [str(upload)])

    (article,) = empty_library.catalog.articles()
    assert (added.outcomes[0].status, updated.outcomes[0].status) == ("added", "updated")
    assert article.version == 2
    assert Path(article.source).parent == empty_library.settings.home / "uploads"


def test_upload_is_deleted_also_when_it_could_not_be_read(empty_library: Library, tmp_path: Path) -> None:
    for name, content in {"news.txt": b"The summit was held in Astana on Wednesday.", "bad.pdf": b"no PDF"}.items():
        (tmp_path / name).write_bytes(content)

    report = add_uploads(empty_library, [str(tmp_path / "news.txt"), str(tmp_path / "bad.pdf")])

    assert {outcome.status for outcome in report.outcomes} == {"added", "failed"}
    assert not list((empty_library.settings.home / "uploads").iterdir())
    assert [path for path in tmp_path.iterdir() if path.is_file()] == []
