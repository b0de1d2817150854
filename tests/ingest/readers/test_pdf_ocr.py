"""PDFs whose pages are images: read where tesseract is installed, refused with a reason where it isn't."""

from __future__ import annotations

import io
import stat
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from ingest.readers.pdf import extract_pdf
from ingest.readers.pdf_ocr import can_read_images
from rag.errors import IngestError

LINE = "The harbour of Lund reopened on Monday."


def scan(*lines: str) -> bytes:
    """A PDF with a page for each line, drawn as an image."""
    pages = []
    for line in lines:
        page = Image.new("RGB", (1240, 400), "white")
        ImageDraw.Draw(page).text((80, 150), line, fill="black", font=ImageFont.load_default(48))
        pages.append(page)
    content = io.BytesIO()
    pages[0].save(content, "PDF", save_all=True, append_images=pages[1:], resolution=150)
    return content.getvalue()


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Puts a program called tesseract on the path, and nothing else but the shell's own."""
    program = folder / "tesseract"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}:/bin:/usr/bin")


@pytest.mark.skipif(not can_read_images(), reason="tesseract is not installed")
def test_pages_that_are_images_are_read() -> None:
    assert extract_pdf(scan(LINE, "Nobody came.")).text.split("\n\n") == [LINE, "Nobody came."]


def test_each_page_is_given_to_the_program_as_a_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, "head -c 8 | od -An -c | grep -q 'P   N   G' && echo 'It is a picture.'")
    assert extract_pdf(scan(LINE, LINE)).text.split() == ["It", "is", "a", "picture."] * 2


def test_an_image_that_cannot_be_decoded_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, "cat > /dev/null; echo 'It is a picture.'")
    broken = scan(LINE).replace(b"\xff\xd8\xff", b"\x00\x00\x00", 1)
    assert broken != scan(LINE)
    with pytest.raises(IngestError, match="only images"):
        extract_pdf(broken)


def test_a_failing_program_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, "exit 3")
    with pytest.raises(IngestError, match="tesseract can't read the images"):
        extract_pdf(scan(LINE))


def test_images_without_text_are_told_apart_from_a_missing_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, monkeypatch, "cat > /dev/null")
    with pytest.raises(IngestError, match="no text was seen"):
        extract_pdf(scan(LINE))
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    with pytest.raises(IngestError, match="install tesseract"):
        extract_pdf(scan(LINE))
