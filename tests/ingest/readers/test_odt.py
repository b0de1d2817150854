"""OpenDocument texts: structure, metadata and tables."""

from __future__ import annotations

import io
import zipfile

from ingest.readers.odt import extract_odt
from tests.ingest.files import zipped


def test_open_document_text_gives_headings_items_and_rows() -> None:
    names = "xmlns:office='urn:o' xmlns:text='urn:t' xmlns:table='urn:b' xmlns:dc='urn:d'"
    content = (
        f"<office:document-content {names}><office:body><office:text>"
        "<text:h>Who came</text:h><text:p>The<text:s/>hosts<text:note><text:p>not here</text:p></text:note>.</text:p>"
        "<text:list><text:list-item><text:p>one</text:p><text:list><text:list-item><text:p>deep</text:p>"
        "</text:list-item></text:list></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>Asia</text:p></table:table-cell>"
        "<table:table-cell><text:p>9</text:p></table:table-cell></table:table-row></table:table>"
        "</office:text></office:body></office:document-content>"
    )
    meta = f"<office:document-meta {names}><dc:creator>Jane Doe</dc:creator></office:document-meta>"
    extract = extract_odt(zipped({"content.xml": content, "meta.xml": meta}))
    assert extract.text.split("\n\n") == ["Who came", "The hosts.", "- one\n- deep", "Asia | 9"]
    assert (extract.title, extract.authors) == ("Who came", ("Jane Doe",))


def test_covered_and_repeated_cells_of_open_documents_count_as_columns() -> None:
    content = (
        "<o:document-content xmlns:o='urn:o' xmlns:text='urn:t' xmlns:table='urn:b'><o:body><o:text><table:table>"
        "<table:table-row><table:table-cell table:number-columns-spanned='2'><text:p>a</text:p></table:table-cell>"
        "<table:covered-table-cell/><table:table-cell><text:p>c</text:p></table:table-cell></table:table-row>"
        "<table:table-row><table:table-cell table:number-columns-repeated='2'/><table:table-cell><text:p>f</text:p>"
        "</table:table-cell></table:table-row></table:table></o:text></o:body></o:document-content>"
    )
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as package:
        package.writestr("content.xml", content)
    assert extract_odt(data.getvalue()).text == "a | – | c\n– | – | f"
