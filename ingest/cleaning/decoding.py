"""Decoding: bytes to text by byte order mark, UTF-8, declared encoding, else the legacy encoding that fits best."""

from __future__ import annotations

import codecs
import re

from ingest.cleaning.legacy_encodings import LAST_RESORT, legacy_encoding
from rag.errors import IngestError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ACTUAL_ENCODINGS = {
    **dict.fromkeys(("ascii", "us-ascii", "latin-1", "latin1", "iso-8859-1", "iso8859-1", "iso_8859-1"), "cp1252"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis"), "cp932"),
    **dict.fromkeys(("gb2312", "gbk", "gb_2312-80"), "gb18030"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987"), "cp949"),
    **dict.fromkeys(("iso-8859-9", "latin5"), "cp1254"),
}
"""The encoding that is used in practice for a declared one that is narrower; from the WHATWG Encoding Standard."""

_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MAX_CONTROL_SHARE = 0.01
_SAMPLE_BYTES = 50_000


def decode_text(data: bytes, declared: str = "") -> str:
    """Return the text of the bytes.

    Text in another encoding is practically never valid UTF-8, so UTF-8 is tried before the declared encoding.

    Args:
        data: the whole content of a file.
        declared: the encoding that the content names itself.

    Raises:
        IngestError: the bytes are not text, or in no known encoding.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as exc:
                raise IngestError(f"not {encoding} text, though its byte order mark says so") from exc
    named = declared.strip().strip("\"'").lower()
    for encoding in (_unmarked(data), "utf-8", _ACTUAL_ENCODINGS.get(named, named)):
        try:
            if encoding:
                return _checked(data.decode(encoding))
        except (UnicodeDecodeError, LookupError):
            continue
    _checked(data.decode("latin-1"))
    try:
        return data.decode(legacy_encoding(data))
    except UnicodeDecodeError:
        return data.decode(LAST_RESORT, "replace")


def _unmarked(data: bytes) -> str:
    """Return an encoding whose bytes are also valid UTF-8: UTF-16 without a mark, or ISO-2022-JP; else "".

    In UTF-16, spaces, digits and line ends have NUL bytes, all at even or all at odd positions.
    """
    if b"\x1b$B" in data or b"\x1b$@" in data:
        return "iso2022_jp_2"
    sample = data[:_SAMPLE_BYTES]
    even, odd = (sample[first::2].count(0) for first in (0, 1))
    few, many = sorted((even, odd))
    if len(data) % 2 or many < 4 or 20 * few > many:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _checked(text: str) -> str:
    control = len(_NOT_TEXT.findall(text))
    if control > max(1, _MAX_CONTROL_SHARE * len(text)):
        raise IngestError("binary, not text: it is full of control characters")
    return text
