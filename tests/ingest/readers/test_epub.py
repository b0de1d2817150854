"""Books: their chapters and metadata."""

from __future__ import annotations

from ingest.readers.epub import extract_epub
from tests.ingest.files import zipped

CONTAINER = "<container xmlns='urn:x'><rootfiles><rootfile full-path='OPS/book.opf'/></rootfiles></container>"

BOOK = """<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>A year of summits</dc:title><dc:creator>Jane Doe</dc:creator><dc:language>en</dc:language>
<dc:publisher>The Press</dc:publisher><dc:date>2024-07</dc:date></metadata>
<manifest><item id="n" href="nav.xhtml" properties="nav"/><item id="b" href="two.xhtml"/>
<item id="a" href="text/one%201.xhtml"/></manifest>
<spine><itemref idref="n"/><itemref idref="a"/><itemref idref="b"/></spine></package>"""


def test_a_book_gives_its_chapters_in_reading_order() -> None:
    chapter = "<html xmlns='http://www.w3.org/1999/xhtml'><head><title>x</title></head><body>{}</body></html>"
    data = zipped(
        {
            "META-INF/container.xml": CONTAINER,
            "OPS/book.opf": BOOK,
            "OPS/nav.xhtml": chapter.format("<nav><ol><li>One</li></ol></nav>"),
            "OPS/two.xhtml": chapter.format("<p>The end.</p>"),
            "OPS/text/one 1.xhtml": chapter.format(
                "<h1>One</h1><p>It <b>rained</b>.<br/>Then not.</p><ul><li>a<ol><li>deep</li></ol></li><li>b</li></ul>"
                "<table><tr><th>Asia</th><td>9</td></tr></table>"
            ),
        }
    )
    extract = extract_epub(data)
    assert extract.text.split("\n\n") == [
        "One",
        "It rained.\nThen not.",
        "- a\n1. deep\n- b",
        "Asia | 9",
        "The end.",
    ]
    assert (extract.title, extract.authors, extract.published) == ("A year of summits", ("Jane Doe",), "2024-07")
    assert (extract.publisher, extract.language) == ("The Press", "en")
