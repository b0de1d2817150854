"""The documents name files and links that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/evaluation.md", "docs/http.md")
PLACEHOLDER = re.compile(r"[A-Z]{4,}")


def named_files(text: str) -> set[str]:
    """The paths of this repository that a text names in backticks, without those that hold a placeholder."""
    paths = re.findall(r"`((?:rag|ingest|eval|ui|tests|docs)/[\w./-]*)`", text)
    return {path for path in paths if not PLACEHOLDER.search(path)}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_files_that_a_document_names_exist(document: str) -> None:
    named = named_files((ROOT / document).read_text(encoding="utf-8"))

    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_of_a_document_lead_somewhere(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#]+)", text)

    assert [link for link in links if not (ROOT / document).parent.joinpath(link).exists()] == []


def test_every_room_is_in_the_drawing() -> None:
    drawing = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    rooms = {
        f"{folder.name}/"
        for package in ("rag", "ingest", "eval", "ui")
        for folder in (ROOT / package).iterdir()
        if (folder / "__init__.py").exists()
    }

    assert [room for room in sorted(rooms) if room not in drawing] == []
