"""Hostile and broken files: each ends in an outcome with its reason, and the file behind it is read as always."""

from __future__ import annotations

import io
import json
import os
import re
import socket
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import docx
import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

import ingest
from ingest.readers.delimited import read_table
from ingest.readers.pool import Extraction, ExtractionPool
from ingest.records import Outcome
from rag.errors import IngestError
from rag.library.library import Library
from rag.settings import load_settings
from rag.wiring import build_library
from tests.fakes import BagOfWordsEmbeddings
from tests.ingest.pdfs import PAGE_ONE, build_pdf
from tests.ingest.readers.test_archives import tar_of, zip_of

GOOD = "The delegates met in the capital."
ENTITIES = (
    "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'>"
    + "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9))
    + "<!ENTITY file SYSTEM 'file:///etc/passwd'>]>"
)
"""Ten to the tenth letters, and a file of this machine."""


@pytest.fixture
def library(empty_home: Path) -> Iterator[Library]:
    opened = build_library(load_settings(file_timeout_s=10.0), embeddings=BagOfWordsEmbeddings())
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "zz-good.txt").write_text(GOOD)
    return folder


def outcomes(library: Library, folder: Path) -> list[Outcome]:
    """All outcomes but that of the good file, which is added whatever else is there."""
    found = ingest.ingest([str(folder)], library=library).outcomes
    good = [outcome.status for outcome in found if outcome.source == str(folder / "zz-good.txt")]
    assert good == ["added"]
    assert ingest.verify(library=library) == []
    return [outcome for outcome in found if outcome.source != str(folder / "zz-good.txt")]


def bomb_pdf() -> bytes:
    """A page whose few kilobytes of content unpack to 140 MB."""
    pdf = build_pdf([["x"]])
    packed = zlib.compress(zlib.compress(b"(a) Tj " * 20_000_000, 1), 9)
    start = pdf.index(b"4 0 obj")
    end = pdf.index(b"endobj", start)
    stream = b"4 0 obj\n<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n%s\nendstream\n"
    return pdf[:start] + stream % (len(packed), packed) + pdf[end:]


def circular_pdf() -> bytes:
    """Outlines whose entries follow each other in a circle."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(build_pdf([PAGE_ONE]))))
    entry = writer._add_object(DictionaryObject({NameObject("/Title"): TextStringObject("a")}))
    for name in ("/Next", "/Prev", "/First", "/Last", "/Parent"):
        entry.get_object()[NameObject(name)] = entry  # type: ignore[index]  # it is a dictionary, put there above
    writer.root_object[NameObject("/Outlines")] = entry
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def circular_pages_pdf() -> bytes:
    """Pages that are their own children."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(build_pdf([PAGE_ONE]))))
    pages = writer.root_object["/Pages"].get_object()
    reference = writer.root_object.raw_get("/Pages")
    pages[NameObject("/Kids")] = ArrayObject([reference, reference])  # type: ignore[index]  # a dictionary
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def encrypted_pdf() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(build_pdf([PAGE_ONE]))))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def entity_docx() -> bytes:
    out, document = io.BytesIO(), docx.Document()
    document.add_paragraph("It rained.")
    document.save(out)
    with zipfile.ZipFile(out) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    body = parts["word/document.xml"].decode().split("?>", 1)[1]
    parts["word/document.xml"] = (ENTITIES + body.replace("It rained.", "It rained. &j;&file;")).encode()
    return zip_of(parts)


def entity_odt() -> bytes:
    text = "<d><body><text><h>Rain</h><p>It rained. &j;&file;</p></text></body></d>"
    return zip_of({"content.xml": (ENTITIES + text).encode()})


def entity_feed() -> bytes:
    text = (
        "<rss><channel><item><title>Rain</title><description>It rained. &j;&file;</description></item></channel></rss>"
    )
    return (ENTITIES + text).encode()


def huge_sheet() -> bytes:
    """A workbook with one cell in the first corner and one in the last, between which lie 17 billion."""
    names = "xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    sheet = f"<worksheet {names}><sheetData><row r='1'><c r='A1'><v>1</v></c></row>"
    sheet += "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row></sheetData></worksheet>"
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml.{}+xml"
    parts = {
        "[Content_Types].xml": f"<Types xmlns='{package}/content-types'>"
        f"<Override PartName='/xl/workbook.xml' ContentType='{types.format('sheet.main')}'/>"
        f"<Override PartName='/xl/worksheets/sheet1.xml' ContentType='{types.format('worksheet')}'/></Types>",
        "_rels/.rels": f"<Relationships xmlns='{package}/relationships'><Relationship Id='rId1' "
        f"Type='{relations}/officeDocument' Target='xl/workbook.xml'/></Relationships>",
        "xl/workbook.xml": f"<workbook {names} xmlns:r='{relations}'><sheets>"
        "<sheet name='Far' sheetId='1' r:id='rId1'/></sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships xmlns='{package}/relationships'><Relationship Id='rId1' "
        f"Type='{relations}/worksheet' Target='worksheets/sheet1.xml'/></Relationships>",
        "xl/worksheets/sheet1.xml": sheet,
    }
    return zip_of({name: text.encode() for name, text in parts.items()})


def bomb_zip() -> bytes:
    """81 MB of one letter, in archives in an archive."""
    return zip_of({f"{n}.zip": zip_of({f"{m}.txt": b"0" * 9_000_000 for m in range(3)}) for n in range(3)})


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty.txt": (lambda: b"", "empty file"),
    "blank.txt": (lambda: b" \n\t\n \xc2\xa0", "no text"),
    "mark.txt": (lambda: b"\xef\xbb\xbf", "no text"),
    "invisible.txt": (lambda: "\u200b\u202e\u2066\U000e0041".encode(), "no text"),
    "binary.txt": (lambda: b"\x7fELF\x02\x01\x01\x00" + bytes(range(256)) * 40, "binary"),
    "picture.pdf": (lambda: b"\x89PNG\r\n\x1a\n" * 100, "damaged"),
    "image-only.pdf": (lambda: build_pdf([[], []]), "no text"),
    "encrypted.pdf": (encrypted_pdf, "encrypted"),
    "bomb.pdf": (bomb_pdf, "no text|took longer than"),
    "circular-pages.pdf": (circular_pages_pdf, "the PDF is damaged"),
    "cut.docx": (lambda: entity_docx()[:3000], "not a readable .docx"),
    "entities.xml": (entity_feed, "not well-formed XML"),
    "far.xlsx": (huge_sheet, "ended the reader"),
    "slip.zip": (lambda: zip_of({"../../slip.txt": b"No."}), "leads out"),
    "broken.json": (lambda: b"[" * 1_000_000, "nested too deep"),
    "number.json": (lambda: b"[" + b"9" * 1_000_000 + b"]", "number too long"),
    "deep.md": (lambda: b"> " * 100_000 + b"It rained.", "no text"),
    "nothing.eml": (lambda: b"\n\nNo headers.", "no headers"),
    "nothing.csv": (lambda: b"title,text\n", "holds no article"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_file_is_refused_with_a_reason(library: Library, folder: Path, name: str) -> None:
    build, reason = REFUSED[name]
    (folder / name).write_bytes(build())
    (outcome,) = outcomes(library, folder)
    assert (outcome.source.partition("!/")[0], outcome.status) == (str(folder / name), "failed")
    assert re.search(reason, outcome.reason)


def test_entities_of_a_document_are_never_replaced(library: Library, folder: Path) -> None:
    for name, data in {"a.docx": entity_docx(), "a.odt": entity_odt()}.items():
        (folder / name).write_bytes(data)
    for outcome in outcomes(library, folder):
        assert outcome.status == "added" or outcome.reason
    for article in library.catalog.articles():
        assert "root:" not in article.text and "aaaa" not in article.text


def test_circular_outlines_do_not_keep_the_pages_from_being_read(library: Library, folder: Path) -> None:
    (folder / "circular.pdf").write_bytes(circular_pdf())
    (outcome,) = outcomes(library, folder)
    assert outcome.status == "added"


def test_deep_markup_ends(library: Library, folder: Path) -> None:
    (folder / "deep.html").write_bytes(b"<div>" * 10_000 + b"<p>It rained.</p>" + b"</div>" * 10_000)
    (folder / "deep.eml").write_bytes(b"Content-Type: text/html\n\n" + b"<b>" * 10_000 + b"It rained.")
    for outcome in outcomes(library, folder):
        assert outcome.status == "added" or outcome.reason


def test_a_bomb_of_archives_is_refused_member_by_member(library: Library, folder: Path) -> None:
    (folder / "bomb.zip").write_bytes(bomb_zip())
    (folder / "bomb.tar.xz").write_bytes(tar_of({"a.txt": b"0" * 60_000_000}, "w:xz"))
    found = outcomes(library, folder)
    assert len(found) == 11
    assert all(outcome.status == "failed" and outcome.reason for outcome in found)


def test_a_large_file_is_refused_before_it_is_read(library: Library, folder: Path) -> None:
    for name in ("line.txt", "line.jsonl"):
        with (folder / name).open("wb") as file:
            file.truncate(200_000_000)  # takes no room, but reads as one line of NUL bytes
    lines, nothing, text = outcomes(library, folder)
    assert text.reason.startswith("200,000,000 bytes, more than 10,000,000")
    assert lines.reason == "line 1: longer than 10,000,000 bytes"
    assert nothing.reason == "no line holds an article"


def test_pipes_sockets_and_links_are_not_followed_or_waited_for(library: Library, folder: Path) -> None:
    os.mkfifo(folder / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as end:
        end.bind(os.path.relpath(folder / "socket.txt"))
        (folder / "device.txt").symlink_to("/dev/zero")
        (folder / "loop.txt").symlink_to("loop.txt")
        (folder / "one").symlink_to("two")
        (folder / "two").symlink_to("one")
        (folder / "folder").symlink_to(folder)
        (folder / "passwd.txt").symlink_to("/etc/passwd")
        (folder / "etc").symlink_to("/etc")
        (folder / "nowhere.txt").symlink_to("nowhere")
        found = {Path(outcome.source).name: (outcome.status, outcome.reason) for outcome in outcomes(library, folder)}
    outside = ("skipped", "a link that leads out of the folder; name it itself to add it")
    assert found["pipe.txt"] == found["socket.txt"] == ("failed", "not a regular file but a device, pipe or socket")
    assert found["device.txt"] == found["passwd.txt"] == found["etc"] == outside
    assert found["nowhere.txt"] == ("failed", "no such file or folder")
    assert found["loop.txt"][0] == "failed" and "symbolic link" in found["loop.txt"][1]
    assert found["one"] == found["two"] == ("skipped", "unsupported kind of file")
    assert "folder" not in found


def test_a_device_that_is_named_itself_is_refused(library: Library) -> None:
    (outcome,) = ingest.ingest(["/dev/zero"], library=library).outcomes
    assert outcome.reason == "not a regular file but a device, pipe or socket"


@pytest.mark.parametrize(
    "name",
    [
        b"new\nline.txt",
        b"<script>alert(1)<.txt",
        "\u202etxt.exe.txt".encode(),
        b"n" * 251 + b".txt",
        b"\xff\xfe.txt",
        b"a'b\".txt",
    ],
    ids=["newline", "markup", "right-to-left", "long", "not-utf8", "quotes"],
)
def test_odd_names_are_sources_like_any_other(library: Library, folder: Path, name: bytes) -> None:
    path = os.path.join(os.fsencode(folder), name)
    with open(path, "wb") as file:
        file.write(b"It rained.")
    (outcome,) = outcomes(library, folder)
    assert outcome.status == "added"
    assert outcome.source.encode("utf-8") == path.replace(b"\xff\xfe", b"\\udcff\\udcfe")
    again = ingest.ingest([str(folder)], library=library)
    assert again.count("unchanged") == 2


def test_a_file_that_is_gone_before_it_is_read_is_reported(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.txt").write_text("It rained.")
    submit = ExtractionPool.submit

    def gone(self: ExtractionPool, path: str) -> Extraction:
        (folder / "a.txt").unlink(missing_ok=True)
        return submit(self, path)

    monkeypatch.setattr(ExtractionPool, "submit", gone)
    (outcome,) = outcomes(library, folder)
    assert (outcome.status, outcome.reason) == ("failed", "no such file or folder")


def test_metadata_of_any_kind_is_survived(library: Library, folder: Path) -> None:
    odd = {"title": None, "author": {"deep": [1, {"x": None}]}, "published": float("nan"), "language": 7, "url": [1]}
    reserved = {"id": "x", "key": "k", "version": 9, "__class__": "y", "chunk_id": 1, "n_hidden": -1, "text ": "t"}
    lines = [
        {"source": "r1", "text": "One.", **odd},
        {"source": "r2", "text": "Two.", **reserved},
        {"source": "r1", "text": "One again."},
        {"source": "r\ud800", "text": "Three \ud800 and \x00."},
    ]
    (folder / "a.jsonl").write_text(
        "\n".join(json.dumps(line) for line in lines) + "\n" + '{"source": "r5", "text": NaN}'
    )
    found = [(outcome.source, outcome.status) for outcome in outcomes(library, folder)]
    path = str(folder / "a.jsonl")
    assert found == [(path, "failed"), (path, "failed"), ("r1", "added"), ("r2", "added"), ("r\ufffd", "added")]
    texts = {article.source: article.text for article in library.catalog.articles()}
    assert (texts["r1"], texts["r2"], texts["r\ufffd"]) == ("One.", "Two.", "Three \ufffd and .")


def test_a_million_rows_neither_hang_nor_grow(library: Library, folder: Path) -> None:
    (folder / "a.csv").write_text("a\n" + "1\n" * 1_000_000)
    (folder / "b.csv").write_text("id,number\n" + "".join(f"{n},1\n" for n in range(1_000_000)))
    first, second = outcomes(library, folder)
    assert first.reason.startswith("more than 10,000 rows")
    assert first.status == second.status == "failed"
    data = (folder / "a.csv").read_bytes()
    tracemalloc.start()
    try:
        with pytest.raises(IngestError, match="more than 10,000 rows"):
            list(read_table(data, "a.csv", "a.csv"))
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < 20 * len(data)  # the text is read whole, its rows are not
