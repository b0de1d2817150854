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
    ],
)
def test_upload_gets_a_safe_name(path: str, name: str) -> None:
    assert safe_name(path) == name


def test_upload_is_kept_in_the_home_and_its_successor_is_a_new_version(empty_library: Library, tmp_path: Path) -> None:
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
